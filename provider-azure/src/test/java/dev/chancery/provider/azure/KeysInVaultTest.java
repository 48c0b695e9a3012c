package dev.chancery.provider.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.Capability;
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
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.interception.Operation;
import dev.chancery.interception.OperationInterceptor;
import dev.chancery.interception.Outcome;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttestation;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.key.UnusableKey;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.options.PublicArchive;
import dev.chancery.provider.azure.FakeVersion.Attributes;
import dev.chancery.signature.Verification;
import dev.chancery.spi.support.PausingClock;
import dev.chancery.testkit.store.SettableClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Chancery makes of a vault's own states, of keys that others made, and of what others do to ours. */
class KeysInVaultTest {
    private static final byte[] MESSAGE = {1};

    private final FakeKeyVault vault = new FakeKeyVault();
    private final PausingClock clock = new SettableClock(Instant.now());

    @TempDir
    private Path archive;

    @AfterEach
    void close() {
        vault.close();
        assertThat(vault.problems()).isEmpty();
    }

    private KeyStoreOptions.Builder options() {
        return FakeKeyVault.options().toBuilder().clock(clock).stateTtl(Duration.ZERO);
    }

    private KeyStore open(String more) {
        return KeyStores.open(vault.uri(more), options().build());
    }

    private static KeyMetadata make(KeyStore store) {
        return store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
    }

    private Attributes inVault(KeyId id) {
        return vault.keys().get(id.value()).now;
    }

    // --- what is written

    @Test
    void a_new_key_has_its_record_fingerprint_and_public_half_in_a_few_tags_and_an_end_in_the_vault() {
        try (KeyStore store = open("")) {
            KeyMetadata key = make(store);

            Attributes kept = inVault(key.id());
            assertThat(kept.tags()).containsEntry("chancery-state", "ACTIVE").hasSizeLessThanOrEqualTo(6);
            assertThat(String.join("", kept.tags().values())).contains("fingerprint=" + key.fingerprint());
            assertThat(kept.enabled()).isTrue();
            assertThat(kept.expires())
                    .hasValue(key.signUntil()
                            .orElseThrow()
                            .plusMillis(999)
                            .truncatedTo(ChronoUnit.SECONDS)
                            .getEpochSecond());
        }
    }

    @Test
    void suspending_disables_and_resuming_enables_each_with_the_tags_in_one_request() {
        try (KeyStore store = open("")) {
            KeyMetadata key = make(store);
            vault.forgetRequests();

            store.changeState(key.id(), KeyState.SUSPENDED, "on hold");
            assertThat(inVault(key.id()).enabled()).isFalse();
            assertThat(inVault(key.id()).tags()).containsEntry("chancery-state", "SUSPENDED");
            assertThat(vault.requests("patch")).isEqualTo(1);

            store.changeState(key.id(), KeyState.ACTIVE, "resumed");
            assertThat(inVault(key.id()).enabled()).isTrue();
            assertThat(vault.requests("patch")).isEqualTo(2);
            assertThat(store.signer(key.id()).sign(MESSAGE).keyId()).isEqualTo(key.id());
        }
    }

    @Test
    void destroying_is_one_patch_and_the_material_remains() {
        try (KeyStore store = open("")) {
            KeyMetadata key = make(store);
            byte[] signature = store.signer(key.id()).sign(MESSAGE).value();
            store.changeState(key.id(), KeyState.DEACTIVATED, "retired");
            assertThat(inVault(key.id()).enabled()).isTrue();
            vault.forgetRequests();

            store.changeState(key.id(), KeyState.DESTROYED, "end of life");

            assertThat(vault.requests("patch")).isEqualTo(1);
            assertThat(vault.requests("delete")).isZero();
            assertThat(inVault(key.id()).enabled()).isFalse();
            assertThat(inVault(key.id()).tags()).containsEntry("chancery-state", "DESTROYED");
            assertThat(store.verifier(key.id()).verify(MESSAGE, signature).isValid())
                    .isTrue();
            assertThat(store.capabilities())
                    .contains(Capability.CLAIM_BY_ELECTION, Capability.GENERATE)
                    .doesNotContain(Capability.DELETE_MATERIAL);
            assertThatThrownBy(() -> store.signer(key.id()).sign(MESSAGE)).isInstanceOf(KeyStateException.class);
        }
    }

    /** A vault deletes no single version. */
    @ParameterizedTest
    @ValueSource(strings = {"deleted", "purged"})
    void where_the_uri_says_so_a_name_goes_when_its_last_version_is_destroyed(String what) {
        KeyStoreOptions archiving =
                options().publicArchive(PublicArchive.directory(archive)).build();
        try (KeyStore store = KeyStores.open(vault.uri("&destroyed=" + what), archiving)) {
            KeyRequest inRing =
                    KeyRequest.builder(KeySpec.EC_P256).ring("release").build();
            KeyMetadata first = store.generate(inRing);
            byte[] signature = store.signer(first.id()).sign(MESSAGE).value();
            KeyMetadata second = store.generate(inRing);
            assertThat(store.capabilities()).contains(Capability.DELETE_MATERIAL);

            store.changeState(first.id(), KeyState.DEACTIVATED, "retired");
            destroy(store, first.id());
            assertThat(vault.requests("delete")).isZero();
            vault.faults().refuse("deleted-delete", 404, "KeyNotFound", "", "It is being deleted.", 1);
            destroy(store, second.id());

            assertThat(vault.requests("delete")).isOne();
            assertThat(vault.requests("deleted-delete")).isEqualTo(what.equals("purged") ? 2 : 0);
            assertThat(store.list()).isEmpty();
            assertThat(store.verifier(first.id()).verify(MESSAGE, signature).isValid())
                    .as("the archive has the public half")
                    .isTrue();
            assertThatThrownBy(() -> store.signer(second.id()).sign(MESSAGE)).isInstanceOf(KeyStateException.class);
        }
    }

    private static void destroy(KeyStore store, KeyId id) {
        assertThat(store.changeState(id, KeyState.DESTROYED, "end of life").state())
                .isEqualTo(KeyState.DESTROYED);
    }

    @Test
    void a_name_does_not_go_where_no_archive_would_keep_its_public_half() {
        try (KeyStore store = open("&destroyed=purged")) {
            KeyMetadata key = make(store);
            store.changeState(key.id(), KeyState.DEACTIVATED, "retired");

            assertThatThrownBy(() -> store.changeState(key.id(), KeyState.DESTROYED, "end of life"))
                    .hasMessageContaining("CHANCERY_ARCHIVE");
            assertThat(inVault(key.id()).tags()).containsEntry("chancery-state", "DEACTIVATED");
            assertThat(vault.requests("delete")).isZero();
        }
    }

    /** Some servers show no disabled key at all. */
    @ParameterizedTest
    @ValueSource(ints = {403, 404})
    void a_vault_that_hides_disabled_keys_hides_none_that_chancery_made(int status) {
        vault.keys().hidesDisabled = status;
        KeyMetadata key;
        byte[] signature;
        try (KeyStore store = open("")) {
            key = make(store);
            signature = store.signer(key.id()).sign(MESSAGE).value();
            store.changeState(key.id(), KeyState.SUSPENDED, "on hold");
        }
        try (KeyStore later = open("")) {
            assertThat(later.get(key.id()).fingerprint()).isEqualTo(key.fingerprint());
            assertThat(later.verifier(key.id()).verify(MESSAGE, signature).isValid())
                    .isTrue();
            assertThat(later.list()).extracting(KeyMetadata::id).containsExactly(key.id());
            later.changeState(key.id(), KeyState.ACTIVE, "found");
            assertThat(later.signer(key.id()).sign(MESSAGE).keyId()).isEqualTo(key.id());
        }
    }

    @Test
    void keys_are_kept_in_hardware_where_the_uri_says_so() {
        try (KeyStore soft = open("");
                KeyStore hard = open("&hsm=true")) {
            assertThat(make(soft).protection()).isEqualTo(ProtectionLevel.REMOTE);
            KeyMetadata key = hard.generate(KeyRequest.of(KeySpec.RSA_2048, "contracts"));

            assertThat(key.protection()).isEqualTo(ProtectionLevel.HSM);
            assertThat(vault.keys().get(key.id().value()).type).isEqualTo("RSA-HSM");
        }
    }

    /** The vault backs up all versions of a name together. */
    @Test
    void a_backup_is_the_vaults_own_and_on_record() {
        try (KeyStore store = open("")) {
            KeyMetadata key = make(store);
            List<String> steps = new ArrayList<>();
            store.intercept(new OperationInterceptor() {
                @Override
                public void before(Operation operation) {
                    steps.add("before " + operation.type());
                }

                @Override
                public void after(Operation operation, Outcome outcome) {
                    steps.add(outcome.toString());
                }
            });

            byte[] backup = store.exportBackup(key.id());

            assertThat(new String(backup, StandardCharsets.UTF_8)).isEqualTo("backup of invoices");
            assertThat(store.capabilities()).contains(Capability.BACKUP);
            assertThat(steps).hasSize(2).first().isEqualTo("before BACK_UP");
            assertThat(steps.get(1)).contains("18 bytes");
            assertThatThrownBy(() -> store.exportBackup(new KeyId("nothing/" + "0".repeat(32))))
                    .isInstanceOf(KeyNotFoundException.class);
        }
        try (KeyStore pinned = pinned("invoices", Set.of())) {
            assertThatThrownBy(() -> pinned.exportBackup(pinned.list().get(0).id()))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("BACKUP");
        }
    }

    /** What they state is Microsoft's own form: it is handed out as it came. */
    @Test
    void the_attestation_of_a_key_in_hardware_is_handed_out_and_a_key_in_software_has_none() {
        KeyId id;
        try (KeyStore store = open("&hsm=true")) {
            id = make(store).id();
            KeyAttestation attestation = store.attestation(id).orElseThrow();

            assertThat(attestation.key()).isEqualTo(id);
            assertThat(attestation.statements()).containsOnlyKeys("certificates", "private", "public");
            assertThat(attestation.statements().get("private"))
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("private");
            assertThat(attestation.isVerified()).isFalse();
            assertThat(store.capabilities()).contains(Capability.ATTESTATION);
        }
        try (KeyStore store = open("")) {
            KeyId inSoftware =
                    store.generate(KeyRequest.of(KeySpec.EC_P256, "contracts")).id();
            assertThat(store.attestation(inSoftware)).isEmpty();
        }
    }

    // --- tags of others

    @Test
    void the_owners_tags_are_kept_as_they_were_read() {
        try (KeyStore store = open("")) {
            KeyMetadata key = make(store);
            vault.keys().tag(key.id().value(), tags -> {
                tags.put("owner", "accounting & co; = 50 %");
                tags.put("zone/ü\n", "");
                return tags;
            });

            store.changeState(key.id(), KeyState.SUSPENDED, "on hold");

            assertThat(inVault(key.id()).tags())
                    .containsEntry("owner", "accounting & co; = 50 %")
                    .containsEntry("zone/ü\n", "");
        }
    }

    /** History and labels go first; the mark, state and dates never. */
    @ParameterizedTest
    @ValueSource(ints = {5, 8, 10})
    void beside_many_tags_of_the_owner_a_mark_finds_room(int others) {
        try (KeyStore store = open("")) {
            KeyMetadata key = store.generate(KeyRequest.builder(KeySpec.EC_P256)
                    .name("invoices")
                    .label("why", "x".repeat(200))
                    .build());
            vault.keys().tag(key.id().value(), tags -> {
                for (int i = 0; i < others && tags.size() < 15; i++) {
                    tags.put("own-" + i, "");
                }
                return tags;
            });

            CompromiseReport report = store.compromise(key.id(), CompromisedSince.UNKNOWN, "stolen");

            assertThat(report.isComplete()).isTrue();
            assertThat(inVault(key.id()).tags())
                    .containsEntry("chancery-compromised-since", "UNKNOWN")
                    .containsKey("own-0")
                    .hasSizeLessThanOrEqualTo(15);
            assertThat(inVault(key.id()).enabled()).isFalse();
        }
    }

    @Test
    void a_mark_that_finds_no_room_disables_the_key_is_archived_and_reported() {
        FakeVersion theirs = vault.keys().add("theirs", "P-256", tags(15));
        KeyId id = new KeyId("theirs/" + theirs.version);
        KeyStoreOptions archiving =
                options().publicArchive(PublicArchive.directory(archive)).build();
        try (KeyStore store = KeyStores.open(vault.uri(""), archiving)) {
            CompromiseReport report = store.compromise(id, CompromisedSince.UNKNOWN, "stolen");

            assertThat(report.isComplete()).isFalse();
            assertThat(report.toString()).contains("15 tags");
            assertThat(inVault(id).enabled()).isFalse();
            assertThat(inVault(id).tags()).isEqualTo(tags(15));
        }
    }

    private static Map<String, String> tags(int number) {
        Map<String, String> tags = new TreeMap<>();
        for (int i = 0; i < number; i++) {
            tags.put("own-" + i, "value");
        }
        return tags;
    }

    @Test
    void tags_that_were_tampered_with_are_damage_and_the_mark_counts() {
        try (KeyStore store = open("")) {
            KeyMetadata key = make(store);
            byte[] signature = store.signer(key.id()).sign(MESSAGE).value();
            vault.keys().tag(key.id().value(), tags -> {
                tags.remove("chancery-1");
                tags.put("chancery-compromised-since", "UNKNOWN");
                return tags;
            });

            try (KeyStore another = open("")) {
                assertThat(another.unusable())
                        .singleElement()
                        .satisfies(unusable -> assertThat(unusable.problem()).isEqualTo(UnusableKey.Problem.DAMAGED));
                assertThatThrownBy(() -> another.signer(key.id()).sign(MESSAGE)).isInstanceOf(IntegrityException.class);
                assertThatThrownBy(() -> another.verifier(key.id()).verify(MESSAGE, signature))
                        .isInstanceOf(IntegrityException.class);
            }
        }
    }

    // --- keys of others

    @Test
    void a_key_of_another_tool_is_usable_as_the_vault_describes_it() {
        FakeVersion theirs = vault.keys().add("Their-Key", "P-256", Map.of("owner", "them"));
        KeyId id = new KeyId("Their-Key/" + theirs.version);
        try (KeyStore store = open("")) {
            assertThat(store.get(id).state()).isEqualTo(KeyState.ACTIVE);
            assertThat(store.signer(id).sign(MESSAGE).keyId()).isEqualTo(id);
            assertThat(store.get(store.resolve("Their-Key")).id()).isEqualTo(id);

            vault.keys().change(id.value(), old -> new Attributes(false, old.notBefore(), old.expires(), old.tags()));
            assertThat(store.get(id).state()).isEqualTo(KeyState.SUSPENDED);
            long past = Instant.now().minusSeconds(60).getEpochSecond();
            vault.keys()
                    .change(id.value(), old -> new Attributes(true, old.notBefore(), Optional.of(past), old.tags()));
            assertThatThrownBy(() -> store.signer(id).sign(MESSAGE)).isInstanceOf(KeyStateException.class);
        }
    }

    @Test
    void a_list_reads_all_pages_and_one_key_that_may_not_be_read_hides_no_other() {
        for (int i = 0; i < 10; i++) {
            vault.keys().add("theirs-" + i, "P-256", Map.of());
        }
        try (KeyStore store = open("")) {
            vault.faults().refuse("get", 403, "Forbidden", "ForbiddenByPolicy", "no keys get permission", 1);

            assertThat(store.list()).hasSize(9);
            assertThat(store.unusable()).as("asked for again, it is readable").isEmpty();
        }
    }

    @Test
    void a_next_page_elsewhere_is_not_asked_for() {
        for (int i = 0; i < 10; i++) {
            vault.keys().add("theirs-" + i, "P-256", Map.of());
        }
        vault.foreignLink = Optional.of("https://localhost:1");
        try (KeyStore store = open("")) {
            assertThatThrownBy(store::list)
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining("localhost:1")
                    .hasMessageContaining("Nothing was sent there");
        }
    }

    // --- names

    @Test
    void a_deleted_name_conflicts_and_the_error_says_what_to_do() {
        try (KeyStore store = open("")) {
            make(store);
            vault.keys().delete("invoices");

            assertThatThrownBy(() -> make(store))
                    .isInstanceOf(KeyExistsException.class)
                    .hasMessageContaining("recover")
                    .hasMessageContaining("purge")
                    .hasMessageContaining("invoices");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://other-vault.vault.azure.net/keys/invoices",
                "https://fake-vault.vault.azure.net/path/keys/invoices",
                "https://fake-vault.vault.azure.net/secrets/invoices",
                "invoices/v/w",
                "-/",
                "in voices"
            })
    void what_can_be_no_key_of_this_vault_is_refused_before_it_is_asked(String text) {
        try (KeyStore store = open("")) {
            assertThatThrownBy(() -> store.resolve(text)).isInstanceOf(ConfigurationException.class);
            assertThat(vault.requests()).isZero();
        }
    }

    @Test
    void the_url_of_a_key_means_the_key() {
        try (KeyStore store = open("")) {
            KeyMetadata key = make(store);
            String url = "https://Fake-Vault.vault.azure.net:443/keys/" + key.id();

            assertThat(store.get(store.resolve(url)).id()).isEqualTo(key.id());
        }
    }

    // --- lost answers

    @ParameterizedTest
    @EnumSource(
            value = Faults.Fault.class,
            names = {"DROPPED_AFTER_COMMIT", "TRUNCATED", "CORRUPTED"})
    void a_lost_answer_to_a_creation_makes_no_second_version_and_the_first_is_found(Faults.Fault fault) {
        vault.faults().next("create", fault, 1);
        try (KeyStore store = open("")) {
            KeyMetadata key = make(store);

            assertThat(vault.requests("create")).isEqualTo(1);
            assertThat(vault.keys().all()).hasSize(1);
            assertThat(store.signer(key.id()).sign(MESSAGE).keyId()).isEqualTo(key.id());
        }
    }

    @Test
    void a_creation_that_never_arrived_is_not_repeated_and_says_what_is_unknown() {
        vault.faults().next("create", Faults.Fault.DROPPED_BEFORE, 1);
        try (KeyStore store = open("")) {
            assertThatThrownBy(() -> make(store))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("not known")
                    .hasMessageContaining("chancery list");
            assertThat(vault.requests("create")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Faults.Fault.class,
            names = {"DROPPED_AFTER_COMMIT", "TRUNCATED", "CORRUPTED"})
    void a_lost_answer_to_a_change_is_read_back_and_not_sent_again(Faults.Fault fault) {
        try (KeyStore store = open("")) {
            KeyMetadata key = make(store);
            vault.forgetRequests();
            vault.faults().next("patch", fault, 1);

            assertThat(store.changeState(key.id(), KeyState.SUSPENDED, "on hold")
                            .state())
                    .isEqualTo(KeyState.SUSPENDED);
            assertThat(vault.requests("patch")).isEqualTo(1);
        }
    }

    @Test
    void a_stale_answer_after_a_mark_does_not_make_the_key_sign_again() {
        try (KeyStore store = open("")) {
            KeyMetadata key = make(store);
            byte[] signature = store.signer(key.id()).sign(MESSAGE).value();
            store.compromise(key.id(), CompromisedSince.UNKNOWN, "stolen");
            vault.faults().next("get", Faults.Fault.STALE, 9);
            vault.faults().next("versions", Faults.Fault.STALE, 9);

            Signer signer = store.signer(key.id());
            assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(KeyStateException.class);
            assertThat(store.verifier(key.id()).verify(MESSAGE, signature).status())
                    .isEqualTo(Verification.Status.COMPROMISED);
        }
    }

    /** Another writer's whole map was on its way: core looks again when it must be readable, and marks anew. */
    @Test
    void a_mark_that_another_writer_has_written_over_is_written_again() {
        try (KeyStore store = open("")) {
            KeyMetadata key = make(store);
            Attributes unmarked = inVault(key.id());
            SettableClock moving = (SettableClock) clock;
            KeyStoreOptions late = options()
                    .clock(new OverwritingClock(
                            moving, () -> vault.keys().change(key.id().value(), old -> unmarked)))
                    .build();
            try (KeyStore marker = KeyStores.open(vault.uri(""), late)) {
                CompromiseReport report = marker.compromise(key.id(), CompromisedSince.UNKNOWN, "stolen");

                assertThat(report.isComplete()).isTrue();
            }
            assertThat(inVault(key.id()).tags()).containsEntry("chancery-compromised-since", "UNKNOWN");
            assertThat(inVault(key.id()).enabled()).isFalse();
        }
    }

    /** While core waits for the vault to settle, another writer comes, once. */
    private static final class OverwritingClock extends PausingClock {
        private final SettableClock clock;
        private final Runnable writer;
        private boolean written;

        OverwritingClock(SettableClock clock, Runnable writer) {
            this.clock = clock;
            this.writer = writer;
        }

        @Override
        public void pause(Duration time) {
            if (!written) {
                written = true;
                writer.run();
            }
            clock.advance(time);
        }

        @Override
        public java.time.ZoneId getZone() {
            return clock.getZone();
        }

        @Override
        public java.time.Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return clock.instant();
        }
    }

    // --- pinned

    private KeyStore pinned(String key, Set<String> denied) {
        vault.denied = denied;
        return KeyStores.open(
                vault.uri("&pinned=true"), options().defaultKey(key).build());
    }

    private static final Set<String> ALL_BUT_GET_AND_SIGN =
            Set.of("create", "list", "versions", "patch", "delete", "rotationpolicy", "backup", "attestation");

    @Test
    void a_pinned_key_needs_get_and_sign_alone_with_or_without_its_version() {
        KeyMetadata key;
        try (KeyStore store = open("")) {
            key = make(store);
        }
        String url = "https://fake-vault.vault.azure.net/keys/";
        for (String name :
                Set.of(url + "invoices", url + key.id(), "invoices", key.id().value())) {
            try (KeyStore pinned = pinned(name, ALL_BUT_GET_AND_SIGN)) {
                assertThat(pinned.defaultSigner().sign(MESSAGE).keyId()).isEqualTo(key.id());
                assertThat(pinned.list()).extracting(KeyMetadata::id).containsExactly(key.id());
            }
        }
    }

    @Test
    void a_pinned_name_is_followed_to_its_newest_version() {
        FakeVersion first = vault.keys().add("theirs", "P-256", Map.of());
        try (KeyStore pinned = pinned("theirs", ALL_BUT_GET_AND_SIGN)) {
            Signer signer = pinned.defaultSigner();
            assertThat(signer.sign(MESSAGE).keyId().value()).isEqualTo("theirs/" + first.version);

            FakeVersion second = vault.keys().add("theirs", "P-256", Map.of());

            assertThat(signer.sign(MESSAGE).keyId().value()).isEqualTo("theirs/" + second.version);
        }
    }

    /** A candidate of a ring is newer than the key that the ring signs with. */
    @Test
    void a_pinned_name_skips_versions_whose_record_or_vault_does_not_let_them_sign() {
        KeyMetadata active;
        try (KeyStore store = open("")) {
            active = store.generate(
                    KeyRequest.builder(KeySpec.EC_P256).ring("release").build());
            store.generate(KeyRequest.builder(KeySpec.EC_P256).ring("release").build());
        }
        try (KeyStore pinned = pinned("release", Set.of("patch", "create"))) {
            assertThat(pinned.defaultSigner().sign(MESSAGE).keyId()).isEqualTo(active.id());
        }
        try (KeyStore pinned = pinned("release", ALL_BUT_GET_AND_SIGN)) {
            assertThatThrownBy(() -> pinned.defaultSigner().sign(MESSAGE)).isInstanceOf(ChanceryException.class);
        }
    }

    @Test
    void a_pinned_key_that_was_marked_or_disabled_is_refused() {
        KeyMetadata key;
        try (KeyStore store = open("")) {
            key = make(store);
            store.compromise(key.id(), CompromisedSince.UNKNOWN, "stolen");
        }
        vault.keys().change(key.id().value(), old -> new Attributes(true, old.notBefore(), old.expires(), old.tags()));
        try (KeyStore pinned = pinned(key.id().value(), ALL_BUT_GET_AND_SIGN)) {
            assertThatThrownBy(() -> pinned.defaultSigner().sign(MESSAGE)).isInstanceOf(KeyStateException.class);
            assertThat(pinned.capabilities()).doesNotContain(Capability.LIFECYCLE, Capability.GENERATE);
        }
    }

    @Test
    void the_guides_variables_lead_to_a_vaults_key() {
        KeyMetadata key;
        try (KeyStore store =
                KeyStores.open(vault.plainUri("/vault-b", ""), options().build())) {
            key = make(store);
        }
        Map<String, String> variables = Map.of(
                "CRYPTO_USE_KMS",
                "true",
                "CRYPTO_KMS_KEY_ID",
                "https://" + vault.authority() + "/vault-b/keys/" + key.id());
        try (KeyStore store = KeyStores.fromEnvironment(variables, options().build())) {
            assertThat(store.location()).isEqualTo("azurekms://" + vault.authority() + "/vault-b/");
            assertThatThrownBy(store::defaultSigner)
                    .as("neither its certificate is trusted nor has this machine a credential of Azure's")
                    .isInstanceOf(KeyAccessException.class)
                    .hasMessageContaining(store.location());
        }
    }

    // --- several vaults

    @Test
    void vaults_on_one_host_and_port_are_told_apart_by_their_paths() {
        try (KeyStore one =
                        KeyStores.open(vault.plainUri("/vault-b", ""), options().build());
                KeyStore other =
                        KeyStores.open(vault.plainUri("/vault-c", ""), options().build());
                KeyStore root = KeyStores.open(vault.plainUri("", ""), options().build())) {
            KeyMetadata key = make(one);
            make(root);
            assertThat(other.list()).isEmpty();
            KeyMetadata same = make(other);

            assertThat(one.list()).extracting(KeyMetadata::id).containsExactly(key.id());
            assertThat(other.list()).extracting(KeyMetadata::id).containsExactly(same.id());
            one.changeState(key.id(), KeyState.SUSPENDED, "on hold");
            assertThat(other.signer(same.id()).sign(MESSAGE).keyId()).isEqualTo(same.id());
            assertThatThrownBy(() -> one.resolve("https://" + vault.authority() + "/vault-c/keys/" + same.id()))
                    .isInstanceOf(ConfigurationException.class);
        }
    }
}
