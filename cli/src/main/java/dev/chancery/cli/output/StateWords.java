package dev.chancery.cli.output;

import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;

/** A key's state for people. */
public final class StateWords {
    private static final String MARKED = ", compromised";

    private StateWords() {}

    /** The state, with the mark where the state does not say it. */
    public static String of(KeyMetadata key) {
        boolean marked = key.compromisedSince().isPresent() && key.state() != KeyState.COMPROMISED;
        return key.state().name() + (marked ? MARKED : "");
    }

    /** Whether what {@link #of} says is a compromise. */
    public static boolean tellCompromise(String words) {
        return words.equals(KeyState.COMPROMISED.name()) || words.endsWith(MARKED);
    }
}
