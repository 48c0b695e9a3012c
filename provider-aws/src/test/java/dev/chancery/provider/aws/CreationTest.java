package dev.chancery.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.key.Orphan;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.testkit.store.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How many keys are left by a creation that fails: one under the name at most, one without a name for each unknown fate. */
class CreationTest {
    private final FakeKms kms = new FakeKms();
    private final SettableClock clock = new SettableClock(Instant.now().truncatedTo(ChronoUnit.SECONDS));
    private final KeyStoreOptions options =
            FakeKms.options().toBuilder().clock(clock).build();
    private final KeyStore store = KeyStores.open(kms.uri("&deadline=2"), options);

    @AfterEach
    void close() {
        assertThat(kms.problems()).isEmpty();
        store.close();
        kms.close();
    }

    private KeyMetadata make(String name) {
        return store.generate(KeyRequest.of(KeySpec.EC_P256, name));
    }

    @Test
    void the_order_carries_every_tag_and_the_alias_commits_it() {
        KeyId id = make("invoices").id();

        assertThat(kms.requests("CreateKey")).isEqualTo(1);
        assertThat(kms.requests("TagResource")).isZero();
        assertThat(kms.keys().get(0).tags)
                .containsEntry("chancery:state", "ACTIVE")
                .containsEntry("chancery:name", "invoices")
                .containsEntry("chancery:prefix", "chancery")
                .containsKeys("chancery:request", "chancery:created", "chancery:sign-until");
        assertThat(kms.aliases()).isEqualTo(Map.of("alias/chancery/invoices", id.value()));
    }

    /** The JDK's HTTP client would repeat the order by itself. */
    @ParameterizedTest
    @EnumSource(
            value = Faults.Fault.class,
            names = {"DROPPED_AFTER_COMMIT", "TRUNCATED", "CORRUPTED", "SILENCE"})
    void a_lost_answer_to_the_order_makes_no_second_key_and_the_first_is_found(Faults.Fault fault) {
        kms.faults().next("CreateKey", fault, 1);

        KeyMetadata key = make("invoices");

        assertThat(kms.requests("CreateKey")).isEqualTo(1);
        assertThat(kms.keys()).hasSize(1);
        assertThat(kms.unnamed()).isEmpty();
        assertThat(store.signer(key.id()).sign(new byte[1]).keyId()).isEqualTo(key.id());
    }

    /** KMS may take seconds for a large RSA key. */
    @Test
    void the_order_may_take_the_whole_deadline_where_another_call_is_tried_again() {
        kms.faults().next("CreateKey", Faults.Fault.SLOW, 1);
        Signer signer = store.signer(make("invoices").id());
        kms.faults().next("Sign", Faults.Fault.SLOW, 1);

        signer.sign(new byte[1]);

        assertThat(kms.requests("ListKeys")).as("looks for a lost key").isZero();
        assertThat(kms.requests("Sign")).as("one given up, one answered").isEqualTo(2);
    }

    @Test
    void an_order_that_never_arrived_is_not_repeated_and_its_error_names_it() {
        kms.faults().next("CreateKey", Faults.Fault.DROPPED_BEFORE, 1);

        assertThatThrownBy(() -> make("invoices"))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("invoices")
                .hasMessageContaining("chancery orphans")
                .hasMessageMatching("(?s).*creation [0-9a-f-]{36}.*");
        assertThat(kms.requests("CreateKey")).isEqualTo(1);
        assertThat(kms.keys()).isEmpty();

        assertThat(make("invoices").id().value()).isEqualTo(kms.keys().get(0).id);
    }

    @Test
    void a_key_that_cannot_be_found_again_is_left_and_listed() {
        kms.faults().next("CreateKey", Faults.Fault.DROPPED_AFTER_COMMIT, 1);
        kms.denied = Set.of("ListKeys");

        assertThatThrownBy(() -> make("invoices")).isInstanceOf(StoreUnavailableException.class);
        KeyMetadata second = make("invoices");

        assertThat(kms.keys()).hasSize(2);
        kms.denied = Set.of();
        List<Orphan> orphans = store.orphans();
        assertThat(orphans).hasSize(1);
        assertThat(orphans.get(0).claimedName().value()).isEqualTo("invoices");
        assertThat(orphans.get(0).id()).isNotEqualTo(second.id());
        assertThat(store.list()).extracting(KeyMetadata::id).containsExactly(second.id());
    }

    @Test
    void an_orphan_is_removed_when_its_creation_is_long_over() {
        kms.faults().refuse("CreateAlias", "KMSInternalException");
        assertThatThrownBy(() -> make("invoices")).isInstanceOf(StoreUnavailableException.class);
        kms.faults().allow("CreateAlias");
        KeyId orphan = store.orphans().get(0).id();
        KeyId named = make("payroll").id();

        assertThatThrownBy(() -> store.removeOrphan(orphan))
                .isInstanceOf(KeyStateException.class)
                .hasMessageContaining("still go on");
        clock.advance(Duration.ofHours(1));
        store.removeOrphan(orphan);

        assertThat(store.orphans()).isEmpty();
        assertThat(kms.keys())
                .filteredOn(key -> key.id.equals(orphan.value()))
                .singleElement()
                .satisfies(key -> assertThat(key.state).isEqualTo("PendingDeletion"));
        assertThatThrownBy(() -> store.removeOrphan(named)).isInstanceOf(KeyNotFoundException.class);
        assertThat(store.get(named).id()).isEqualTo(named);
    }

    @Test
    void orphans_of_another_prefix_and_keys_of_others_are_not_ours() {
        kms.faults().refuse("CreateAlias", "KMSInternalException");
        try (KeyStore other = KeyStores.open(kms.uri("&prefix=other&deadline=2"), options)) {
            assertThatThrownBy(() -> other.generate(KeyRequest.of(KeySpec.EC_P256, "theirs")))
                    .isInstanceOf(StoreUnavailableException.class);
            assertThat(other.orphans()).hasSize(1);
        }
        try (var client = kms.client()) {
            client.createKey(order -> order.keySpec("ECC_NIST_P256").keyUsage("SIGN_VERIFY"));
        }

        assertThat(store.orphans()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GetPublicKey", "CreateAlias"})
    void a_step_that_is_forbidden_leaves_a_key_on_its_way_out(String operation) {
        kms.denied = Set.of(operation);

        assertThatThrownBy(() -> make("invoices")).hasMessageContaining(operation);

        assertThat(kms.aliases()).isEmpty();
        assertThat(kms.keys())
                .singleElement()
                .satisfies(key -> assertThat(key.state).isEqualTo("PendingDeletion"));
    }

    /** Nothing was made, so that it can be asked for again. */
    @Test
    void an_order_that_is_throttled_is_sent_again() {
        kms.faults().refuse("CreateKey", "ThrottlingException", "Rate exceeded", 2);

        KeyMetadata key = make("invoices");

        assertThat(kms.requests("CreateKey")).isEqualTo(3);
        assertThat(kms.keys()).hasSize(1);
        assertThat(kms.aliases()).containsValue(key.id().value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GetPublicKey", "CreateAlias"})
    void a_step_that_is_throttled_for_ever_leaves_no_key_that_is_paid_for(String operation) {
        kms.faults().refuse(operation, "ThrottlingException");

        assertThatThrownBy(() -> make("invoices")).isInstanceOf(StoreUnavailableException.class);

        assertThat(kms.keys())
                .singleElement()
                .satisfies(key -> assertThat(key.state).isEqualTo("PendingDeletion"));
        assertThat(kms.aliases()).isEmpty();
    }

    /** What core would not use gets no name. */
    @Test
    void a_key_with_an_answer_that_makes_no_sense_gets_no_name() {
        kms.faults().next("GetPublicKey", Faults.Fault.OTHER_KEY, 1);

        assertThatThrownBy(() -> make("invoices"))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("was not made");

        assertThat(kms.requests("CreateAlias")).isZero();
        assertThat(kms.unnamed()).isEmpty();
        assertThat(make("invoices").state()).isEqualTo(KeyState.ACTIVE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DisabledException", "KMSInvalidStateException"})
    void a_key_whose_public_half_kms_keeps_back_gets_no_name(String code) {
        kms.faults().refuse("GetPublicKey", code);

        assertThatThrownBy(() -> make("invoices")).isInstanceOf(IntegrityException.class);

        assertThat(kms.requests("CreateAlias")).isZero();
        assertThat(kms.unnamed()).isEmpty();
    }

    @Test
    void a_new_key_has_the_tags_that_the_uri_names() {
        try (KeyStore tagged = KeyStores.open(kms.uri("&tags=Team=pki,Cost%20centre=42"), options)) {
            tagged.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
        }

        assertThat(kms.keys().get(0).tags)
                .containsEntry("Team", "pki")
                .containsEntry("Cost centre", "42")
                .containsEntry("chancery:state", "ACTIVE");
    }

    @Test
    void a_lost_answer_to_the_name_is_no_failure() {
        kms.faults().next("CreateAlias", Faults.Fault.DROPPED_AFTER_COMMIT, 1);

        KeyMetadata key = make("invoices");

        assertThat(kms.aliases())
                .containsEntry("alias/chancery/invoices", key.id().value());
        assertThat(kms.keys()).hasSize(1);
    }

    @Test
    void a_name_that_somebody_took_in_between_is_refused_and_the_key_is_on_its_way_out() {
        make("invoices");
        kms.faults().refuse("DescribeKey", "NotFoundException", "Alias is not found", 1);

        try (KeyStore late = KeyStores.open(kms.uri("&deadline=2"), options)) {
            assertThatThrownBy(() -> late.generate(KeyRequest.of(KeySpec.EC_P256, "invoices")))
                    .isInstanceOf(KeyExistsException.class);
        }

        assertThat(kms.keys()).hasSize(2);
        assertThat(kms.unnamed()).isEmpty();
        assertThat(store.list()).hasSize(1);
    }

    @Test
    void no_quota_left_makes_no_key() {
        kms.keyQuota = 0;

        assertThatThrownBy(() -> make("invoices"))
                .isInstanceOf(ChanceryException.class)
                .hasMessageContaining("quota");
        assertThat(kms.requests("CreateKey")).isEqualTo(1);
    }

    @Test
    void a_key_cannot_be_named_like_a_key_id() {
        assertThatThrownBy(() -> make("1234abcd-12ab-34cd-56ef-1234567890ab")).hasMessageContaining("key id");
        assertThat(kms.keys()).isEmpty();
    }

    @Test
    void labels_and_reasons_may_hold_what_tags_may_not() {
        KeyMetadata key = store.generate(KeyRequest.builder(KeySpec.EC_P256)
                .name("invoices")
                .label("owner", "Müller & Söhne <accounting@example.org>; 50 % of \"it\"")
                .build());
        store.changeState(key.id(), KeyState.DEACTIVATED, "it's over — 完 (#1)!");

        try (KeyStore another = KeyStores.open(kms.uri(""), options)) {
            assertThat(another.get(key.id()).attributes().labels())
                    .isEqualTo(key.attributes().labels());
            assertThat(another.get(key.id()).history().get(0).reason()).isEqualTo("it's over — 完 (#1)!");
        }
    }

    @Test
    void labels_that_have_no_room_are_refused_before_a_key_is_made() {
        KeyRequest.Builder request = KeyRequest.builder(KeySpec.EC_P256).name("invoices");
        for (int i = 0; i < 60; i++) {
            request.label("label-" + i, "x".repeat(250));
        }

        assertThatThrownBy(() -> store.generate(request.build())).hasMessageContaining("Shorten");
        assertThat(kms.keys()).isEmpty();
    }
}
