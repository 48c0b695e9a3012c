package dev.chancery.health;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a store was found. A store without a key that may sign is {@link HealthStatus#DOWN}.
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
     * How all of it was found.
     *
     * @return the worst status of any finding
     */
    public HealthStatus status() {
        return findings.stream().map(Finding::status).reduce(HealthStatus.UP, HealthStatus::worse);
    }

    /**
     * Whether the keys that should sign can: what a load balancer wants to know.
     *
     * @return {@code false} if anything is {@link HealthStatus#DOWN}
     */
    public boolean isReady() {
        return status() != HealthStatus.DOWN;
    }

    /**
     * How each thing was found that was looked at.
     *
     * @return the worst status of each, in the order of the findings
     */
    public Map<Subject, HealthStatus> subjects() {
        Map<Subject, HealthStatus> subjects = new LinkedHashMap<>();
        findings.forEach(finding -> subjects.merge(finding.subject(), finding.status(), HealthStatus::worse));
        return subjects;
    }

    /**
     * What is not {@link HealthStatus#UP}.
     *
     * @return the findings, the worst first, else in their order
     */
    public List<Finding> open() {
        return findings.stream()
                .filter(finding -> finding.status() != HealthStatus.UP)
                .sorted(Comparator.comparing(Finding::status).reversed())
                .toList();
    }

    /**
     * The same with what others have found.
     *
     * @param more their findings
     * @return a longer copy
     */
    public HealthReport with(List<Finding> more) {
        List<Finding> all = new ArrayList<>(findings);
        all.addAll(more);
        return new HealthReport(store, at, level, all);
    }
}
