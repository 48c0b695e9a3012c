package dev.chancery.spi.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What two records of one key say together. */
class KeyRecordTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final RingPosition SECOND = new RingPosition(new KeyName("ring"), 2);

    private static KeyRecord record(KeyState state, long revision) {
        return new KeyRecord.Builder(
                        KeyAttributes.builder(state, NOW, KeyOrigin.GENERATED).build())
                .revision(revision)
                .build();
    }

    private static void assertThatBothSay(KeyRecord one, KeyRecord other, KeyRecord together) {
        assertThat(one.join(other)).isEqualTo(together);
        assertThat(other.join(one)).isEqualTo(together);
    }

    @Test
    void the_higher_revision_stands_and_of_two_equal_ones_the_further_state() {
        KeyRecord active = record(KeyState.ACTIVE, 2);
        assertThatBothSay(record(KeyState.DEACTIVATED, 1), active, active);
        KeyRecord retired = record(KeyState.DEACTIVATED, 2);
        assertThatBothSay(active, retired, retired);
    }

    @Test
    void the_earliest_mark_stands_whatever_the_revisions() {
        KeyRecord unmarked = record(KeyState.ACTIVE, 7);
        KeyRecord marked = record(KeyState.ACTIVE, 1).withMark(CompromisedSince.at(NOW));
        assertThatBothSay(unmarked, marked, unmarked.withMark(CompromisedSince.at(NOW)));
        KeyRecord unknown = record(KeyState.ACTIVE, 2).withMark(CompromisedSince.UNKNOWN);
        assertThatBothSay(marked, unknown, unknown);
    }

    @Test
    void no_claim_is_lost() {
        KeyRecord claims =
                record(KeyState.PRE_ACTIVE, 2).toBuilder().held(List.of(SECOND)).build();
        KeyRecord later = record(KeyState.PRE_ACTIVE, 3);
        assertThatBothSay(claims, later, later.toBuilder().held(List.of(SECOND)).build());
    }

    @Test
    void of_two_that_were_activated_at_once_the_earlier_one_counts() {
        KeyRecord first = record(KeyState.ACTIVE, 2).with(attributes -> attributes.signFrom(NOW));
        KeyRecord second = record(KeyState.ACTIVE, 2).with(attributes -> attributes.signFrom(NOW.plusSeconds(1)));
        assertThatBothSay(first, second, first);
    }
}
