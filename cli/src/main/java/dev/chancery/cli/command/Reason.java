package dev.chancery.cli.command;

import dev.chancery.key.StateChange;
import dev.chancery.spi.support.Printable;

/** Why a key's state changes: --reason, or else who says so. */
public final class Reason {
    private Reason() {}

    public static String of(GlobalOptions options) {
        return options.reason().orElseGet(() -> {
            String user = "by " + Printable.line(System.getProperty("user.name", "nobody")) + ", on the command line";
            return user.substring(0, Math.min(user.length(), StateChange.MAX_REASON));
        });
    }
}
