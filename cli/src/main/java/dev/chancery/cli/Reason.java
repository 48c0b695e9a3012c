package dev.chancery.cli;

import dev.chancery.StateChange;

/** The --reason of commands that change a key's state. */
final class Reason {
    private final Argument<String> given;

    Reason(Command command) {
        given = command.option(
                "--reason", "TEXT", String.class, "Why; kept in the key's history. Default: who ran the command.");
    }

    String text() {
        return given.value().orElseGet(() -> {
            String user =
                    "by " + Printable.oneLine(System.getProperty("user.name", "nobody")) + ", on the command line";
            return user.substring(0, Math.min(user.length(), StateChange.MAX_REASON));
        });
    }
}
