package dev.chancery.policy;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.ConfigurationException;
import java.time.Period;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a policy says about one ring in particular. Immutable.
 *
 * @param algorithms what a key of each kind may sign with in this ring; a kind that is not listed is not for this ring.
 *     Empty for "as the policy says"
 * @param maxSigningPeriod how long after its creation a key of this ring may sign, or empty for "as the policy says"
 * @param source where the rules come from, for refusals; one line
 */
public record RingRules(
        Map<KeySpec, Set<SignatureAlgorithm>> algorithms, Optional<Period> maxSigningPeriod, String source) {

    /**
     * Copies the table and checks it.
     *
     * @throws ConfigurationException if an algorithm does not fit its kind of key, if the period is not positive or exceeds
     *     100 years, or if the source is not one line
     */
    public RingRules {
        algorithms = Checks.table(algorithms);
        maxSigningPeriod.ifPresent(Checks::period);
        source = Checks.line("source", source);
    }

    /**
     * Rules that set nothing but the period.
     *
     * @param period how long after its creation a key of the ring may sign
     * @param source where the rule comes from
     * @return the rules
     */
    public static RingRules signingFor(Period period, String source) {
        return new RingRules(Map.of(), Optional.of(period), source);
    }
}
