/**
 * Flags in JUnit 5 tests: {@link dev.flags.junit.WithFlag} fixes a flag, {@link dev.flags.junit.TestFlags} changes it midway,
 * {@link dev.flags.junit.VaryFlags} runs a test for every combination.
 */
@NullMarked
package dev.flags.junit;

import org.jspecify.annotations.NullMarked;
