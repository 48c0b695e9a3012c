package dev.chancery.internal.health;

import dev.chancery.error.ConfigurationException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyName;
import dev.chancery.options.KeyStoreOptions;
import java.util.ArrayList;
import java.util.List;

/** What can be told of the configuration without asking the place. */
final class ConfigurationChecks {
    private final StoreContext context;

    ConfigurationChecks(StoreContext context) {
        this.context = context;
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        findings.add(names());
        if (!context.traits().withholds().isEmpty()
                || context.abilities().keepsRecords().isEmpty()) {
            findings.add(archive());
        }
        return findings;
    }

    private Finding names() {
        KeyStoreOptions options = context.options();
        try {
            options.defaultRing().ifPresent(ring -> {
                var unused = new KeyName(ring);
            });
            if (options.defaultRing().isEmpty()) {
                options.defaultKey().ifPresent(key -> {
                    var unused = context.backend().parse(key);
                });
            }
        } catch (ConfigurationException e) {
            return new Finding("configuration", HealthStatus.DOWN, "The key to sign with: " + e.getMessage())
                    .withMend("chancery list");
        }
        String named = options.defaultRing()
                .map(ring -> "the ring '" + ring + "'")
                .or(() -> options.defaultKey().map(key -> "the key " + key))
                .map(what -> "It names " + what + " to sign with.")
                .orElse("It names no key to sign with; the policy is "
                        + options.policy().name() + ".");
        return new Finding("configuration", HealthStatus.UP, named);
    }

    private Finding archive() {
        return context.options().publicArchive().isPresent()
                ? new Finding("archive", HealthStatus.UP, "Public halves are kept beside the store, too.")
                : new Finding(
                                "archive",
                                HealthStatus.DEGRADED,
                                "The place forgets public halves or keeps no marks, and no archive is named: what a destroyed"
                                        + " key signed could not be verified. Name a directory in CHANCERY_ARCHIVE.")
                        .withMend("export CHANCERY_ARCHIVE=/var/lib/chancery/archive");
    }
}
