package dev.chancery.cli;

import picocli.CommandLine.Option;

/** The --json of commands whose output is data. */
final class JsonOption {
    @Option(names = "--json", description = "Print one JSON value.")
    boolean wanted;
}
