package dev.chancery.audit.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.error.ConfigurationException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What each rule finds, and what it leaves alone. */
class AlertRuleTest {
    /** A Monday. */
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DAY = Duration.ofDays(1);

    private static AuditRecord.Builder record(AuditEvent event, Instant at) {
        return AuditRecord.builder(at, event).text("store", "file:///keys").text("key_id", "release-2026");
    }

    private static AuditRecord used(Instant at, String caller, String address) {
        return record(AuditEvent.KEY_USED, at)
                .text("user_id", caller)
                .text("ip_address", address)
                .build();
    }

    private static AuditRecord signed(Instant at) {
        return record(AuditEvent.SIGNATURE_GENERATED, at)
                .text("outcome", "done")
                .build();
    }

    /** Signs that often from an instant on, within a second, and counts the signatures that were too many. */
    private static long tooMany(AlertRule rule, Instant from, int signatures) {
        long found = 0;
        for (int i = 0; i < signatures; i++) {
            found += rule.judge(signed(from.plusNanos(i * 1_000L)))
                    .map(AlertRule.Finding::count)
                    .orElse(0L);
        }
        return found;
    }

    @Test
    void a_rate_is_measured_against_the_keys_own() {
        AlertRule rule = AlertRule.signatureRate(MINUTE, 10, 100, DAY);
        assertThat(tooMany(rule, START, 5_000)).as("while it learns").isZero();
        Instant later = START.plus(Duration.ofDays(2));
        assertThat(tooMany(rule, later, 5_000)).as("as usual").isZero();

        assertThat(tooMany(rule, later.plus(MINUTE), 60_000))
                .as("from the window's first on")
                .isEqualTo(60_000);
        assertThat(rule.judge(signed(later.plus(MINUTE))).orElseThrow().detail())
                .contains("signatures with key release-2026 in file:///keys within PT1M", "usual are up to 5");
    }

    @Test
    void a_key_that_is_hardly_used_may_be_used_a_little_more() {
        AlertRule rule = AlertRule.signatureRate(MINUTE, 10, 100, DAY);
        tooMany(rule, START, 1);
        Instant later = START.plus(Duration.ofDays(2));

        assertThat(tooMany(rule, later, 100)).isZero();
        assertThat(tooMany(rule, later.plus(MINUTE.multipliedBy(2)), 1_001)).isEqualTo(1_001);
    }

    @Test
    void what_was_too_much_does_not_become_usual() {
        AlertRule rule = AlertRule.signatureRate(MINUTE, 10, 100, Duration.ZERO);
        for (int minute = 0; minute < 20; minute++) {
            assertThat(tooMany(rule, START.plus(MINUTE.multipliedBy(minute)), 200))
                    .isEqualTo(200);
        }
    }

    @Test
    void what_was_usual_is_forgotten_in_weeks() {
        AlertRule rule = AlertRule.signatureRate(MINUTE, 10, 100, DAY);
        tooMany(rule, START, 1_000);

        assertThat(tooMany(rule, START.plus(Duration.ofDays(70)), 2_000)).isEqualTo(2_000);
    }

    @Test
    void a_clock_that_was_set_back_makes_no_rate_of_what_comes_in_many_windows() {
        AlertRule rule = AlertRule.signatureRate(MINUTE, 10, 100, Duration.ZERO);
        tooMany(rule, START.plus(Duration.ofDays(365)), 1);
        for (int minute = 0; minute < 60; minute++) {
            assertThat(tooMany(rule, START.plus(MINUTE.multipliedBy(minute)), 50))
                    .isZero();
        }
        assertThat(tooMany(rule, START.plus(MINUTE.multipliedBy(61)), 1_000)).isEqualTo(1_000);
    }

    @Test
    void signatures_of_health_checks_do_not_count() {
        AlertRule rate = AlertRule.signatureRate(MINUTE, 1, 1, Duration.ZERO);
        AlertRule caller = AlertRule.newCaller(Duration.ZERO, 256);
        AlertRule hours = AlertRule.outsideHours(ZoneOffset.UTC, Set.of(), LocalTime.MIN, LocalTime.MAX);
        caller.judge(used(START, "alice", "10.0.0.7"));
        for (int i = 0; i < 10; i++) {
            AuditRecord made = record(AuditEvent.SIGNATURE_GENERATED, START)
                    .text("purpose", "SELF_TEST")
                    .build();
            AuditRecord use = record(AuditEvent.KEY_USED, START.plus(DAY))
                    .text("purpose", "SELF_TEST")
                    .text("user_id", "monitor")
                    .build();
            assertThat(rate.judge(made)).isEmpty();
            assertThat(caller.judge(use)).isEmpty();
            assertThat(hours.judge(use)).isEmpty();
        }
    }

    @Test
    void a_caller_is_new_to_a_key_once() {
        AlertRule rule = AlertRule.newCaller(DAY, 256);
        assertThat(rule.judge(used(START, "alice", "10.0.0.7"))).isEmpty();
        assertThat(rule.judge(used(START.plusSeconds(1), "bob", "10.0.0.7")))
                .as("while it learns")
                .isEmpty();
        Instant later = START.plus(DAY);

        assertThat(rule.judge(used(later, "alice", "10.0.0.7"))).isEmpty();
        assertThat(rule.judge(used(later, "bob", "10.0.0.7"))).isEmpty();
        assertThat(rule.judge(used(later, "mallory", "10.0.0.7"))).get().satisfies(finding -> {
            assertThat(finding.detail())
                    .isEqualTo("The caller 'mallory' was never seen to use key release-2026 in file:///keys before.");
            assertThat(finding.subject()).isEqualTo("key release-2026 in file:///keys");
        });
        assertThat(rule.judge(used(later, "mallory", "10.0.0.7"))).isEmpty();
        assertThat(rule.judge(used(later, null, "10.0.0.7")).orElseThrow().detail())
                .startsWith("The caller nobody was");
    }

    @Test
    void a_ring_keeps_its_callers_when_it_is_rotated() {
        AlertRule rule = AlertRule.newCaller(DAY, 256);
        AuditRecord.Builder before =
                AuditRecord.builder(START, AuditEvent.KEY_USED).text("key_id", "certs-1");
        AuditRecord.Builder after =
                AuditRecord.builder(START.plus(DAY), AuditEvent.KEY_USED).text("key_id", "certs-2");
        AuditRecord.Builder other =
                AuditRecord.builder(START.plus(DAY), AuditEvent.KEY_USED).text("key_id", "certs-2");
        rule.judge(before.text("ring", "certs").text("user_id", "alice").build());

        assertThat(rule.judge(
                        after.text("ring", "certs").text("user_id", "alice").build()))
                .isEmpty();
        assertThat(rule.judge(other.text("ring", "certs").text("user_id", "eve").build()))
                .isPresent();
    }

    @Test
    void an_address_is_new_to_a_key_and_no_address_is_none() {
        AlertRule rule = AlertRule.newAddress(DAY, 256);
        rule.judge(used(START, "alice", "10.0.0.7"));
        Instant later = START.plus(DAY);

        assertThat(rule.judge(used(later, "alice", null))).isEmpty();
        assertThat(rule.judge(used(later, "mallory", "10.0.0.7"))).isEmpty();
        assertThat(rule.judge(used(later, "alice", "203.0.113.9")).orElseThrow().detail())
                .contains("address '203.0.113.9'");
    }

    @Test
    void of_many_callers_those_seen_last_are_remembered() {
        AlertRule rule = AlertRule.newCaller(Duration.ZERO, 2);
        rule.judge(used(START, "one", null));
        rule.judge(used(START, "two", null));
        rule.judge(used(START, "one", null));
        rule.judge(used(START, "three", null));

        assertThat(rule.judge(used(START, "one", null))).isEmpty();
        assertThat(rule.judge(used(START, "two", null))).isPresent();
    }

    @Test
    void of_many_subjects_those_seen_last_are_remembered() {
        Subjects<int[]> counts = new Subjects<>(() -> new int[1]);
        for (int i = 0; i < 10 * Subjects.MOST; i++) {
            counts.of("key " + i)[0]++;
            counts.of("busy")[0]++;
        }

        assertThat(counts.of("busy")).containsExactly(10 * Subjects.MOST);
        assertThat(counts.of("key 0")).as("forgotten").containsExactly(0);
    }

    @Test
    void hours_are_those_of_a_place() {
        AlertRule rule = AlertRule.outsideHours(
                ZoneId.of("Europe/Berlin"),
                Set.of(DayOfWeek.MONDAY, DayOfWeek.FRIDAY),
                LocalTime.of(8, 0),
                LocalTime.of(18, 0));

        assertThat(rule.judge(used(Instant.parse("2026-11-23T07:00:00Z"), "alice", null)))
                .isEmpty();
        assertThat(rule.judge(used(Instant.parse("2026-11-23T16:59:59Z"), "alice", null)))
                .isEmpty();
        assertThat(rule.judge(used(Instant.parse("2026-11-23T06:59:59Z"), "alice", null)))
                .isPresent();
        assertThat(rule.judge(used(Instant.parse("2026-11-24T12:00:00Z"), "alice", null)))
                .isPresent();
        assertThat(rule.judge(used(Instant.parse("2026-11-23T17:00:00Z"), "alice", null))
                        .orElseThrow()
                        .detail())
                .isEqualTo("'alice' uses key release-2026 in file:///keys on MONDAY at 18:00 Europe/Berlin; hours are"
                        + " from 08:00 until 18:00.");
        assertThat(rule.judge(used(Instant.parse("2026-07-24T06:30:00Z"), "alice", null)))
                .as("summer time")
                .isEmpty();
    }

    @Test
    void hours_may_go_over_midnight() {
        AlertRule rule = AlertRule.outsideHours(
                ZoneOffset.UTC, Set.of(DayOfWeek.MONDAY), LocalTime.of(22, 0), LocalTime.of(6, 0));

        assertThat(rule.judge(used(Instant.parse("2026-11-23T23:00:00Z"), "alice", null)))
                .isEmpty();
        assertThat(rule.judge(used(Instant.parse("2026-11-24T05:59:59Z"), "alice", null)))
                .isEmpty();
        assertThat(rule.judge(used(Instant.parse("2026-11-23T05:00:00Z"), "alice", null)))
                .isPresent();
        assertThat(rule.judge(used(Instant.parse("2026-11-24T23:00:00Z"), "alice", null)))
                .isPresent();
    }

    @Test
    void denials_are_a_burst_when_they_are_many_in_a_short_time() {
        AlertRule rule = AlertRule.denials(3, MINUTE);
        assertThat(rule.judge(denied("10:00:00"))).isEmpty();
        assertThat(rule.judge(denied("10:00:40"))).isEmpty();
        assertThat(rule.judge(denied("10:01:01"))).isEmpty();
        assertThat(rule.judge(denied("10:01:30"))).get().satisfies(finding -> {
            assertThat(finding.count()).isEqualTo(3);
            assertThat(finding.detail())
                    .isEqualTo("3 denied calls on store file:///keys within PT1M; the last by nobody.");
        });
        assertThat(rule.judge(denied("10:01:31")).orElseThrow().count()).isEqualTo(1);
        assertThat(rule.judge(denied("10:05:00"))).isEmpty();
    }

    private static AuditRecord denied(String time) {
        return record(AuditEvent.DENIED, Instant.parse("2026-11-23T" + time + "Z"))
                .build();
    }

    @Test
    void denials_before_a_clock_was_set_back_make_no_burst_of_the_next() {
        AlertRule rule = AlertRule.denials(3, MINUTE);
        rule.judge(denied("23:00:00"));
        rule.judge(denied("23:00:00"));
        assertThat(rule.judge(denied("10:00:00"))).isEmpty();
        assertThat(rule.judge(denied("10:00:01"))).isEmpty();
        assertThat(rule.judge(denied("10:00:02"))).isPresent();
    }

    @Test
    void failed_verifications_are_a_burst_and_valid_ones_are_not() {
        AlertRule rule = AlertRule.failedVerifications(2, MINUTE);
        assertThat(rule.judge(verified("valid"))).isEmpty();
        assertThat(rule.judge(verified("invalid"))).isEmpty();
        assertThat(rule.judge(verified("valid"))).isEmpty();
        assertThat(rule.judge(verified("invalid"))).isPresent();
    }

    private static AuditRecord verified(String outcome) {
        return record(AuditEvent.VERIFICATION_PERFORMED, START)
                .text("outcome", outcome)
                .build();
    }

    @Test
    void a_key_out_of_service_is_used() {
        AlertRule rule = AlertRule.unusableKey();

        assertThat(rule.judge(deniedIn("DEACTIVATED", "sign")).orElseThrow().detail())
                .contains("which is DEACTIVATED");
        assertThat(rule.judge(deniedIn("COMPROMISED", "sign"))).isPresent();
        assertThat(rule.judge(deniedIn("DESTROYED", "sign"))).isPresent();
        assertThat(rule.judge(verified("compromised"))).isPresent();
        AuditRecord proven = record(AuditEvent.VERIFICATION_PERFORMED, START)
                .text("outcome", "valid")
                .text("key_state", "COMPROMISED")
                .build();
        assertThat(rule.judge(proven))
                .as("valid, for it was made before the key was compromised")
                .isPresent();

        assertThat(rule.judge(deniedIn("SUSPENDED", "sign"))).isEmpty();
        assertThat(rule.judge(deniedIn("DEACTIVATED", "destroy"))).isEmpty();
        assertThat(rule.judge(verified("invalid"))).isEmpty();
    }

    private static AuditRecord deniedIn(String state, String operation) {
        return record(AuditEvent.DENIED, START)
                .text("operation", operation)
                .text("key_state", state)
                .build();
    }

    @Test
    void a_ring_is_rotated_and_not_for_the_first_time() {
        AlertRule rule = AlertRule.rotation();

        assertThat(rule.judge(rotated("done", 2)).orElseThrow().detail())
                .isEqualTo("nobody rotated ring certs in file:///keys to generation 2.");
        assertThat(rule.judge(rotated("done", 1))).isEmpty();
        assertThat(rule.judge(rotated("lost", 2))).isEmpty();
    }

    private static AuditRecord rotated(String outcome, int generation) {
        return record(AuditEvent.KEY_ROTATED, START)
                .text("ring", "certs")
                .text("outcome", outcome)
                .number("generation", generation)
                .build();
    }

    @Test
    void a_key_is_marked_as_compromised() {
        AlertRule rule = AlertRule.compromise();

        assertThat(rule.judge(record(AuditEvent.KEY_COMPROMISED, START)
                        .text("outcome", "done")
                        .build()))
                .isPresent();
        assertThat(rule.judge(record(AuditEvent.CHANGE_INTENDED, START)
                        .text("operation", "compromise")
                        .build()))
                .isEmpty();
    }

    @Test
    void what_comes_from_outside_is_escaped_and_cut() {
        AlertRule rule = AlertRule.newCaller(Duration.ZERO, 256);
        rule.judge(used(START, "alice", null));
        Optional<AlertRule.Finding> found =
                rule.judge(used(START, "\u001b[31m\n\u2028\u202e\"" + "x".repeat(1_000), null));

        assertThat(found.orElseThrow().detail())
                .contains("'\\u001b[31m\\u000a\\u2028\\u202e\"x")
                .matches("[ -~…]{1,300}");
    }

    @Test
    void settings_out_of_range_are_refused() {
        assertThatThrownBy(() -> AlertRule.signatureRate(Duration.ZERO, 10, 100, DAY))
                .isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> AlertRule.signatureRate(MINUTE, 0, 100, DAY))
                .isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> AlertRule.newCaller(DAY, 0)).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> AlertRule.denials(1, MINUTE)).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> AlertRule.denials(10, Duration.ZERO)).isInstanceOf(ConfigurationException.class);
    }
}
