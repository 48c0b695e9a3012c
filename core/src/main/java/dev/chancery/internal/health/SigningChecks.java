package dev.chancery.internal.health;

import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import dev.chancery.internal.state.SigningRecord;
import dev.chancery.internal.state.StoreContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How signing went lately: a place may answer while its signatures fail. */
final class SigningChecks {
    /** From so many failures in a row on, no caller should be sent here. */
    private static final int BROKEN = 3;

    private final SigningRecord record;

    SigningChecks(StoreContext context) {
        this.record = context.signingRecord();
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        int failed = record.failuresInARow();
        if (failed > 0) {
            findings.add(new Finding(
                    "signatures",
                    failed < BROKEN ? HealthStatus.DEGRADED : HealthStatus.DOWN,
                    failed + " signatures have failed since the last one that was made. " + record.lastWords()));
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
        return findings;
    }

    private static String millis(Duration time) {
        return time.toMillis() + " ms";
    }
}
