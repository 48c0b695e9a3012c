package dev.chancery.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.PolicyViolationException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.policy.KeyPolicy;
import dev.chancery.rotation.RotationPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How keys come into a store, what they are called, and how they are found again. */
public interface GenerationRules extends Rules {

    /** The longer RSA keys, which take seconds to make, are looked at where they sign. */
    @TestFactory
    default Stream<DynamicTest> a_new_key_is_what_was_asked_for() {
        return tested().forEachKindButLargerRsa(GenerationRules::assertThatKeyIsNew);
    }

    @TestFactory
    default Stream<DynamicTest> a_key_of_another_kind_is_not_made() {
        return EnumSet.complementOf(EnumSet.of(KeySpec.ML_DSA_44, KeySpec.ML_DSA_65, KeySpec.ML_DSA_87)).stream()
                .filter(spec -> !tested().makes(spec))
                .map(spec -> dynamicTest(spec.name(), () -> assertThatKindIsRefused(spec)));
    }

    private void assertThatKindIsRefused(KeySpec spec) {
        KeyStore keys = tested().keys();
        assertThatThrownBy(() -> keys.generate(KeyRequest.of(spec, "unwanted")))
                .isInstanceOf(UnsupportedException.class);
        assertThat(keys.list()).isEmpty();
    }

    /** What was asked for, and nothing more. */
    static void assertThatKeyIsNew(KeySpec spec, KeyMetadata key) {
        assertThat(key.spec()).isEqualTo(spec);
        assertThat(KeySpec.of(key.publicKey())).isEqualTo(spec);
        assertThat(key.fingerprint()).isEqualTo(KeyMetadata.fingerprint(key.publicKey()));
        assertThat(key.state()).isEqualTo(KeyState.ACTIVE);
        assertThat(key.ring()).isEmpty();
        assertThat(key.compromisedSince()).isEmpty();
    }

    @Test
    default void a_key_is_there_for_all_who_open_the_store() {
        KeyMetadata key = tested().key("invoices");

        KeyStore another = tested().open(options -> options);

        assertThat(another.list()).singleElement().satisfies(found -> {
            assertThat(found.id()).isEqualTo(key.id());
            assertThat(found.fingerprint()).isEqualTo(key.fingerprint());
        });
        assertThat(another.get(key.id())).isEqualTo(key);
        assertThat(another.list()).as("proven where it was not").containsExactly(key);
    }

    @Test
    default void a_name_is_the_users() {
        KeyMetadata key = tested().key("invoices-2");

        assertThat(tested().named("invoices-2")).isEqualTo(key.id());
        assertThat(tested().keys().resolve(key.id().value())).isEqualTo(key.id());
    }

    @Test
    default void a_key_without_a_name_is_called_after_its_type_and_month() {
        KeySpec spec = tested().someSpec();
        String type = switch (spec.algorithm()) {
            case RSA -> "rsa";
            case EC -> "ecdsa";
            case EDDSA -> "ed25519";
            case ML_DSA -> "ml-dsa";
        };

        KeyMetadata first = tested().keys().generate(KeyRequest.of(spec));
        KeyMetadata second = tested().keys().generate(KeyRequest.of(spec));

        assertThat(tested().named(type + "-2026-11")).isEqualTo(first.id());
        assertThat(tested().named(type + "-2026-11-2")).isEqualTo(second.id());
    }

    @Test
    default void nothing_is_ever_overwritten() {
        KeyMetadata key = tested().key("invoices");

        assertThatThrownBy(() -> tested().key("invoices"))
                .isInstanceOf(KeyExistsException.class)
                .hasMessageContaining("invoices");

        assertThat(tested().keys().list())
                .singleElement()
                .satisfies(kept -> assertThat(kept.fingerprint()).isEqualTo(key.fingerprint()));
    }

    @Test
    default void what_the_policy_forbids_is_not_made() {
        KeySpec forbidden = tested().someSpec();
        KeySpec allowed = forbidden == KeySpec.RSA_3072 ? KeySpec.RSA_4096 : KeySpec.RSA_3072;
        KeyPolicy strict =
                KeyPolicy.builder("strict").allow(allowed, allowed.algorithms()).build();
        KeyStore keys = tested().open(options -> options.policy(strict));

        assertThatThrownBy(() -> keys.generate(KeyRequest.of(forbidden, "unwanted")))
                .isInstanceOf(PolicyViolationException.class)
                .hasMessageContaining("strict");

        assertThat(keys.list()).isEmpty();
    }

    @Test
    default void keys_are_listed_by_id() {
        KeyMetadata b = tested().key("b");
        KeyMetadata c = tested().key("c");
        KeyMetadata a = tested().key("a");

        List<KeyId> ids = tested().keys().list().stream().map(KeyMetadata::id).toList();

        assertThat(ids)
                .containsExactlyInAnyOrder(a.id(), b.id(), c.id())
                .isSortedAccordingTo(Comparator.comparing(KeyId::value));
        assertThat(tested().keys().unusable()).isEmpty();
    }

    /** More keys than fit on a page of a place that lists in pages of ten. */
    @Test
    default void a_list_leaves_nothing_out() {
        List<KeyId> made = new ArrayList<>();
        for (int number = 1; number <= 12; number++) {
            made.add(tested().key("invoices-" + number).id());
        }

        assertThat(tested().keys().list()).extracting(KeyMetadata::id).containsExactlyInAnyOrderElementsOf(made);
        assertThat(tested().open(options -> options).list())
                .extracting(KeyMetadata::id)
                .containsExactlyInAnyOrderElementsOf(made);
    }

    @Test
    default void an_empty_store_lists_nothing() {
        assertThat(tested().keys().list()).isEmpty();
        assertThat(tested().keys().unusable()).isEmpty();
        assertThat(tested().keys().rings()).isEmpty();
    }

    @Test
    default void a_key_that_is_not_there_is_not_found() {
        KeyStore keys = tested().keys();
        KeyId unknown = tested().id("nobody");

        assertThatThrownBy(() -> keys.get(unknown))
                .isInstanceOf(KeyNotFoundException.class)
                .hasMessageContaining("nobody")
                .hasMessageContaining(keys.location());
        assertThatThrownBy(() -> keys.signer(unknown)).isInstanceOf(KeyNotFoundException.class);
        assertThatThrownBy(() -> keys.verifier(unknown)).isInstanceOf(KeyNotFoundException.class);
        assertThatThrownBy(() -> keys.resolve("nobody"))
                .isInstanceOf(KeyNotFoundException.class)
                .hasMessageContaining("nobody");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "..", "../keys", "a/../../b", "nul\0", "line\nbreak", "tab\tbed", "käse"})
    default void what_can_be_no_id_finds_nothing_and_is_quoted_safely(String text) {
        assertThatThrownBy(() -> tested().keys().resolve(text))
                .isInstanceOfAny(ConfigurationException.class, KeyNotFoundException.class)
                .message()
                .doesNotMatch("(?s).*\\p{Cntrl}.*");
    }

    @Test
    default void an_id_has_an_end() {
        assertThatThrownBy(() -> tested().keys().resolve("a".repeat(513))).isInstanceOf(ConfigurationException.class);
    }

    @Test
    default void a_ring_that_is_not_there_is_not_found() {
        assertThatThrownBy(() -> tested().keys().ring("nobodys").current())
                .isInstanceOf(KeyNotFoundException.class)
                .hasMessageContaining("nobodys");
        assertThat(tested().keys().rings()).isEmpty();
    }

    @Test
    default void a_ring_that_is_not_there_cannot_be_rotated() {
        assertThatThrownBy(() -> tested().keys().ring("nobodys").rotate(RotationPolicy.PRODUCTION))
                .isInstanceOf(KeyNotFoundException.class)
                .hasMessageContaining("nobodys");
    }
}
