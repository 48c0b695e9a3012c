package dev.chancery.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.backup.archive.ArchiveKey;
import dev.chancery.backup.archive.ArchiveLock;
import dev.chancery.backup.plan.RestoreStep;
import dev.chancery.backup.plan.RestoreStep.Action;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.signature.Signature;
import dev.chancery.signature.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes back from an archive, and as what. */
@Tag("one-jdk")
class RestoreTest {
    static final char[] PASSPHRASE = "correct horse".toCharArray();
    private static final byte[] MESSAGE = {1, 2, 3};

    @TempDir
    Path directory;

    private Path archive;
    private Path target;

    @BeforeEach
    void namePlaces() {
        archive = directory.resolve("archive.gpg");
        target = directory.resolve("restored");
    }

    private Path keys() {
        return directory.resolve("keys");
    }

    private void backUp(KeyStore store) throws IOException {
        Files.deleteIfExists(archive);
        Backup.of(store).writeTo(archive, ArchiveLock.ofPassphrase(PASSPHRASE));
    }

    private Restore restore() {
        return Restore.of(archive, ArchiveKey.ofPassphrase(PASSPHRASE), target);
    }

    private static KeyMetadata generate(KeyStore store, String name) {
        return store.generate(KeyRequest.builder(KeySpec.EC_P256).name(name).build());
    }

    private static RestoreStep step(Restore.Plan plan, String name) {
        return plan.steps().stream()
                .filter(step -> step.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void all_of_it_comes_back_as_it_was() throws IOException {
        try (KeyStore store = KeyStores.open(keys())) {
            generate(store, "first");
            store.generate(KeyRequest.builder(KeySpec.ED25519).ring("ca").build());
            store.ring("ca").rotate(RotationPolicy.PRODUCTION);
            store.changeState(generate(store, "second").id(), KeyState.DEACTIVATED, "done with");
            store.compromise(generate(store, "third").id(), CompromisedSince.UNKNOWN, "lost");
            Files.move(keys().resolve("private/first.pem"), keys().resolve("private/first.pem.disabled"));
            backUp(store);

            Restore.Plan planned = restore().plan();
            assertThat(target).doesNotExist();
            Restore.Plan done = restore().run();
            assertThat(done).isEqualTo(planned);
            assertThat(done.steps()).extracting(RestoreStep::action).containsOnly(Action.RESTORE);
            assertThat(done.origin().orElseThrow()).startsWith(store.location());

            Map<String, String> live = ArchiveTest.files(keys());
            assertThat(ArchiveTest.files(target)).isEqualTo(live);
            try (KeyStore restored = KeyStores.open(target)) {
                assertThat(restored.list()).isEqualTo(store.list());
                assertThat(restored.ring("ca").current())
                        .isEqualTo(store.ring("ca").current());
                restored.ring("ca").rotate(RotationPolicy.PRODUCTION);
            }
            assertThat(restore().run().steps()).extracting(RestoreStep::action).containsOnly(Action.KEEP);
        }
    }

    @Test
    void what_the_guides_own_commands_made_comes_back() throws Exception {
        Path passphrase = Files.writeString(directory.resolve("passphrase"), "correct horse");
        try (Gpg gpg = new Gpg(directory)) {
            gpg.shell(
                    directory,
                    "mkdir -p keys/private keys/public && cd keys"
                            + " && openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -aes256 -pass pass:secret -out private/ecdsa-prod-2024-01.pem"
                            + " && openssl pkey -in private/ecdsa-prod-2024-01.pem -passin pass:secret -pubout -out public/ecdsa-prod-2024-01.pub"
                            + " && chmod 700 . private && echo '{}' >notes.json && echo >README");
            gpg.shell(
                    directory,
                    "tar -czf - -C keys . | gpg --batch --quiet --pinentry-mode loopback --passphrase-file "
                            + passphrase + " --cipher-algo AES256 --compress-algo 1 --symmetric --output archive.gpg");
        }
        Restore.Plan done = restore().run();
        assertThat(done.origin()).isEmpty();
        assertThat(done.leftOut()).containsExactly("README");
        assertThat(done.steps()).extracting(RestoreStep::name).containsExactly("ecdsa-prod-2024-01");
        Map<String, String> live = ArchiveTest.files(keys());
        live.keySet().removeAll(Set.of("README", "notes.json"));
        Map<String, String> back = ArchiveTest.files(target);
        back.remove(".lock");
        assertThat(back.keySet()).isEqualTo(live.keySet());
        assertThat(back.get("private/ecdsa-prod-2024-01.pem")).isEqualTo(live.get("private/ecdsa-prod-2024-01.pem"));
    }

    @Test
    void what_the_live_store_knows_later_stands() throws IOException {
        try (KeyStore store = KeyStores.open(keys())) {
            KeyId lost = generate(store, "lost").id();
            KeyId retired = generate(store, "retired").id();
            KeyId gone = generate(store, "gone").id();
            backUp(store);
            store.compromise(lost, CompromisedSince.at(Instant.parse("2026-01-01T00:00:00Z")), "stolen");
            store.changeState(retired, KeyState.DEACTIVATED, "done with");
            store.changeState(gone, KeyState.DEACTIVATED, "done with");
            store.changeState(gone, KeyState.DESTROYED, "past its retention");

            Restore.Plan elsewhere = restore().knowing(store).run();
            assertThat(step(elsewhere, "lost").what()).contains("ACTIVE then", "COMPROMISED", store.location());
            assertThat(target.resolve("private/gone.pem")).doesNotExist();
            try (KeyStore restored = KeyStores.open(target)) {
                assertThat(restored.get(lost).compromisedSince())
                        .isEqualTo(store.get(lost).compromisedSince());
                assertThat(restored.get(retired).state()).isEqualTo(KeyState.DEACTIVATED);
                assertThat(restored.get(gone).state()).isEqualTo(KeyState.DESTROYED);
                assertThatThrownBy(() -> restored.signer(lost).sign(MESSAGE)).hasMessageContaining("ompromised");
            }
            target = keys();
            assertThat(restore().run().steps()).extracting(RestoreStep::action).containsOnly(Action.KEEP);
            assertThat(keys().resolve("private/gone.pem")).doesNotExist();
            assertThat(store.get(lost).state()).isEqualTo(KeyState.COMPROMISED);
        }
    }

    @Test
    void an_archive_that_knows_more_marks_the_live_key() throws IOException {
        try (KeyStore store = KeyStores.open(keys())) {
            KeyId id = generate(store, "mine").id();
            byte[] before = Files.readAllBytes(keys().resolve("mine.json"));
            store.compromise(id, CompromisedSince.UNKNOWN, "stolen");
            backUp(store);
            Files.write(keys().resolve("mine.json"), before); // an older directory was put back
        }
        target = keys();
        assertThat(step(restore().run(), "mine").action()).isEqualTo(Action.REPAIR);
        try (KeyStore store = KeyStores.open(keys())) {
            assertThat(store.get(new KeyId("mine")).compromisedSince()).contains(CompromisedSince.UNKNOWN);
        }
    }

    @Test
    void what_is_missing_of_a_key_comes_back_and_what_differs_stays() throws IOException {
        try (KeyStore store = KeyStores.open(keys())) {
            generate(store, "headless");
            generate(store, "mute");
            generate(store, "other");
            backUp(store);
        }
        target = keys();
        byte[] json = Files.readAllBytes(keys().resolve("headless.json"));
        Files.delete(keys().resolve("headless.json"));
        Files.delete(keys().resolve("private/mute.pem"));
        for (String file : new String[] {"other.json", "private/other.pem", "public/other.pub"}) {
            Files.delete(keys().resolve(file));
        }
        KeyMetadata other;
        try (KeyStore store = KeyStores.open(keys())) {
            other = generate(store, "other");
        }
        Restore.Plan done = restore().run();
        assertThat(done.isComplete()).isFalse();
        assertThat(step(done, "headless").action()).isEqualTo(Action.REPAIR);
        assertThat(step(done, "mute").what()).contains("private half");
        assertThat(step(done, "other").action()).isEqualTo(Action.REFUSE);
        assertThat(keys().resolve("headless.json")).hasBinaryContent(json);
        try (KeyStore store = KeyStores.open(keys())) {
            assertThat(store.get(other.id())).isEqualTo(other);
            store.signer(new KeyId("mute")).sign(MESSAGE);
        }
    }

    @Test
    void a_ring_that_went_on_keeps_its_generations() throws IOException {
        try (KeyStore store = KeyStores.open(keys())) {
            store.generate(KeyRequest.builder(KeySpec.ED25519).ring("ca").build());
            KeyMetadata first = store.ring("ca").current();
            Signature signature = store.ring("ca").signer().sign(MESSAGE);
            backUp(store);
            store.ring("ca").rotate(RotationPolicy.PRODUCTION);
            KeyMetadata second = store.ring("ca").current();
            for (String file : new String[] {".json", "private/.pem", "public/.pub"}) {
                Files.delete(keys().resolve(file.replace(".", first.id() + ".")));
            }
            target = keys();
            assertThat(step(restore().run(), first.id().value()).what()).contains("Generation 2", "DEACTIVATED");
            try (KeyStore again = KeyStores.open(keys())) {
                assertThat(again.ring("ca").current().id()).isEqualTo(second.id());
                assertThat(again.get(first.id()).state()).isEqualTo(KeyState.DEACTIVATED);
                Verification verification = again.ring("ca").verifier().verify(MESSAGE, signature.value());
                assertThat(verification.isValid()).isTrue();
            }
        }
    }

    @Test
    void errors_name_the_archive_and_a_disk_s_trouble_is_no_damage_of_it() throws IOException {
        assertThatThrownBy(() -> restore().run())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("There is no file " + archive);
        try (KeyStore store = KeyStores.open(keys())) {
            store.generate(KeyRequest.builder(KeySpec.ED25519).ring("ca").build());
            backUp(store);
        }
        assertThatThrownBy(() -> Restore.of(archive, ArchiveKey.ofPassphrase(new char[] {'x'}), target)
                        .run())
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContainingAll(archive.toString(), "passphrase", "Give what it was made with");
        Files.createDirectories(target.resolve("rings"));
        Files.createFile(target.resolve("rings/ca"));

        assertThatThrownBy(() -> restore().run())
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContainingAll(archive.toString(), "rings/ca", "Move it away")
                .hasMessageNotContaining("damaged");
        Files.delete(target.resolve("rings/ca"));
        assertThat(restore().run().steps()).extracting(RestoreStep::action).containsOnly(Action.RESTORE);
    }

    @Test
    void one_key_comes_back_alone() throws IOException {
        try (KeyStore store = KeyStores.open(keys())) {
            generate(store, "first");
            generate(store, "second");
            backUp(store);
        }
        restore().only(Set.of("second")).run();
        try (KeyStore restored = KeyStores.open(target)) {
            assertThat(restored.list()).extracting(key -> key.id().value()).containsExactly("second");
        }
        assertThatThrownBy(() -> restore().only(Set.of("third")).plan())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("third");
    }

    @Test
    void the_signature_of_its_maker_is_checked() throws Exception {
        KeyPairGenerator pairs = KeyPairGenerator.getInstance("Ed25519");
        AuditSigner signer = AuditSigner.of("audit", pairs.generateKeyPair());
        AuditSigner stranger = AuditSigner.of("audit", pairs.generateKeyPair());
        try (KeyStore store = KeyStores.open(keys())) {
            generate(store, "first");
            Backup.of(store).signedBy(signer).writeTo(archive, ArchiveLock.ofPassphrase(PASSPHRASE));
        }
        assertThat(restore().plan().signature()).isEqualTo("UNCHECKED");
        assertThatThrownBy(() -> restore().signedBy(stranger.verificationKey()).run())
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("not signed by");
        assertThat(target).doesNotExist();
        assertThat(restore().signedBy(signer.verificationKey()).run().signature())
                .isEqualTo("SIGNED");
        assertThatThrownBy(() -> Restore.of(archive, ArchiveKey.ofPassphrase(new char[] {'x'}), target)
                        .run())
                .isInstanceOf(KeyAccessException.class);
    }
}
