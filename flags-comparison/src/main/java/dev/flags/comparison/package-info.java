/** The Java SDKs of LaunchDarkly, Unleash and Togglz measured beside flags, each with its data in memory and without a network. */
@NullMarked
package dev.flags.comparison;

import org.jspecify.annotations.NullMarked;
