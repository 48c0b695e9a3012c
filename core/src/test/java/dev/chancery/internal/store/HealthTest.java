package dev.chancery.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.health.Finding;
import dev.chancery.health.Finding.Status;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthReport;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which keys a store's health depends on. */
class HealthTest {

    private static List<Finding> signing(HealthReport report) {
        return report.findings().stream()
                .filter(finding -> finding.name().equals("signing"))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void a_default_ring_that_is_not_there_is_a_failure(HealthLevel level) {
        FakeStore store = new FakeStore(options -> options.defaultRing("nobodys"));
        store.keyInRing("first", "ring");

        HealthReport report = store.keys.health(level);

        assertThat(report.isHealthy()).isFalse();
        assertThat(signing(report))
                .filteredOn(finding -> finding.status() == Status.FAILED)
                .singleElement()
                .satisfies(finding -> assertThat(finding.detail()).contains("'nobodys'"));
    }

    @ParameterizedTest
    @EnumSource
    void a_default_ring_that_is_there_is_looked_at_once(HealthLevel level) {
        FakeStore store = new FakeStore(options -> options.defaultRing("ring").defaultKey("nobody"));
        store.keyInRing("first", "ring");

        HealthReport report = store.keys.health(level);

        assertThat(report.isHealthy()).isTrue();
        assertThat(signing(report)).hasSize(1);
    }
}
