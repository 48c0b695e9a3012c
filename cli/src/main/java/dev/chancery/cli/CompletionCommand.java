package dev.chancery.cli;

import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.output.ExitStatus;
import picocli.AutoComplete;

/** Prints what a shell needs to complete commands and options. */
final class CompletionCommand extends Command {
    public CompletionCommand(GlobalOptions options) {
        super(options, "Prints a completion script for bash and zsh.");
        example("source <(chancery completion)");
    }

    @Override
    public Integer call() {
        terminal().out().println(AutoComplete.bash("chancery", Chancery.complete()));
        return ExitStatus.DONE;
    }
}
