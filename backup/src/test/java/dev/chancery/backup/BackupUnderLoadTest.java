package dev.chancery.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.backup.archive.ArchiveKey;
import dev.chancery.backup.drill.Drill;
import dev.chancery.backup.drill.DrillReport;
import dev.chancery.rotation.RotationPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is backed up while others sign and rotate is a store that signs. */
@Tag("one-jdk")
class BackupUnderLoadTest {
    private static final int ROUNDS = Integer.getInteger("chancery.rounds", 3);
    private static final int SIGNERS = Integer.getInteger("chancery.signers", 2);

    @TempDir
    Path directory;

    @Test
    void it_drills_clean() throws Exception {
        Path keys = directory.resolve("keys");
        Reader reader = new Reader();
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService pool = Executors.newFixedThreadPool(SIGNERS + 1);
        try (KeyStore store = KeyStores.open(keys)) {
            store.generate(KeyRequest.builder(KeySpec.ED25519).ring("ca").build());
            Signer signer = store.ring("ca").signer();
            List<Future<?>> busy = new ArrayList<>();
            for (int i = 0; i < SIGNERS; i++) {
                busy.add(pool.submit(() -> {
                    while (!over.get()) {
                        signer.sign(new byte[] {1});
                    }
                }));
            }
            Semaphore rotations = new Semaphore(0);
            busy.add(pool.submit(() -> {
                while (!over.get()) {
                    if (rotations.tryAcquire(10, TimeUnit.MILLISECONDS)) {
                        store.ring("ca").rotate(RotationPolicy.PRODUCTION);
                    }
                }
                return null;
            }));
            Path archive = directory.resolve("archive.gpg");
            for (int round = 0; round < ROUNDS; round++) {
                Files.deleteIfExists(archive);
                rotations.release(4); // some fall before the backup's look, some behind it
                Backup.of(store).writeTo(archive, reader.lock());
                ArchiveKey key = reader.key();
                DrillReport report = Drill.of(archive, key).run();
                assertThat(report.isGood()).as(report.findings().toString()).isTrue();
                Path restored = directory.resolve("restored-" + round);
                Restore.of(archive, key, restored).run();
                try (KeyStore again = KeyStores.open(restored)) {
                    // The current key of the ring is there, and no key names a successor that is not.
                    again.ring("ca").signer().sign(new byte[] {1});
                    again.ring("ca").rotate(RotationPolicy.PRODUCTION);
                }
            }
            over.set(true);
            for (Future<?> one : busy) {
                one.get();
            }
        } finally {
            over.set(true);
            pool.shutdownNow();
        }
    }
}
