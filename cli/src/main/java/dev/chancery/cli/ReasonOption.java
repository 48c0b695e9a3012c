package dev.chancery.cli;

import dev.chancery.StateChange;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The --reason of commands that change a key's state. */
final class ReasonOption {
    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "Why; kept in the key's history. Default: who ran the command.")
    private @Nullable String reason;

    String text() {
        if (reason != null) {
            return reason;
        }
        String user = "by " + Printable.oneLine(System.getProperty("user.name", "nobody")) + ", on the command line";
        return user.substring(0, Math.min(user.length(), StateChange.MAX_REASON));
    }
}
