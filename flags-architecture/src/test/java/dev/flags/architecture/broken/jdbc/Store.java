package dev.flags.architecture.broken.jdbc;

public record Store() {}
