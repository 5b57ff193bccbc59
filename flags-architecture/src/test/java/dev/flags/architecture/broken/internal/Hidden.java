package dev.flags.architecture.broken.internal;

public record Hidden() {}
