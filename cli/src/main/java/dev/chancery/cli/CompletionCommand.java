package dev.chancery.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** Prints what a shell needs to complete commands and options. */
@Command(
        name = "completion",
        description = "Prints a completion script for bash and zsh.",
        footer = {"", "Load it with: source <(chancery completion)"})
final class CompletionCommand implements Runnable {
    private final Chancery chancery;

    CompletionCommand(Chancery chancery) {
        this.chancery = chancery;
    }

    @Override
    public void run() {
        chancery.terminal().out().println(AutoComplete.bash("chancery", Chancery.complete()));
    }
}
