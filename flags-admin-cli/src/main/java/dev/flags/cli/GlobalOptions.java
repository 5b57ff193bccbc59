package dev.flags.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that stand before or after every verb. Filled by picocli. */
final class GlobalOptions {
    @Option(
            names = "--store",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description =
                    "where the flags are: redis://[USER@]HOST:PORT, jdbc:postgresql://[USER@]HOST/DATABASE, jdbc:sqlite:FILE, …;"
                            + " default: flags.db here")
    @Nullable
    String store;

    @Option(
            names = "--environment",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "which environment; default: development")
    @Nullable
    String environment;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "which profile of the configuration file")
    @Nullable
    String profile;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            converter = OutputFormat.Converter.class,
            description = "table, json, yaml or name; default: table")
    @Nullable
    OutputFormat output;

    @Option(
            names = "--as",
            paramLabel = "ACTOR",
            scope = ScopeType.INHERIT,
            description = "who makes the change; default: the operating system's user")
    @Nullable
    String actor;

    @Option(
            names = "--password-stdin",
            scope = ScopeType.INHERIT,
            description = "read the store's password from the first line of standard input")
    boolean passwordFromStandardInput;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "read the store's password from a file that only you can read")
    @Nullable
    String passwordFile;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "on failure, print the whole cause")
    boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "print what this does, and its options")
    boolean help;
}
