package dev.chancery.options;

import java.util.Optional;

/** Where the PIN of a token comes from. Called when the store is opened, and again after the token was gone, from any thread. */
@FunctionalInterface
public interface PinSource {

    /**
     * Finds the PIN of a token.
     *
     * @param token the token's label
     * @return a fresh array that the caller may wipe, or empty to ask the next source
     */
    Optional<char[]> pin(String token);
}
