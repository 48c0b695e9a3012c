package dev.chancery.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class CompromisedSinceTest {
    private static final Instant DOUBT = Instant.parse("2026-11-23T12:00:00Z");
    private static final CompromisedSince KNOWN = CompromisedSince.at(DOUBT);

    @Test
    void only_what_is_strictly_older_than_the_first_doubt_is_beyond_it() {
        assertThat(KNOWN.isAfter(DOUBT.minusNanos(1))).isTrue();
        assertThat(KNOWN.isAfter(DOUBT)).isFalse();
        assertThat(KNOWN.isAfter(DOUBT.plusNanos(1))).isFalse();
    }

    @Test
    void nothing_is_older_than_an_unknown_moment() {
        assertThat(CompromisedSince.UNKNOWN.isAfter(Instant.MIN)).isFalse();
    }

    @Test
    void the_mark_moves_earlier_and_never_later() {
        CompromisedSince before = CompromisedSince.at(DOUBT.minusSeconds(1));

        assertThat(KNOWN.earlier(before)).isEqualTo(before);
        assertThat(before.earlier(KNOWN)).isEqualTo(before);
        assertThat(KNOWN.earlier(KNOWN)).isEqualTo(KNOWN);
        assertThat(KNOWN.earlier(CompromisedSince.UNKNOWN)).isEqualTo(CompromisedSince.UNKNOWN);
        assertThat(CompromisedSince.UNKNOWN.earlier(KNOWN)).isEqualTo(CompromisedSince.UNKNOWN);
    }

    @Test
    void it_reads_as_an_instant_or_as_unknown() {
        assertThat(KNOWN).hasToString("2026-11-23T12:00:00Z");
        assertThat(CompromisedSince.UNKNOWN).hasToString("UNKNOWN");
    }
}
