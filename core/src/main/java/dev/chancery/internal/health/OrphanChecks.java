package dev.chancery.internal.health;

import dev.chancery.KeyStore;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import dev.chancery.health.Subject;
import java.util.List;

/** What creations left that were cut off. */
final class OrphanChecks {
    private OrphanChecks() {}

    static List<Finding> findings(KeyStore store) {
        return store.orphans().stream()
                .map(orphan -> new Finding(
                                "half-made key",
                                HealthStatus.DEGRADED,
                                "It was made at " + orphan.created() + " for the name " + orphan.claimedName()
                                        + " and never got it. It signs nothing, and costs what the place asks for a key.")
                        .withSubject(Subject.key(orphan.id().value()))
                        .withMend("chancery orphans --delete"))
                .toList();
    }
}
