/** What moves rollouts: the state machine, its steps as commits, and the loop that watches and takes them. */
@NullMarked
package dev.flags.rollout.controller;

import org.jspecify.annotations.NullMarked;
