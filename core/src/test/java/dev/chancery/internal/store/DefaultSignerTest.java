package dev.chancery.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.internal.discovery.Environment;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.options.KeyStoreOptions;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What signs when nobody names a key: what the configuration names. */
class DefaultSignerTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    private static FakeStore configured(UnaryOperator<KeyStoreOptions.Builder> change) {
        return new FakeStore(change);
    }

    private static KeyId signedBy(FakeStore store) {
        return store.keys.defaultSigner().sign(MESSAGE).keyId();
    }

    @Test
    void a_key_outside_rings_is_the_key() {
        FakeStore store = configured(options -> options.defaultKey("invoices"));
        KeyMetadata key = store.key("invoices");

        assertThat(signedBy(store)).isEqualTo(key.id());
    }

    @Test
    void a_ring_is_its_current_key() {
        FakeStore store = configured(options -> options.defaultRing("ring"));
        store.keyInRing("first", "ring");
        KeyId second = store.rotatedElsewhere("second", "ring", 2);

        assertThat(signedBy(store)).isEqualTo(second);
    }

    @Test
    void a_ring_goes_before_a_key() {
        FakeStore store = configured(options -> options.defaultRing("ring").defaultKey("invoices"));
        store.key("invoices");
        KeyMetadata ofRing = store.keyInRing("first", "ring");

        assertThat(signedBy(store)).isEqualTo(ofRing.id());
    }

    @Test
    void a_rings_name_where_a_key_is_expected_is_its_current_key() {
        FakeStore store = configured(options -> options.defaultKey("ring"));
        KeyMetadata first = store.keyInRing("first", "ring");

        assertThat(signedBy(store)).isEqualTo(first.id());
    }

    @Test
    void a_key_goes_before_a_ring_of_the_same_name() {
        FakeStore store = configured(options -> options.defaultKey("same"));
        KeyMetadata key = store.key("same");
        store.rotatedElsewhere("first", "same", 1); // an earlier version made rings of any name

        assertThat(signedBy(store)).isEqualTo(key.id());
    }

    @Test
    void the_current_key_of_a_ring_signs_without_a_warning_and_is_followed_when_it_rotates() {
        FakeStore store = configured(options -> options.defaultKey("first"));
        KeyMetadata first = store.keyInRing("first", "ring");
        try (StandardError log = new StandardError()) {
            var signer = store.keys.defaultSigner();
            assertThat(signer.sign(MESSAGE).keyId()).isEqualTo(first.id());
            assertThat(log.text()).isEmpty();

            KeyId second = store.rotatedElsewhere("second", "ring", 2);
            store.ticker.advance(Duration.ofSeconds(10));
            assertThat(signer.sign(MESSAGE).keyId()).isEqualTo(second);
        }
    }

    @Test
    void a_key_that_was_rotated_away_yields_the_current_one_and_one_warning_with_the_line_to_change() {
        FakeStore store = configured(options ->
                new Environment(Map.of("CRYPTO_CURRENT_KEY_ID", "first")).options(options.build()).toBuilder());
        store.keyInRing("first", "ring");
        KeyId second = store.rotatedElsewhere("second", "ring", 2);

        try (StandardError log = new StandardError()) {
            assertThat(signedBy(store)).isEqualTo(second);
            assertThat(log.text())
                    .contains("WARN")
                    .contains("Key first is configured")
                    .contains("CRYPTO_CURRENT_KEY_ID=second")
                    .contains("CHANCERY_PIN=true");
        }
        try (StandardError log = new StandardError()) {
            assertThat(signedBy(store)).isEqualTo(second);
            assertThat(log.text()).isEmpty();
        }
    }

    static Stream<Arguments> whereAKeyIsNamed() {
        return Stream.of(
                Arguments.of(
                        Map.of("CRYPTO_CURRENT_KEY_ID", "first"),
                        "Change the line to: CRYPTO_CURRENT_KEY_ID=second (or"),
                Arguments.of(Map.of(), "Change the option defaultKey to second (or"));
    }

    @ParameterizedTest
    @MethodSource("whereAKeyIsNamed")
    void the_warning_tells_to_change_what_named_the_key(Map<String, String> variables, String advice) {
        FakeStore store = configured(options ->
                new Environment(variables).options(options.defaultKey("first").build()).toBuilder());
        store.keyInRing("first", "ring");
        KeyId second = store.rotatedElsewhere("second", "ring", 2);

        try (StandardError log = new StandardError()) {
            assertThat(signedBy(store)).isEqualTo(second);
            assertThat(log.text()).contains(advice);
        }
    }

    @Test
    void a_pinned_key_signs_as_long_as_it_may_whatever_its_ring_does() {
        FakeStore store = configured(options -> options.defaultKey("first").pinned(true));
        KeyMetadata first = store.keyInRing("first", "ring");
        store.rotatedElsewhere("second", "ring", 2);

        try (StandardError log = new StandardError()) {
            assertThat(signedBy(store)).isEqualTo(first.id());
            assertThat(log.text()).isEmpty();
        }
    }

    @Test
    void nothing_configured_is_fine_until_a_default_signer_is_asked_for() {
        FakeStore store = configured(options -> options);
        store.key("invoices");

        assertThatThrownBy(store.keys::defaultSigner)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("CRYPTO_CURRENT_KEY_ID")
                .hasMessageContaining("CHANCERY_RING");
    }

    @Test
    void a_configured_key_or_ring_that_is_not_there_is_named() {
        FakeStore key = configured(options -> options.defaultKey("nobody"));
        FakeStore ring = configured(options -> options.defaultRing("nobodys"));

        assertThatThrownBy(key.keys::defaultSigner)
                .isInstanceOf(KeyNotFoundException.class)
                .hasMessageContaining("'nobody'")
                .hasMessageContaining("fake:");
        assertThatThrownBy(ring.keys::defaultSigner)
                .isInstanceOf(KeyNotFoundException.class)
                .hasMessageContaining("'nobodys'");
    }
}
