package dev.chancery.audit.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.audit.AuditLog;
import dev.chancery.audit.Logs;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.error.ConfigurationException;
import dev.chancery.options.KeyEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is told of an incident, how often, and what is remembered. */
class AlertsTest {
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

    private final List<KeyEvent> heard = new ArrayList<>();
    private final List<AuditRecord> logged = new ArrayList<>();

    private Alerts.Builder builder() {
        return Alerts.builder().listener(heard::add);
    }

    private Alerts open(Alerts.Builder builder) {
        Alerts alerts = builder.build();
        alerts.opened(logged::add);
        return alerts;
    }

    private static AuditRecord attempt(String key, Instant at) {
        return AuditRecord.builder(at, AuditEvent.DENIED)
                .text("operation", "sign")
                .text("op_id", "op-" + at.getEpochSecond())
                .text("store", "file:///keys")
                .text("key_id", key)
                .text("key_state", "DEACTIVATED")
                .text("user_id", "mallory")
                .text("ip_address", "203.0.113.9")
                .build();
    }

    private static AuditRecord harmless(Instant at) {
        return AuditRecord.builder(at, AuditEvent.KEY_GENERATED)
                .text("outcome", "done")
                .build();
    }

    private List<String> told() {
        return logged.stream()
                .map(alert -> alert.field("rule").orElseThrow() + " "
                        + alert.field("outcome").orElseThrow() + " "
                        + alert.field("count").orElseThrow())
                .toList();
    }

    @Test
    void an_incident_is_told_when_it_begins_and_when_it_ends() {
        Alerts alerts = open(builder().without("denials"));
        for (int second = 0; second < 1_000; second++) {
            alerts.accept(attempt("old", START.plusSeconds(second / 2)));
        }
        assertThat(told()).containsExactly("unusable_key begun 1");

        alerts.accept(harmless(START.plusSeconds(499 + 600 - 1)));
        assertThat(told()).as("not quiet for long enough").hasSize(1);

        alerts.accept(harmless(START.plusSeconds(499 + 600)));
        assertThat(told()).containsExactly("unusable_key begun 1", "unusable_key ended 1000");
    }

    @Test
    void an_alert_leads_to_the_record_that_it_began_with() {
        Alerts alerts = open(builder());
        alerts.accept(attempt("old", START));

        assertThat(logged).singleElement().satisfies(alert -> {
            assertThat(alert.event()).isEqualTo(AuditEvent.ALERT);
            assertThat(alert.timestamp()).isEqualTo(START);
            assertThat(alert.fields())
                    .containsEntry("op_id", "op-" + START.getEpochSecond())
                    .containsEntry("store", "file:///keys")
                    .containsEntry("key_id", "old")
                    .containsEntry("user_id", "mallory")
                    .containsEntry("ip_address", "203.0.113.9")
                    .containsEntry("since", "2026-11-23T10:00:00Z")
                    .containsEntry(
                            "reason", "'mallory' tried to sign with key old in file:///keys, which is DEACTIVATED.");
        });
    }

    @Test
    void listeners_hear_what_the_log_is_told() {
        Alerts alerts = open(builder());
        alerts.accept(attempt("old", START));

        assertThat(heard)
                .containsExactly(new KeyEvent(
                        KeyEvent.Type.ALERT,
                        START,
                        "file:///keys",
                        Optional.empty(),
                        Optional.empty(),
                        "unusable_key: 'mallory' tried to sign with key old in file:///keys, which is"
                                + " DEACTIVATED."));
    }

    @Test
    void a_listener_that_fails_keeps_nobody_from_hearing() {
        Alerts alerts = open(Alerts.builder()
                .listener(event -> {
                    throw new IllegalStateException("deaf");
                })
                .listener(heard::add));
        alerts.accept(attempt("old", START));

        assertThat(heard).hasSize(1);
        assertThat(logged).hasSize(1);
    }

    @Test
    void an_incident_that_goes_on_is_told_again_each_hour() {
        Alerts alerts = open(builder().without("denials"));
        for (int minute = 0; minute < 121; minute++) {
            alerts.accept(attempt("old", START.plus(Duration.ofMinutes(minute))));
        }

        assertThat(told())
                .containsExactly(
                        "unusable_key begun 1",
                        "unusable_key ended 60",
                        "unusable_key begun 1",
                        "unusable_key ended 60",
                        "unusable_key begun 1");
    }

    @Test
    void a_clock_that_runs_ahead_and_is_set_back_makes_no_alert_of_each_record() {
        Alerts alerts = open(builder().without("denials"));
        alerts.accept(attempt("old", START));
        alerts.accept(attempt("old", START.plus(Duration.ofDays(365))));
        for (int second = 1; second < 100; second++) {
            alerts.accept(attempt("old", START.plusSeconds(second)));
        }
        alerts.close();

        assertThat(told())
                .containsExactly(
                        "unusable_key begun 1",
                        "unusable_key ended 1",
                        "unusable_key begun 1",
                        "unusable_key ended 1",
                        "unusable_key begun 1",
                        "unusable_key ended 99");
    }

    @Test
    void records_that_threads_tell_of_out_of_order_end_nothing() {
        Alerts alerts = open(builder().without("denials"));
        for (int second = 0; second < 100; second++) {
            alerts.accept(attempt("old", START.plusSeconds(second % 2 == 0 ? second : second - 60)));
        }

        assertThat(told()).containsExactly("unusable_key begun 1");
    }

    @Test
    void closing_ends_what_is_open() {
        Alerts alerts = open(builder());
        alerts.accept(attempt("old", START));
        alerts.accept(attempt("old", START.plusSeconds(5)));
        alerts.close();
        alerts.close();

        assertThat(told()).containsExactly("unusable_key begun 1", "unusable_key ended 2");
        assertThat(logged.get(1).field("until")).contains("2026-11-23T10:00:05Z");
    }

    @Test
    void the_end_says_what_else_there_was() {
        Alerts alerts = open(builder());
        alerts.accept(used("alice", START));
        Instant later = START.plus(Duration.ofDays(2));
        for (int i = 0; i < 100; i++) {
            alerts.accept(used("stranger-" + i, later));
        }
        alerts.close();

        assertThat(told()).containsExactly("new_caller begun 1", "new_caller ended 100");
        assertThat(logged.get(1).list("examples")).hasSize(8).first().asString().contains("'stranger-1'");
    }

    private static AuditRecord used(String caller, Instant at) {
        return AuditRecord.builder(at, AuditEvent.KEY_USED)
                .text("key_id", "release")
                .text("user_id", caller)
                .build();
    }

    @Test
    void an_alert_is_never_a_reason_for_one() {
        List<AuditRecord> seen = new ArrayList<>();
        Alerts alerts = open(builder().rule(new AlertRule() {
            @Override
            public String name() {
                return "everything";
            }

            @Override
            public Optional<Finding> judge(AuditRecord record) {
                seen.add(record);
                return Optional.of(new Finding("" + seen.size(), "Everything is suspicious.", 1));
            }
        }));
        alerts.accept(attempt("old", START));
        List<AuditRecord> alert = List.copyOf(logged);
        alert.forEach(alerts::accept);

        assertThat(alert).hasSize(2);
        assertThat(logged).isEqualTo(alert);
        assertThat(seen).hasSize(1);
    }

    @Test
    void too_many_incidents_become_one() {
        Alerts alerts = open(builder().without("denials").incidents(3));
        for (int i = 0; i < 10_000; i++) {
            alerts.accept(attempt("key-" + i, START));
        }
        alerts.close();

        assertThat(told().subList(0, 4)).containsOnly("unusable_key begun 1");
        assertThat(told().subList(4, 8))
                .containsExactly(
                        "unusable_key ended 1",
                        "unusable_key ended 1",
                        "unusable_key ended 1",
                        "unusable_key ended 9997");
    }

    @Test
    void a_rule_can_be_removed_and_replaced() {
        Alerts alerts = open(builder().without("unusable_key").rule(AlertRule.denials(2, Duration.ofMinutes(1))));
        alerts.accept(attempt("old", START));
        alerts.accept(attempt("old", START));

        assertThat(told()).containsExactly("denials begun 2");
        assertThatThrownBy(() -> builder().without("denial"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("denial to remove")
                .hasMessageContaining("denials, failed_verifications");
    }

    @Test
    void a_rule_that_fails_leaves_the_others_alone() {
        Alerts alerts = open(builder().rule(new AlertRule() {
            @Override
            public String name() {
                return "new_caller";
            }

            @Override
            public Optional<Finding> judge(AuditRecord record) {
                throw new IllegalStateException("broken");
            }
        }));
        alerts.accept(attempt("old", START));

        assertThat(told()).containsExactly("unusable_key begun 1");
    }

    @Test
    void the_log_has_the_alerts_and_the_end_of_what_is_open_when_it_closes(@TempDir Path directory) {
        Alerts alerts = builder().build();
        AuditOptions options = AuditOptions.builder().quiet().sink(alerts).build();
        try (AuditLog log = AuditLog.open(directory, Logs.SIGNER, options)) {
            log.append(attempt("old\n", START));
            log.append(attempt("old\n", START));
        }

        try (var records = AuditReader.read(directory)) {
            assertThat(records.map(StoredRecord::record)
                            .filter(record -> record.event() == AuditEvent.ALERT)
                            .map(record -> record.field("outcome").orElseThrow() + " "
                                    + record.field("count").orElseThrow()))
                    .containsExactly("begun 1", "ended 2");
        }
        assertThat(heard).hasSize(2);
        assertThat(Logs.verify(directory).problems()).isEmpty();
    }

    @Test
    void what_is_usual_is_learnt_from_a_log_without_alerting_anybody(@TempDir Path directory) {
        try (AuditLog log = Logs.open(directory)) {
            log.append(used("alice", START));
            log.append(used("bob", START.plus(Duration.ofDays(2))));
            log.append(attempt("old", START.plus(Duration.ofDays(2))));
        }
        Alerts alerts = open(builder());
        assertThat(alerts.learn(directory, START, 3))
                .as("what the log tells of itself does not count")
                .isEqualTo(3);
        assertThat(told()).isEmpty();

        Instant later = START.plus(Duration.ofDays(3));
        alerts.accept(used("alice", later));
        alerts.accept(used("bob", later));
        assertThat(told()).isEmpty();
        alerts.accept(used("mallory", later));
        assertThat(told()).containsExactly("new_caller begun 1");
    }

    @Test
    void learning_passes_over_what_is_older_and_stops_at_its_bound(@TempDir Path directory) {
        try (AuditLog log = Logs.open(directory)) {
            for (int i = 0; i < 10; i++) {
                log.append(used("alice", START.plusSeconds(i)));
            }
        }

        assertThat(builder().build().learn(directory, START.plusSeconds(8), 1)).isEqualTo(1);
    }
}
