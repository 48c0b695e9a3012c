package dev.chancery.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.ConfigurationException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyAttributesTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private static KeyAttributes.Builder active() {
        return KeyAttributes.builder(KeyState.ACTIVE, NOW, KeyOrigin.GENERATED);
    }

    @Test
    void a_changed_copy_keeps_everything_else() {
        KeyAttributes all = active().signFrom(NOW)
                .signUntil(NOW.plusSeconds(1))
                .verifyUntil(NOW.plusSeconds(2))
                .state(KeyState.COMPROMISED, NOW, "the laptop was stolen")
                .compromisedSince(CompromisedSince.at(NOW))
                .ring(new RingPosition(new KeyName("certificate-signing"), 3))
                .defaultAlgorithm(SignatureAlgorithm.RSA_PKCS1_SHA256)
                .label("owner", "accounting")
                .build();

        assertThat(all.toBuilder().build()).isEqualTo(all);
    }

    @Test
    void a_step_to_another_state_is_written_into_the_history() {
        KeyAttributes attributes = active().state(KeyState.SUSPENDED, NOW, "is it stolen?")
                .state(KeyState.ACTIVE, NOW.plusSeconds(1), "it was under the desk")
                .build();

        assertThat(attributes.state()).isEqualTo(KeyState.ACTIVE);
        assertThat(attributes.history())
                .containsExactly(
                        new StateChange(NOW, KeyState.ACTIVE, KeyState.SUSPENDED, "is it stolen?"),
                        new StateChange(
                                NOW.plusSeconds(1), KeyState.SUSPENDED, KeyState.ACTIVE, "it was under the desk"));
    }

    @Test
    void the_signing_period_ends_after_it_begins() {
        assertThatThrownBy(() -> active().signFrom(NOW).signUntil(NOW).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("signUntil");
        assertThatCode(() -> active().signFrom(NOW).signUntil(NOW.plusMillis(1)).build())
                .doesNotThrowAnyException();
    }

    static Stream<Arguments> dates() {
        return Stream.of(
                dated("created", date -> KeyAttributes.builder(KeyState.ACTIVE, date, KeyOrigin.GENERATED)),
                dated("signFrom", date -> active().signFrom(date)),
                dated("signUntil", date -> active().signUntil(date)),
                dated("verifyUntil", date -> active().verifyUntil(date)),
                dated(
                        "compromisedSince",
                        date -> active().state(KeyState.COMPROMISED, NOW, "stolen")
                                .compromisedSince(CompromisedSince.at(date))),
                dated("history.at", date -> active().state(KeyState.SUSPENDED, date, "on hold")));
    }

    private static Arguments dated(String field, Function<Instant, KeyAttributes.Builder> attributes) {
        return Arguments.of(field, attributes);
    }

    @ParameterizedTest
    @MethodSource("dates")
    void a_date_is_of_the_years_1_to_9999(String field, Function<Instant, KeyAttributes.Builder> attributes) {
        for (Instant date : List.of(KeyAttributes.EARLIEST, KeyAttributes.LATEST.plusNanos(999_999_999))) {
            assertThatCode(() -> attributes.apply(date).build()).doesNotThrowAnyException();
        }
        for (Instant date : List.of(
                Instant.MIN,
                KeyAttributes.EARLIEST.minusNanos(1),
                KeyAttributes.LATEST.plusSeconds(1),
                Instant.parse("+300000000-01-01T00:00:00Z"),
                Instant.MAX)) {
            assertThatThrownBy(() -> attributes.apply(date).build())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(field)
                    .hasMessageContaining(date.toString());
        }
    }

    @Test
    void a_compromised_key_carries_its_mark() {
        assertThatThrownBy(() ->
                        active().state(KeyState.COMPROMISED, NOW, "stolen").build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("compromisedSince");
    }

    @ParameterizedTest
    @EnumSource(KeyState.class)
    void only_a_compromised_or_destroyed_key_carries_a_mark(KeyState state) {
        KeyAttributes.Builder marked =
                KeyAttributes.builder(state, NOW, KeyOrigin.GENERATED).compromisedSince(CompromisedSince.UNKNOWN);

        if (state == KeyState.COMPROMISED || state == KeyState.DESTROYED) {
            assertThat(marked.build().compromisedSince()).hasValue(CompromisedSince.UNKNOWN);
        } else {
            assertThatThrownBy(marked::build)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(state.name());
        }
    }

    @Test
    void a_key_has_at_most_64_labels() {
        KeyAttributes.Builder attributes = active();
        for (int i = 0; i < 64; i++) {
            attributes.label("label-" + i, "value");
        }
        assertThat(attributes.build().labels()).hasSize(64);

        attributes.label("one-more", "value");
        assertThatThrownBy(attributes::build)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("65");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "a\0b", "a\u007f", "a\u0085"})
    void a_label_is_a_line_of_text(String text) {
        assertThatThrownBy(() -> active().label(text, "value").build()).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void a_labels_value_may_be_empty_and_its_parts_have_at_most_256_characters() {
        String longest = "x".repeat(256);
        assertThat(active().label(longest, longest).label("empty", "").build().labels())
                .hasSize(2);
        assertThatThrownBy(() -> active().label(longest + "x", "value").build())
                .isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> active().label("name", longest + "x").build())
                .isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> active().label("name", "a\nb").build()).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void lists_and_maps_cannot_be_changed_from_outside() {
        KeyAttributes attributes = active().label("a", "b").build();

        assertThatThrownBy(() -> attributes.labels().put("c", "d")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> attributes.history().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThat(List.copyOf(attributes.history())).isEmpty();
        assertThat(Map.copyOf(attributes.labels())).containsOnlyKeys("a");
    }
}
