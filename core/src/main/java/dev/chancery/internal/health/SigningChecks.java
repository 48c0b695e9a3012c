package dev.chancery.internal.health;

import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import dev.chancery.internal.state.SigningRecord;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.spi.support.Throttling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How signing went lately: a place may answer while its signatures fail. */
final class SigningChecks {
    /** From so many failures in a row on, no caller should be sent here. */
    private static final int BROKEN = 3;

    /** So long ago a refusal says something of now. */
    private static final Duration LATELY = Duration.ofMinutes(5);

    private final SigningRecord record;
    private final StoreContext context;

    SigningChecks(StoreContext context) {
        this.context = context;
        this.record = context.signingRecord();
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        int failed = record.failuresInARow();
        if (failed > 0) {
            findings.add(new Finding(
                            "signatures",
                            failed < BROKEN ? HealthStatus.DEGRADED : HealthStatus.DOWN,
                            failed + " signatures have failed since the last one that was made. " + record.lastWords())
                    .withMend("chancery health --level sign"));
        } else {
            findings.add(
                    new Finding("signatures", HealthStatus.UP, "None has failed since the last one that was made."));
        }
        record.times()
                .ifPresent(times -> findings.add(new Finding(
                        "latency",
                        HealthStatus.UP,
                        "The last signature took " + millis(times.last()) + ", 99 of 100 took " + millis(times.p99())
                                + " at most, of the last " + times.count() + ".")));
        if (context.traits().remote()) {
            findings.add(quota());
        }
        return findings;
    }

    private Finding quota() {
        Optional<Throttling.Seen> seen =
                Throttling.of(context.location()).filter(last -> last.ago().compareTo(LATELY) < 0);
        return seen.map(last -> new Finding(
                        "quota",
                        HealthStatus.DEGRADED,
                        "The place has refused " + last.refused() + " calls for their number, the last one ("
                                + last.operation() + ") " + last.ago().toSeconds()
                                + " seconds ago. They were made again, and took longer: send less at once, or have the quota"
                                + " raised."))
                .orElseGet(() -> new Finding("quota", HealthStatus.UP, "No call was refused for its number lately."));
    }

    private static String millis(Duration time) {
        return time.toMillis() + " ms";
    }
}
