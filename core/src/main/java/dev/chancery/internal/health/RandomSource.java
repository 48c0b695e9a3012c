package dev.chancery.internal.health;

import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import dev.chancery.spi.support.ShellWord;
import java.security.SecureRandom;
import java.util.Arrays;

/** Whether the machine's random source gives what no one has seen before: every new key and ECDSA signature rests on it. */
final class RandomSource {
    private static final int BYTES = 32;

    private RandomSource() {}

    static Finding check() {
        return check(new SecureRandom());
    }

    static Finding check(SecureRandom random) {
        byte[] one = new byte[BYTES];
        byte[] other = new byte[BYTES];
        random.nextBytes(one);
        random.nextBytes(other);
        boolean constant = Arrays.equals(one, new byte[BYTES]) || Arrays.equals(one, other);
        return constant
                ? new Finding(
                                "random source",
                                HealthStatus.DOWN,
                                "The random source " + random.getAlgorithm()
                                        + " gives the same bytes again. Make no key and no signature on this machine before its"
                                        + " Java is set right (securerandom.source).")
                        .withMend("grep -n ^securerandom "
                                + ShellWord.quote(System.getProperty("java.home") + "/conf/security/java.security"))
                : new Finding(
                        "random source", HealthStatus.UP, "It is " + random.getAlgorithm() + ", and gives bytes.");
    }
}
