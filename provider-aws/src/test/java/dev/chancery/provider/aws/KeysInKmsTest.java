package dev.chancery.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.CompromiseReport;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.UnusableKey;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.options.PublicArchive;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.signature.Verification;
import dev.chancery.testkit.store.SettableClock;
import dev.chancery.testkit.witness.OpenSsl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.kms.KmsClient;

/** What Chancery makes of KMS's own states, of keys that others made, and of what KMS forgets. */
class KeysInKmsTest {
    private final KeyStoreOptions withoutArchive = FakeKms.options().toBuilder()
            .clock(new SettableClock(Instant.now()))
            .build();

    private final FakeKms kms = new FakeKms();
    private final KmsClient others = kms.client();

    @TempDir
    private Path archive;

    @AfterEach
    void close() {
        assertThat(kms.problems()).isEmpty();
        others.close();
        kms.close();
    }

    private KeyStore open(String more) {
        return KeyStores.open(
                kms.uri(more),
                FakeKms.options().toBuilder()
                        .clock(new SettableClock(Instant.now()))
                        .stateTtl(Duration.ZERO)
                        .publicArchive(PublicArchive.directory(archive))
                        .build());
    }

    private static KeyMetadata make(KeyStore store) {
        return store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
    }

    private KeyMetadata onHoldAndNotArchived() {
        try (KeyStore store = KeyStores.open(kms.uri(""), withoutArchive)) {
            KeyMetadata key = make(store);
            store.changeState(key.id(), KeyState.SUSPENDED, "a laptop is missing");
            return key;
        }
    }

    private FakeKey inKms(KeyId id) {
        return kms.key(id);
    }

    private String somebodyElsesKey(String spec) {
        return others.createKey(order -> order.keySpec(spec).keyUsage("SIGN_VERIFY"))
                .keyMetadata()
                .keyId();
    }

    // --- states

    @Test
    void suspending_disables_and_resuming_enables() {
        try (KeyStore store = open("")) {
            KeyMetadata key = make(store);

            store.changeState(key.id(), KeyState.SUSPENDED, "on hold");
            assertThat(inKms(key.id()).state).isEqualTo("Disabled");

            store.changeState(key.id(), KeyState.ACTIVE, "resumed");
            assertThat(inKms(key.id()).state).isEqualTo("Enabled");
            assertThat(store.signer(key.id()).sign(new byte[1]).keyId()).isEqualTo(key.id());
        }
    }

    @Test
    void retiring_disables_nothing() {
        try (KeyStore store = open("")) {
            KeyMetadata key = make(store);

            store.changeState(key.id(), KeyState.DEACTIVATED, "retired");

            assertThat(inKms(key.id()).state).isEqualTo("Enabled");
        }
    }

    @Test
    void destroying_schedules_the_deletion_after_the_public_half_is_archived() throws IOException {
        try (KeyStore store = open("&window=7")) {
            KeyMetadata key = make(store);
            byte[] signature = store.signer(key.id()).sign(new byte[1]).value();
            store.changeState(key.id(), KeyState.DEACTIVATED, "retired");
            store.changeState(key.id(), KeyState.DESTROYED, "end of life");

            assertThat(inKms(key.id()).state).isEqualTo("PendingDeletion");
            assertThat(Duration.between(kms.clock.instant(), inKms(key.id()).deletion))
                    .isLessThan(Duration.ofDays(8));
            Path file;
            try (Stream<Path> files = Files.list(archive)) {
                file = files.filter(any -> !any.getFileName().toString().startsWith("."))
                        .findFirst()
                        .orElseThrow();
            }
            assertThat(OpenSsl.run(archive, "pkey", "-pubin", "-noout", "-text", "-in", file.toString()))
                    .contains("prime256v1");
            kms.deleteForGood(key.id().value());

            try (KeyStore later = open("")) {
                KeyMetadata gone = later.get(key.id());
                assertThat(gone.state()).isEqualTo(KeyState.DESTROYED);
                assertThat(gone.history()).hasSize(2);
                assertThat(gone.fingerprint()).isEqualTo(key.fingerprint());
                assertThat(later.verifier(key.id())
                                .verify(new byte[1], signature)
                                .isValid())
                        .isTrue();
                assertThatThrownBy(() -> later.signer(key.id()).sign(new byte[1]))
                        .isInstanceOf(KeyStateException.class);
            }

            // Found out years later: nothing else is left that could keep it from vouching.
            try (KeyStore later = open("")) {
                later.compromise(key.id(), CompromisedSince.UNKNOWN, "it had leaked before");
            }
            try (KeyStore later = open("")) {
                assertThat(later.get(key.id()).state()).isEqualTo(KeyState.DESTROYED);
                assertThat(later.verifier(key.id())
                                .verify(new byte[1], signature)
                                .status())
                        .isEqualTo(Verification.Status.COMPROMISED);
                assertThatThrownBy(() -> later.changeState(key.id(), KeyState.ACTIVE, "back"))
                        .isInstanceOf(KeyStateException.class);
            }
        }
    }

    @Test
    void without_an_archive_nothing_is_destroyed_but_an_emergency_goes_ahead_and_says_so() {
        try (KeyStore store = KeyStores.open(kms.uri(""), withoutArchive)) {
            KeyMetadata key = make(store);
            store.changeState(key.id(), KeyState.DEACTIVATED, "retired");

            assertThatThrownBy(() -> store.changeState(key.id(), KeyState.DESTROYED, "end of life"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("CHANCERY_ARCHIVE");
            assertThat(inKms(key.id()).state).isEqualTo("Enabled");

            CompromiseReport report = store.compromise(key.id(), CompromisedSince.UNKNOWN, "stolen");
            assertThat(report.isComplete()).isTrue();
            assertThat(report.leftToDo()).anySatisfy(left -> assertThat(left).contains("not archived"));
            assertThat(inKms(key.id()).state).isEqualTo("Disabled");
        }
    }

    @Test
    void without_an_archive_a_key_on_hold_is_resumed_all_the_same() {
        KeyMetadata key = onHoldAndNotArchived();

        try (KeyStore later = KeyStores.open(kms.uri(""), withoutArchive)) {
            assertThatThrownBy(() -> later.get(key.id()))
                    .isInstanceOf(KeyAccessException.class)
                    .hasMessageContaining("CHANCERY_ARCHIVE");

            KeyMetadata resumed = later.changeState(key.id(), KeyState.ACTIVE, "it was found");

            assertThat(resumed.state()).isEqualTo(KeyState.ACTIVE);
            assertThat(resumed.fingerprint()).isEqualTo(key.fingerprint());
            assertThat(later.signer(key.id()).sign(new byte[1]).keyId()).isEqualTo(key.id());
        }
    }

    @Test
    void without_an_archive_a_key_on_hold_is_marked_as_compromised_all_the_same() {
        KeyMetadata key = onHoldAndNotArchived();

        try (KeyStore later = KeyStores.open(kms.uri(""), withoutArchive)) {
            CompromiseReport report = later.compromise(key.id(), CompromisedSince.UNKNOWN, "it was stolen");

            assertThat(report.isComplete()).isTrue();
            assertThat(report.leftToDo()).anySatisfy(left -> assertThat(left).contains("Rotate its ring"));
            assertThat(inKms(key.id()).state).isEqualTo("Disabled");
            assertThat(inKms(key.id()).tags)
                    .containsEntry("chancery:state", "COMPROMISED")
                    .containsEntry("chancery:compromised-since", "UNKNOWN");
            assertThatThrownBy(() -> later.changeState(key.id(), KeyState.ACTIVE, "a mistake"))
                    .isInstanceOf(KeyStateException.class);
        }
    }

    @Test
    void a_compromised_key_is_disabled_and_its_mark_outlives_it() {
        try (KeyStore store = open("")) {
            KeyMetadata key = make(store);
            byte[] signature = store.signer(key.id()).sign(new byte[1]).value();

            store.compromise(key.id(), CompromisedSince.UNKNOWN, "stolen");
            assertThat(inKms(key.id()).state).isEqualTo("Disabled");
            store.changeState(key.id(), KeyState.DESTROYED, "no longer needed");
            kms.deleteForGood(key.id().value());

            try (KeyStore later = open("")) {
                assertThat(later.verifier(key.id())
                                .verify(new byte[1], signature)
                                .status())
                        .isEqualTo(Verification.Status.COMPROMISED);
            }
        }
    }

    @Test
    void a_mark_on_a_key_that_waits_for_its_deletion_stops_the_clock_for_a_moment_only() {
        try (KeyStore store = open("")) {
            KeyMetadata key = make(store);
            store.changeState(key.id(), KeyState.DEACTIVATED, "retired");
            store.changeState(key.id(), KeyState.DESTROYED, "end of life");

            store.compromise(key.id(), CompromisedSince.UNKNOWN, "found on an old disk");

            assertThat(inKms(key.id()).state).isEqualTo("PendingDeletion");
            assertThat(inKms(key.id()).tags).containsEntry("chancery:compromised-since", "UNKNOWN");
        }
    }

    /** KMS takes no tags while a deletion is scheduled; what was stopped for them is scheduled again, if need be by a second look. */
    @Test
    void a_deletion_that_was_stopped_for_a_mark_does_not_stay_stopped() {
        try (KeyStore store = open("&deadline=2")) {
            KeyMetadata key = make(store);
            store.changeState(key.id(), KeyState.DEACTIVATED, "retired");
            store.changeState(key.id(), KeyState.DESTROYED, "end of life");
            kms.faults().refuse("ScheduleKeyDeletion", "KMSInternalException", "", 3);

            store.compromise(key.id(), CompromisedSince.UNKNOWN, "found on an old disk");

            assertThat(inKms(key.id()).state).isEqualTo("PendingDeletion");
            assertThat(inKms(key.id()).tags).containsEntry("chancery:compromised-since", "UNKNOWN");
        }
    }

    @Test
    void a_key_that_somebody_disabled_or_deleted_by_hand_says_so() {
        try (KeyStore store = open("")) {
            KeyMetadata key = make(store);
            Signer signer = store.signer(key.id());

            // The key was made a moment ago, when KMS may still be catching up: ask as another process does.
            others.disableKey(request -> request.keyId(key.id().value()));
            try (KeyStore another = open("")) {
                assertThatThrownBy(() -> another.signer(key.id()).sign(new byte[1]))
                        .isInstanceOf(KeyAccessException.class)
                        .hasMessageContaining("Resume the key");
            }
            others.scheduleKeyDeletion(request -> request.keyId(key.id().value()));
            assertThatThrownBy(() -> signer.sign(new byte[1]))
                    .isInstanceOf(KeyStateException.class)
                    .hasMessageContaining("cancel-key-deletion");
        }
    }

    /** What this process wrote a moment ago stands in for an older answer, and never hides what another hand has done since. */
    @Test
    void a_key_that_was_disabled_by_hand_right_after_it_was_made_is_refused_at_once_and_can_be_resumed() {
        try (KeyStore store = open("")) {
            KeyMetadata key = make(store);
            Signer signer = store.signer(key.id());
            others.disableKey(request -> request.keyId(key.id().value()));
            kms.forgetRequests();

            assertThatThrownBy(() -> signer.sign(new byte[1]))
                    .isInstanceOf(KeyStateException.class)
                    .hasMessageContaining("disabled");
            assertThat(kms.requests()).isLessThanOrEqualTo(4);

            store.changeState(key.id(), KeyState.ACTIVE, "that was a mistake");
            assertThat(inKms(key.id()).state).isEqualTo("Enabled");
            assertThat(signer.sign(new byte[1]).value()).isNotEmpty();
        }
    }

    @Test
    void a_mark_of_another_process_counts_at_once_whatever_this_process_wrote_a_moment_ago() {
        try (KeyStore store = KeyStores.open(
                kms.uri(""),
                FakeKms.options().toBuilder()
                        .publicArchive(PublicArchive.directory(archive))
                        .stateTtl(Duration.ZERO)
                        .build())) {
            KeyMetadata key = make(store);
            Signer signer = store.signer(key.id());
            store.changeState(key.id(), KeyState.SUSPENDED, "a laptop is missing");
            store.changeState(key.id(), KeyState.ACTIVE, "it was found");

            inKms(key.id()).tags.put("chancery:compromised-since", "UNKNOWN");
            inKms(key.id()).tags.put("chancery:revision", "1");

            assertThatThrownBy(() -> signer.sign(new byte[1])).isInstanceOf(KeyStateException.class);
            assertThat(store.get(key.id()).state()).isEqualTo(KeyState.COMPROMISED);
        }
    }

    @Test
    void a_resumption_never_undoes_what_a_mark_has_disabled() {
        try (KeyStore store = open("");
                KeyStore another = open("")) {
            KeyMetadata key = make(store);
            store.changeState(key.id(), KeyState.SUSPENDED, "a laptop is missing");
            AtomicBoolean marked = new AtomicBoolean();
            kms.witness = (operation, request, answer) -> {
                if (operation.equals("EnableKey") && !marked.getAndSet(true)) {
                    inKms(key.id()).tags.put("chancery:compromised-since", "UNKNOWN");
                }
            };

            assertThatThrownBy(() -> another.changeState(key.id(), KeyState.ACTIVE, "it was found"))
                    .isInstanceOf(KeyStateException.class)
                    .hasMessageContaining("COMPROMISED");

            assertThat(marked).isTrue();
            assertThat(inKms(key.id()).state).isEqualTo("Disabled");
        }
    }

    /** Who may tag and not disable still marks. */
    @Test
    void a_key_that_cannot_be_disabled_is_marked_all_the_same_and_the_report_says_so() {
        try (KeyStore store = open("")) {
            KeyMetadata key = make(store);
            kms.denied = Set.of("DisableKey");

            CompromiseReport report = store.compromise(key.id(), CompromisedSince.UNKNOWN, "stolen");

            assertThat(report.isComplete()).isFalse();
            assertThat(inKms(key.id()).tags).containsEntry("chancery:compromised-since", "UNKNOWN");
            assertThatThrownBy(() -> store.signer(key.id()).sign(new byte[1])).isInstanceOf(KeyStateException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyState.class,
            names = {"DEACTIVATED", "DESTROYED"})
    void a_key_whose_public_half_makes_no_sense_goes_out_of_use_all_the_same(KeyState to) {
        KeyId id;
        try (KeyStore store = open("")) {
            id = make(store).id();
        }
        kms.faults().next("GetPublicKey", Faults.Fault.OTHER_KEY, Integer.MAX_VALUE);

        try (KeyStore store = open("")) {
            if (to == KeyState.DESTROYED) {
                assertThatThrownBy(() -> store.changeState(id, KeyState.DEACTIVATED, "damaged"))
                        .isInstanceOf(IntegrityException.class);
            }
            assertThatThrownBy(() -> store.changeState(id, to, "damaged"))
                    .isInstanceOf(ChanceryException.class)
                    .hasMessageContaining("is " + to + " now");
            assertThat(store.compromise(id, CompromisedSince.UNKNOWN, "who knows")
                            .steps())
                    .first()
                    .satisfies(step -> assertThat(step.done()).isTrue());
        }
        assertThat(inKms(id).tags).containsEntry("chancery:compromised-since", "UNKNOWN");
        assertThat(inKms(id).state).isEqualTo(to == KeyState.DESTROYED ? "PendingDeletion" : "Disabled");
    }

    @Test
    void a_key_of_another_store_is_not_used_by_this_one() {
        KeyId id;
        try (KeyStore theirs = open("&prefix=theirs")) {
            id = make(theirs).id();
        }
        others.createAlias(
                alias -> alias.aliasName("alias/chancery/ring/release/1").targetKeyId(id.value()));

        try (KeyStore store = open("")) {
            assertThat(store.list()).isEmpty();
            assertThat(store.unusable())
                    .singleElement()
                    .satisfies(key -> assertThat(key.reason()).contains("'theirs'"));
            assertThatThrownBy(() -> store.ring("release").signer().sign(new byte[1]))
                    .isInstanceOf(ChanceryException.class);
        }
    }

    @Test
    void tags_that_were_tampered_with_are_damage() {
        try (KeyStore store = open("")) {
            KeyMetadata key = make(store);
            inKms(key.id()).tags.put("chancery:state", "SPLENDID");
            inKms(key.id()).tags.put("chancery:revision", "99");

            assertThat(store.unusable())
                    .singleElement()
                    .satisfies(unusable -> assertThat(unusable.problem()).isEqualTo(UnusableKey.Problem.DAMAGED));
            assertThatThrownBy(() -> store.get(key.id())).isInstanceOf(IntegrityException.class);
        }
    }

    @Test
    void a_key_whose_tags_somebody_removed_is_damaged_and_no_fresh_one() {
        try (KeyStore store = open("")) {
            KeyMetadata key = make(store);
            store.changeState(key.id(), KeyState.SUSPENDED, "a laptop is missing");
            inKms(key.id()).tags.keySet().removeIf(name -> name.startsWith("chancery:"));
            inKms(key.id()).state = "Enabled";

            try (KeyStore another = open("")) {
                assertThat(another.list()).isEmpty();
                assertThat(another.unusable()).singleElement().satisfies(unusable -> {
                    assertThat(unusable.problem()).isEqualTo(UnusableKey.Problem.DAMAGED);
                    assertThat(unusable.reason()).contains("alias/chancery/invoices");
                });
                assertThatThrownBy(() -> another.signer(key.id()).sign(new byte[1]))
                        .isInstanceOf(IntegrityException.class);
                assertThatThrownBy(() -> another.changeState(key.id(), KeyState.ACTIVE, "it works"))
                        .isInstanceOf(IntegrityException.class);

                another.compromise(key.id(), CompromisedSince.UNKNOWN, "nobody knows");
            }
            assertThat(inKms(key.id()).state).isEqualTo("Disabled");
            assertThat(inKms(key.id()).tags)
                    .containsEntry("chancery:state", "COMPROMISED")
                    .containsEntry("chancery:compromised-since", "UNKNOWN");
        }
    }

    @Test
    void a_mark_in_the_archive_counts_where_the_tags_are_gone() {
        KeyId id;
        byte[] signature;
        try (KeyStore store = open("")) {
            id = make(store).id();
            signature = store.signer(id).sign(new byte[1]).value();
            store.compromise(id, CompromisedSince.UNKNOWN, "stolen");
        }
        inKms(id).tags.clear();
        inKms(id).state = "Enabled";

        try (KeyStore store = open("")) {
            assertThatThrownBy(() -> store.signer(id).sign(new byte[1])).isInstanceOf(ChanceryException.class);
            assertThatThrownBy(() -> store.verifier(id).verify(new byte[1], signature))
                    .isInstanceOf(IntegrityException.class);
            store.compromise(id, CompromisedSince.UNKNOWN, "still stolen");
            assertThat(inKms(id).state).isEqualTo("Disabled");
            assertThat(inKms(id).tags).containsEntry("chancery:compromised-since", "UNKNOWN");
        }
    }

    @Test
    void a_mark_that_finds_no_room_disables_the_key_and_is_archived() {
        String id = somebodyElsesKey("ECC_NIST_P256");
        for (int i = 0; i < 50; i++) {
            inKms(new KeyId(id)).tags.put("own-" + i, "");
        }
        try (KeyStore store = open("")) {
            CompromiseReport report = store.compromise(new KeyId(id), CompromisedSince.UNKNOWN, "stolen");

            assertThat(report.isComplete()).isFalse();
            assertThat(inKms(new KeyId(id)).state).isEqualTo("Disabled");
        }
        inKms(new KeyId(id)).state = "Enabled";
        try (KeyStore later = open("")) {
            assertThatThrownBy(() -> later.signer(new KeyId(id)).sign(new byte[1]))
                    .isInstanceOf(ChanceryException.class);
        }
    }

    // --- keys of others

    @Test
    void a_key_of_a_kind_that_does_not_sign_here_is_listed_with_the_reason() {
        String id = somebodyElsesKey("ECC_SECG_P256K1");
        others.createAlias(alias -> alias.aliasName("alias/chancery/bitcoin").targetKeyId(id));

        try (KeyStore store = open("")) {
            kms.copyTags(make(store).id().value(), id);

            assertThat(store.list()).hasSize(1);
            assertThat(store.unusable()).singleElement().satisfies(unusable -> {
                assertThat(unusable.problem()).isEqualTo(UnusableKey.Problem.UNSUPPORTED);
                assertThat(unusable.reason()).contains("ECC_SECG_P256K1");
            });
        }
    }

    @Test
    void an_alias_of_the_users_own_is_followed_where_he_points_it() {
        String first = somebodyElsesKey("ECC_NIST_P256");
        String second = somebodyElsesKey("RSA_2048");
        others.createAlias(alias -> alias.aliasName("alias/Billing").targetKeyId(first));

        try (KeyStore store = open("")) {
            KeyId billing = store.resolve("alias/Billing");
            Signer signer = store.signer(billing);
            assertThat(signer.sign(new byte[1]).keyId()).isEqualTo(new KeyId(first));
            assertThat(store.get(billing).origin()).isEqualTo(KeyOrigin.FOREIGN);

            others.updateAlias(alias -> alias.aliasName("alias/Billing").targetKeyId(second));

            assertThat(signer.sign(new byte[1]).keyId()).isEqualTo(new KeyId(second));
            assertThat(signer.key().spec()).isEqualTo(KeySpec.RSA_2048);
            byte[] old = store.signer(new KeyId(first)).sign(new byte[1]).value();
            assertThat(store.verifier(new KeyId(first)).verify(new byte[1], old).isValid())
                    .as("a public key is kept by the key, never by the alias")
                    .isTrue();
        }
    }

    @Test
    void prefixes_keep_stores_apart() {
        try (KeyStore one = open("&prefix=one");
                KeyStore two = open("&prefix=two/prod")) {
            KeyMetadata a = one.generate(
                    KeyRequest.builder(KeySpec.EC_P256).name("key").ring("ring").build());
            KeyMetadata b = two.generate(
                    KeyRequest.builder(KeySpec.EC_P256).name("key").ring("ring").build());

            assertThat(one.list()).extracting(KeyMetadata::id).containsExactly(a.id());
            assertThat(two.list()).extracting(KeyMetadata::id).containsExactly(b.id());
            assertThat(kms.aliases())
                    .containsOnlyKeys(
                            "alias/one/key",
                            "alias/one/ring/ring/1",
                            "alias/two/prod/key",
                            "alias/two/prod/ring/ring/1");
        }
    }

    // --- the guide's variables

    private KeyStore guide(String key) {
        return KeyStores.open(
                kms.uri("&pinned=true"),
                FakeKms.options().toBuilder().defaultKey(key).pinned(true).build());
    }

    private static final Set<String> ALL_BUT_THREE = Set.of(
            "CreateKey",
            "ListKeys",
            "ListAliases",
            "ListResourceTags",
            "TagResource",
            "CreateAlias",
            "DeleteAlias",
            "EnableKey",
            "DisableKey",
            "ScheduleKeyDeletion",
            "CancelKeyDeletion");

    @Test
    void the_guides_key_signs_with_three_permissions_whatever_it_is_called_by() {
        String id = somebodyElsesKey("ECC_NIST_P256");
        others.createAlias(alias -> alias.aliasName("alias/my-key").targetKeyId(id));
        kms.denied = ALL_BUT_THREE;
        String arn = "arn:aws:kms:" + FakeKms.REGION + ":" + FakeKms.ACCOUNT + ":";

        for (String name : new String[] {id, arn + "key/" + id, "alias/my-key", arn + "alias/my-key"}) {
            try (KeyStore store = guide(name)) {
                byte[] signature = store.defaultSigner().sign(new byte[1]).value();
                KeyMetadata key = store.defaultSigner().key();
                assertThat(OpenSsl.verify(key.publicKey(), key.defaultAlgorithm(), new byte[1], signature))
                        .as(name)
                        .isTrue();
                assertThat(key.state()).isEqualTo(KeyState.ACTIVE);
                assertThat(store.list()).extracting(KeyMetadata::fingerprint).containsExactly(key.fingerprint());
                assertThat(store.rings()).isEmpty();
                assertThat(store.capabilities()).isEmpty();
                assertThatThrownBy(() -> store.changeState(key.id(), KeyState.SUSPENDED, "on hold"))
                        .isInstanceOf(UnsupportedException.class)
                        .hasMessageContaining("LIFECYCLE");
            }
        }
    }

    @Test
    void the_environment_opens_it_pinned() {
        String id = somebodyElsesKey("ECC_NIST_P256");
        Map<String, String> guide =
                Map.of("CRYPTO_USE_KMS", "true", "CRYPTO_KMS_KEY_ID", id, "CRYPTO_KMS_REGION", FakeKms.REGION);

        try (KeyStore store = KeyStores.fromEnvironment(guide, FakeKms.options())) {
            assertThat(store.location()).isEqualTo("awskms:///?region=" + FakeKms.REGION);
            assertThat(store.capabilities()).isEmpty();
        }
    }

    @Test
    void a_pinned_key_is_in_the_state_that_kms_says() {
        String id = somebodyElsesKey("ECC_NIST_P256");
        kms.denied = ALL_BUT_THREE;
        Consumer<KeyState> expect = state -> {
            try (KeyStore store = guide(id)) {
                assertThat(store.unusable()).isEmpty();
                assertThat(store.get(new KeyId(id)).state()).isEqualTo(state);
            }
        };
        expect.accept(KeyState.ACTIVE);
        try (KeyStore store = KeyStores.open(
                kms.uri("&pinned=true"),
                FakeKms.options().toBuilder()
                        .defaultKey(id)
                        .stateTtl(Duration.ZERO)
                        .build())) {
            Signer signer = store.defaultSigner();
            byte[] signature = signer.sign(new byte[1]).value();

            kms.keys().get(0).state = "Disabled";
            assertThat(store.get(new KeyId(id)).state()).isEqualTo(KeyState.SUSPENDED);
            assertThatThrownBy(() -> signer.sign(new byte[1])).isInstanceOf(KeyStateException.class);

            kms.keys().get(0).state = "PendingDeletion";
            assertThat(store.get(new KeyId(id)).state()).isEqualTo(KeyState.DESTROYED);
            assertThat(store.verifier(new KeyId(id))
                            .verify(new byte[1], signature)
                            .isValid())
                    .isTrue();
        }
    }

    @Test
    void where_tags_may_be_read_they_count_in_pinned_key_mode_too() {
        KeyId id;
        try (KeyStore store = open("")) {
            id = make(store).id();
            store.changeState(id, KeyState.DEACTIVATED, "retired");
        }

        try (KeyStore store = guide(id.value())) {
            assertThatThrownBy(() -> store.defaultSigner().sign(new byte[1])).isInstanceOf(KeyStateException.class);
            kms.denied = Set.of("ListResourceTags");
            assertThatThrownBy(() -> store.get(id))
                    .as("a permission that is gone revives no key")
                    .isInstanceOf(KeyAccessException.class);
        }
    }

    @Test
    void a_pinned_key_whose_tags_somebody_removed_is_damaged() {
        KeyId id;
        try (KeyStore store = open("")) {
            id = make(store).id();
            try (KeyStore pinned = guide(id.value())) {
                assertThat(pinned.get(id).state()).isEqualTo(KeyState.ACTIVE);
                kms.untag(id.value());

                assertThatThrownBy(() -> pinned.get(id)).isInstanceOf(IntegrityException.class);
            }
        }
        try (KeyStore pinned = guide("alias/chancery/invoices")) {
            assertThatThrownBy(() -> pinned.defaultSigner().sign(new byte[1]))
                    .as("a name of ours was given to a key with tags")
                    .isInstanceOf(IntegrityException.class);
        }
    }

    @Test
    void tags_that_may_be_read_only_now_count_from_now_on() {
        KeyId id;
        try (KeyStore store = open("")) {
            id = make(store).id();
            store.changeState(id, KeyState.DEACTIVATED, "retired");
        }
        kms.denied = Set.of("ListResourceTags");

        try (KeyStore store = KeyStores.open(
                kms.uri("&pinned=true"),
                FakeKms.options().toBuilder()
                        .defaultKey(id.value())
                        .stateTtl(Duration.ZERO)
                        .build())) {
            assertThat(store.get(id).state()).isEqualTo(KeyState.ACTIVE);
            kms.denied = Set.of();

            assertThat(store.get(id).state()).isEqualTo(KeyState.DEACTIVATED);
            assertThatThrownBy(() -> store.defaultSigner().sign(new byte[1])).isInstanceOf(KeyStateException.class);
        }
    }

    @Test
    void outside_pinned_key_mode_tags_are_needed_and_the_error_says_so() {
        String id = somebodyElsesKey("ECC_NIST_P256");
        kms.denied = Set.of("ListResourceTags");

        try (KeyStore store = open("")) {
            assertThatThrownBy(() -> store.get(new KeyId(id)))
                    .isInstanceOf(KeyAccessException.class)
                    .hasMessageContaining("kms:ListResourceTags")
                    .hasMessageContaining("pinned=true");
        }
    }

    // --- other servers, and a KMS that is late

    @Test
    void a_server_that_tells_as_little_as_it_may_will_do() {
        kms.terse = true;
        kms.page = 1;
        kms.tagPage = 1;

        try (KeyStore store = open("")) {
            KeyMetadata key = store.generate(
                    KeyRequest.builder(KeySpec.EC_P256).ring("release").build());
            store.ring("release").rotate(RotationPolicy.PRODUCTION);
            assertThat(store.ring("release").signer().sign(new byte[1]).value()).isNotEmpty();
            assertThat(store.ring("release").keys()).hasSize(2);
            assertThat(store.list()).hasSize(2);
            assertThat(store.get(key.id()).ring().orElseThrow().generation()).isEqualTo(1);
        }
    }

    @Test
    void what_this_process_has_made_may_take_kms_a_moment_to_know() {
        kms.lag = Duration.ofMillis(150);

        try (KeyStore store = open("")) {
            KeyMetadata key = store.generate(
                    KeyRequest.builder(KeySpec.EC_P256).ring("release").build());
            assertThat(store.resolve("release")).isEqualTo(key.id());
            assertThat(store.list()).extracting(KeyMetadata::id).containsExactly(key.id());
            assertThat(store.ring("release").rotate(RotationPolicy.PRODUCTION).generation())
                    .isEqualTo(2);
            assertThat(store.ring("release").signer().sign(new byte[1]).value()).isNotEmpty();
        }
    }

    @Test
    void a_client_of_the_applications_own_is_used_and_left_open() {
        try (KeyStore store = AwsKeyStore.open(
                others, "awskms:///?region=" + FakeKms.REGION + "&prefix=injected", FakeKms.options())) {
            KeyMetadata key = make(store);
            assertThat(store.signer(key.id()).sign(new byte[1]).keyId()).isEqualTo(key.id());
        }
        assertThat(others.listKeys().keys()).isNotEmpty();
        assertThatThrownBy(() -> AwsKeyStore.open(others, kms.uri(""), FakeKms.options()))
                .isInstanceOf(ConfigurationException.class);
    }
}
