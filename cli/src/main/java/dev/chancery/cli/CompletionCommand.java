package dev.chancery.cli;

import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Prints what a shell needs to complete commands, options, keys and rings; and, for that script, what may stand at the cursor. */
final class CompletionCommand extends Command {
    static final String BASH = "bash";
    static final String ZSH = "zsh";

    private final Argument<String> shell = optionalParameter("SHELL", "bash or zsh. Default: a script for both.");
    private final PositionalParamSpec words = PositionalParamSpec.builder()
            .index("1..*")
            .arity("0..*")
            .paramLabel("WORD")
            .type(String[].class)
            .description("The script asks with them, behind a --, what may stand in place of the last.")
            .build();

    CompletionCommand(GlobalOptions options) {
        super(options, "Prints a completion script for bash and zsh.");
        spec().addPositional(words);
        example("source <(chancery completion)");
    }

    /** It touches no key, and a shell gives it with each press of a key. */
    @Override
    public boolean isAudited() {
        return false;
    }

    @Override
    public Integer call() throws IOException {
        String[] asked = words.getValue();
        if (asked != null && asked.length > 0) {
            Completion.of(Chancery.complete(), List.of(asked), System.getenv()).forEach(terminal()::line);
        } else {
            terminal().out().print(shell.value().isPresent() ? script(shell.given()) : both());
        }
        return ExitStatus.DONE;
    }

    private String script(String name) throws IOException {
        if (!List.of(BASH, ZSH).contains(name)) {
            throw misused("'" + name + "' is no shell that is known here; bash and zsh are");
        }
        return read(name);
    }

    /** Neither shell reads what is for the other. */
    private static String both() throws IOException {
        return "if [ -n \"${ZSH_VERSION:-}\" ]; then\n" + read(ZSH) + "else\n" + read(BASH) + "fi\n";
    }

    static String read(String shell) throws IOException {
        try (InputStream script =
                Objects.requireNonNull(CompletionCommand.class.getResourceAsStream("completion." + shell))) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
