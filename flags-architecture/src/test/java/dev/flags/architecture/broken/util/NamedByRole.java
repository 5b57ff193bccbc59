package dev.flags.architecture.broken.util;

public record NamedByRole() {}
