package dev.chancery.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.backup.archive.ArchiveKey;
import dev.chancery.backup.archive.ArchiveLock;
import dev.chancery.backup.drill.Drill;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.signature.Signature;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.memory.LockedMemoryProvider;
import dev.chancery.testkit.memory.VersionedMemoryProvider;
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
