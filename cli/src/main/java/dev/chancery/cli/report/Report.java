package dev.chancery.cli.report;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.health.HealthReport;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.UnusableKey;
import dev.chancery.policy.KeyPolicy;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What there is to say of a store. Everything is gathered before a line is written.
 *
 * @param made when
 * @param asOf the day by whose dates the keys are judged
 * @param policy what the keys are judged by besides the standards
 * @param keys the usable keys
 * @param unusable those that are not
 * @param rings the rings, with all generations of each
 * @param health what a look found, the audit log included
 * @param use what the audit log says; empty where there is none, or where it cannot be read, which is a finding
 */
record Report(
        Instant made,
        LocalDate asOf,
        KeyPolicy policy,
        List<JudgedKey> keys,
        List<UnusableKey> unusable,
        List<RingHistory> rings,
        HealthReport health,
        Optional<Use> use) {

    Report {
        keys = List.copyOf(keys);
        unusable = List.copyOf(unusable);
        rings = List.copyOf(rings);
    }

    /** The kinds of keys that there are. */
    SortedSet<KeySpec> specs() {
        SortedSet<KeySpec> specs = new TreeSet<>();
        keys.forEach(key -> specs.add(key.key().spec()));
        return specs;
    }

    /** Whether the keys are judged by the dates of another day than the report's own. */
    boolean isProjected() {
        return !asOf.equals(LocalDate.ofInstant(made, ZoneOffset.UTC));
    }

    /** The keys that may still sign, now or later. */
    List<JudgedKey> signing() {
        return keys.stream().filter(JudgedKey::maySign).toList();
    }

    /** The metadata of all usable keys. */
    List<KeyMetadata> metadata() {
        return keys.stream().map(JudgedKey::key).toList();
    }
}
