package dev.chancery.policy;

import dev.chancery.KeySpec;
import dev.chancery.PolicyViolationException;
import dev.chancery.SignatureAlgorithm;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which keys may be made, and what they may sign with. Immutable; each {@code with…} makes a changed copy.
 *
 * @param name what the policy is called in refusals
 * @param specs the kinds of keys that may be made and used
 * @param algorithms the algorithms that may be used
 * @param maxSigningPeriod how long after its creation a key may sign; SP 800-57 Part 1 Rev. 5, 5.3.6, table 1, gives one to
 *     three years for a private signature key
 * @param verifyAfterSign whether a signature is verified before it is handed out
 */
public record KeyPolicy(
        String name,
        Set<KeySpec> specs,
        Set<SignatureAlgorithm> algorithms,
        Duration maxSigningPeriod,
        VerifyAfterSign verifyAfterSign) {

    /** Everything that {@link KeySpec} and {@link SignatureAlgorithm} describe; keys sign for three years at most. */
    public static final KeyPolicy DEFAULT = new KeyPolicy(
            "default",
            EnumSet.allOf(KeySpec.class),
            EnumSet.allOf(SignatureAlgorithm.class),
            Duration.ofDays(3 * 365),
            VerifyAfterSign.WHERE_NEEDED);

    /** Copies the sets. */
    public KeyPolicy {
        specs = Set.copyOf(specs);
        algorithms = Set.copyOf(algorithms);
    }

    /**
     * Decides whether a kind of key may be made or imported.
     *
     * @param spec the kind
     * @throws PolicyViolationException if not
     */
    public void requireSpec(KeySpec spec) {
        if (!specs.contains(spec)) {
            throw new PolicyViolationException(
                    "The policy '" + name + "' allows no " + spec + " keys (rule: specs). It allows " + specs + ".");
        }
    }

    /**
     * Decides whether a key of some kind may sign with an algorithm.
     *
     * @param spec the key's kind
     * @param algorithm the algorithm
     * @throws PolicyViolationException if not
     */
    public void requireUse(KeySpec spec, SignatureAlgorithm algorithm) {
        requireSpec(spec);
        if (!algorithms.contains(algorithm)) {
            throw new PolicyViolationException("The policy '" + name + "' forbids signing with " + algorithm
                    + " (rule: algorithms). It allows " + algorithms + ".");
        }
    }

    /**
     * Sets whether signatures are verified before they are handed out.
     *
     * @param value when to verify
     * @return a changed copy
     */
    public KeyPolicy withVerifyAfterSign(VerifyAfterSign value) {
        return new KeyPolicy(name, specs, algorithms, maxSigningPeriod, value);
    }
}
