package dev.chancery.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyAttributes;
import java.time.Duration;
import java.time.Period;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which periods can be counted. */
class RotationPolicyTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"P0D", "P-1M", "P1M-31D", "P1001Y", "P12001M", "P366001D", "P999999999Y", "P1Y-2147483648D"})
    void a_period_is_longer_than_nothing_and_at_most_1000_years(String period) {
        assertThatThrownBy(() -> RotationPolicy.PRODUCTION.withPeriod(Period.parse(period)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(Period.parse(period).toString());
    }

    @Test
    void a_lead_time_is_zero_or_more_and_at_most_1000_years() {
        for (Duration leadTime : new Duration[] {Duration.ofNanos(-1), Duration.ofSeconds(Long.MAX_VALUE)}) {
            assertThatThrownBy(() -> RotationPolicy.PRODUCTION.withLeadTime(leadTime))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(leadTime.toString());
        }
    }

    @Test
    void the_longest_period_can_be_counted_from_the_last_date_that_a_key_has() {
        RotationPolicy longest =
                RotationPolicy.PRODUCTION.withPeriod(Period.ofYears(1000)).withLeadTime(Duration.ofDays(365_000));

        assertThat(longest.dueAt(KeyAttributes.LATEST)).isEqualTo("+10999-12-31T23:59:59Z");
        assertThat(longest.warnAt(KeyAttributes.LATEST)).isBefore(longest.dueAt(KeyAttributes.LATEST));
        assertThat(KeyAttributes.EARLIEST.minus(longest.leadTime())).isBefore(KeyAttributes.EARLIEST);
    }
}
