package dev.chancery.internal.jca;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/** What a key signs to show that it can: core's own bytes, never a caller's, so that such a signature is worth nothing. */
public final class SelfTest {
    private static final byte[] PREFIX = "chancery-self-test\0".getBytes(StandardCharsets.US_ASCII);
    private static final int RANDOM_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private SelfTest() {}

    public static byte[] message() {
        byte[] random = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(random);
        byte[] message = Arrays.copyOf(PREFIX, PREFIX.length + RANDOM_BYTES);
        System.arraycopy(random, 0, message, PREFIX.length, RANDOM_BYTES);
        return message;
    }
}
