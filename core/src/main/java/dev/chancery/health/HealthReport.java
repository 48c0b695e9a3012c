package dev.chancery.health;

import java.time.Instant;
import java.util.List;

/**
 * How a store was found. A store without a key that may sign is not healthy.
 *
 * @param store the store's URI without anything secret
 * @param at when it was looked at
 * @param level how closely
 * @param findings what was looked at, in order
 */
public record HealthReport(String store, Instant at, HealthLevel level, List<Finding> findings) {

    /** Copies the list. */
    public HealthReport {
        findings = List.copyOf(findings);
    }

    /**
     * Whether everything works.
     *
     * @return {@code false} if anything {@link Finding.Status#FAILED}
     */
    public boolean isHealthy() {
        return findings.stream().noneMatch(finding -> finding.status() == Finding.Status.FAILED);
    }
}
