package dev.chancery.policy;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.ConfigurationException;
import java.time.Period;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** What the values of a policy have in common. */
final class Checks {
    private static final int MAX_LINE = 500;
    private static final int MAX_YEARS = 100;

    private Checks() {}

    /** An unmodifiable copy in the order of the enums, so that it prints the same everywhere. */
    static Map<KeySpec, Set<SignatureAlgorithm>> table(Map<KeySpec, Set<SignatureAlgorithm>> algorithms) {
        Map<KeySpec, Set<SignatureAlgorithm>> copy = new EnumMap<>(KeySpec.class);
        algorithms.forEach((spec, allowed) -> {
            if (allowed.isEmpty()) {
                throw new ConfigurationException(
                        "The rule algorithms." + spec + " lists no algorithm. Leave the rule out to forbid the keys.");
            }
            for (SignatureAlgorithm algorithm : allowed) {
                if (!spec.algorithms().contains(algorithm)) {
                    throw new ConfigurationException("The rule algorithms." + spec + " lists " + algorithm
                            + ", which such a key cannot make. It can make " + spec.algorithms() + ".");
                }
            }
            copy.put(spec, Collections.unmodifiableSet(EnumSet.copyOf(allowed)));
        });
        return Collections.unmodifiableMap(copy);
    }

    static void period(Period period) {
        boolean positive =
                !period.isZero() && period.getYears() >= 0 && period.getMonths() >= 0 && period.getDays() >= 0;
        if (!positive || period.getDays() > MAX_YEARS * 365 || period.toTotalMonths() > MAX_YEARS * 12L) {
            throw new ConfigurationException(
                    "A signing period is longer than nothing and at most " + MAX_YEARS + " years, not " + period + ".");
        }
    }

    /** Text that stays one line wherever it is printed. */
    static String line(String what, String text) {
        String line = text.strip();
        if (line.isEmpty() || line.length() > MAX_LINE || line.chars().anyMatch(Checks::breaksLine)) {
            throw new ConfigurationException("A policy's " + what + " is one line of 1 to " + MAX_LINE
                    + " characters without control characters.");
        }
        return line;
    }

    private static boolean breaksLine(int c) {
        return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
    }
}
