package dev.chancery.cli.audit;

import dev.chancery.audit.checkpoint.WitnessKey;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.input.Argument;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The witnesses that a command goes by, and how many of them must have cosigned.
 *
 * @param keys their keys, each once
 * @param quorum how many of them; 0 where none is named
 */
record Witnesses(List<WitnessKey> keys, int quorum) {
    static final String WITNESS = "--witness";
    static final String QUORUM = "--quorum";
    static final String QUORUM_DESCRIPTION =
            "How many of the witnesses must have cosigned. Default: all that are named.";

    /** Reads what was given. A witness that is named twice is one. */
    static Witnesses of(Command command, Argument<List<String>> named, Argument<Integer> quorum) throws IOException {
        List<WitnessKey> keys = new ArrayList<>();
        for (String given : named.value().orElse(List.of())) {
            WitnessKey key = GivenKey.readWitness(given);
            if (!keys.contains(key)) {
                keys.add(key);
            }
        }
        int needed = quorum.value().orElse(keys.size());
        if (needed > keys.size() || (quorum.value().isPresent() && needed < 1)) {
            throw command.misused(QUORUM + " is a number from 1 to that of the distinct witnesses, which is "
                    + keys.size() + ". Name each with " + WITNESS + ".");
        }
        return new Witnesses(List.copyOf(keys), needed);
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }
}
