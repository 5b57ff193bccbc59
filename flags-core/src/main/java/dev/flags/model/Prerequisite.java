package dev.flags.model;

import java.util.Optional;

/**
 * A flag that must be served in a certain way first.
 *
 * @param flag its key
 * @param variant the variant it must serve; empty: any other than its off variant
 */
public record Prerequisite(String flag, Optional<String> variant) {}
