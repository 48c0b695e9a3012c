package dev.chancery.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.backup.archive.ArchiveKey;
import dev.chancery.backup.archive.ArchiveLock;
import dev.chancery.backup.drill.Drill;
import dev.chancery.error.KeyAccessException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.signature.Signature;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.memory.LockedMemoryProvider;
import dev.chancery.testkit.memory.VersionedMemoryProvider;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of keys that cannot leave their place the archive has what verifies their signatures when the place is gone. */
@Tag("one-jdk")
class RemoteBackupTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    @TempDir
    Path directory;

    private static KeyStore open(KeyStoreProvider provider) {
        return KeyStores.open(provider, provider.scheme() + ":" + UUID.randomUUID(), KeyStoreOptions.DEFAULT);
    }

    private Backup.Report restored(KeyStore store) throws Exception {
        Path archive = directory.resolve("archive.gpg");
        Backup.Report report = Backup.of(store).writeTo(archive, ArchiveLock.ofPassphrase(RestoreTest.PASSPHRASE));
        ArchiveKey key = ArchiveKey.ofPassphrase(RestoreTest.PASSPHRASE);
        assertThat(Restore.of(archive, key, directory.resolve("restored")).run().isComplete())
                .isTrue();
        assertThat(Drill.of(archive, key).comparedWith(store).run().isGood()).isTrue();
        return report;
    }

    @Test
    void a_ring_verifies_what_it_signed_and_signs_nothing() throws Exception {
        Signature before;
        Signature after;
        KeyMetadata first;
        try (KeyStore store = open(new LockedMemoryProvider())) {
            first = store.generate(
                    KeyRequest.builder(KeySpec.EC_P256).ring("ca").build());
            before = store.ring("ca").signer().sign(MESSAGE);
            store.ring("ca").rotate(RotationPolicy.PRODUCTION);
            after = store.ring("ca").signer().sign(MESSAGE);
            Backup.Report report = restored(store);
            assertThat(report.lacking())
                    .hasSize(2)
                    .allSatisfy(lack -> assertThat(lack.why()).contains("cannot leave", "memory:"));
        }
        try (KeyStore restored = KeyStores.open(directory.resolve("restored"))) {
            for (Signature signature : new Signature[] {before, after}) {
                assertThat(restored.ring("ca")
                                .verifier()
                                .verify(MESSAGE, signature.value())
                                .isValid())
                        .isTrue();
                assertThat(restored.verifier(signature.keyId())
                                .verify(MESSAGE, signature.value())
                                .isValid())
                        .isTrue();
            }
            KeyMetadata again = restored.get(first.id());
            assertThat(again.attributes().labels())
                    .containsEntry("backup-of", first.id().value());
            assertThat(again.created()).isEqualTo(first.created());
            assertThat(again.fingerprint()).isEqualTo(first.fingerprint());
        }
    }

    /** As a vault of Azure: it hands out backups that it alone reads, unless it must not. */
    private static KeyStore handingOutBackups(boolean permitted) {
        VersionedMemoryProvider provider = new VersionedMemoryProvider();
        return open(KeyStoreProvider.of(provider.scheme(), config -> (KeyBackend) Proxy.newProxyInstance(
                KeyBackend.class.getClassLoader(),
                new Class<?>[] {KeyBackend.class},
                backingUp(provider.open(config), permitted))));
    }

    private static InvocationHandler backingUp(KeyBackend backend, boolean permitted) {
        return (proxy, method, arguments) -> {
            if (method.getName().equals("location")) {
                return "azurekms:vault.example";
            }
            if (!method.getName().equals("abilities")) {
                return method.invoke(backend, arguments);
            }
            Abilities own = backend.abilities();
            return Abilities.builder()
                    .makesKeys(own.makesKeys().orElseThrow())
                    .keepsRecords(own.keepsRecords().orElseThrow())
                    .backsUpKeys(id -> {
                        if (!permitted) {
                            throw new KeyAccessException("The role lacks keys/backup.");
                        }
                        return ("blob of " + id).getBytes(StandardCharsets.US_ASCII);
                    })
                    .build();
        };
    }

    @Test
    void the_backup_that_the_place_made_is_there_and_the_plan_names_it() throws Exception {
        ArchiveKey key = ArchiveKey.ofPassphrase(RestoreTest.PASSPHRASE);
        try (KeyStore store = handingOutBackups(true)) {
            KeyMetadata made = store.generate(
                    KeyRequest.builder(KeySpec.ED25519).name("mine").build());
            Path archive = directory.resolve("archive.gpg");
            Backup.Report report = Backup.of(store).writeTo(archive, ArchiveLock.ofPassphrase(RestoreTest.PASSPHRASE));
            String id = report.lacking().get(0).key();
            String blob = "backup/blobs/" + id;
            try (Gpg gpg = new Gpg(directory)) {
                String line =
                        "gpg --batch --quiet --pinentry-mode loopback --passphrase '%s' --decrypt archive.gpg | tar -xzOf - %s";
                assertThat(gpg.shell(directory, line.formatted(new String(RestoreTest.PASSPHRASE), blob)))
                        .isEqualTo("blob of " + made.id());
            }
            assertThat(Restore.of(archive, key, directory.resolve("other"))
                            .plan()
                            .steps())
                    .anySatisfy(step -> assertThat(step.what())
                            .contains("az keyvault key restore --vault-name VAULT --file " + blob));
        }
        try (KeyStore store = handingOutBackups(false)) {
            var unused = store.generate(
                    KeyRequest.builder(KeySpec.ED25519).name("mine").build());
            Path archive = directory.resolve("without.gpg");
            Backup.Report report = Backup.of(store).writeTo(archive, ArchiveLock.ofPassphrase(RestoreTest.PASSPHRASE));
            assertThat(report.lacking().get(0).why()).contains("own backup", "The role lacks keys/backup.");
        }
    }

    @Test
    void an_id_that_is_no_file_name_gets_one() throws Exception {
        KeyId id;
        Signature signature;
        try (KeyStore store = open(new VersionedMemoryProvider())) {
            id = store.generate(KeyRequest.builder(KeySpec.ED25519).name("mine").build())
                    .id();
            signature = store.signer(id).sign(MESSAGE);
            assertThat(id.value()).contains("/");
            store.changeState(id, KeyState.DEACTIVATED, "done with");
            restored(store);
        }
        try (KeyStore restored = KeyStores.open(directory.resolve("restored"))) {
            assertThat(restored.list()).singleElement().satisfies(key -> {
                assertThat(key.id().value()).startsWith("mine-");
                assertThat(key.attributes().labels()).containsEntry("backup-of", id.value());
                assertThat(key.state()).isEqualTo(KeyState.DEACTIVATED);
                assertThat(key.history()).hasSize(1);
                assertThat(restored.verifier(key.id())
                                .verify(MESSAGE, signature.value())
                                .isValid())
                        .isTrue();
            });
        }
    }
}
