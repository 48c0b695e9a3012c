package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyMetadata;
import dev.chancery.signature.Signature;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Signing from eight threads: memory, sessions and handles stay where they are. Some seconds in the build, half an hour by
 * hand: {@code provider-pkcs11/src/test/scripts/endurance soak}.
 */
@EnabledOnOs(OS.LINUX) // it reads /proc
class SoakTest {
    private static final int THREADS = 8;
    private static final int SAMPLES = 12;
    private static final int WARM_UP = 2;
    private static final long MAY_GROW = 16 << 20;

    @TempDir
    private Path directory;

    /** What the process holds at a moment. */
    private record Sample(long signatures, long residentBytes, long sessions, long handles) {}

    @Test
    void memorySessionsAndHandlesStayFlat() throws Exception {
        long seconds = Long.getLong("chancery.seconds", 6);
        Shim shim = Shim.compile(directory);
        SoftHsm.create(directory.resolve("softhsm")).behind(shim);
        AtomicBoolean over = new AtomicBoolean();
        LongAdder count = new LongAdder();
        List<Sample> samples = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (KeyStore store =
                KeyStores.open(SoftHsm.uri(shim.library()), Tokens.options().build())) {
            KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
            Signer signer = store.signer(key.id());
            List<Future<Signature>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                running.add(threads.submit(() -> {
                    Signature last = signer.sign(new byte[1]);
                    while (!over.get()) {
                        last = signer.sign(new byte[1]);
                        count.increment();
                    }
                    return last;
                }));
            }
            for (int i = 0; i < SAMPLES; i++) {
                TimeUnit.MILLISECONDS.sleep(seconds * 1000 / SAMPLES);
                samples.add(sample(shim, count));
            }
            over.set(true);
            for (Future<Signature> thread : running) {
                Tokens.confirm(key, new byte[1], thread.get());
            }
        } finally {
            threads.shutdownNow();
        }

        samples.forEach(sample -> System.out.println("soak: " + sample));
        Sample first = samples.get(WARM_UP);
        Sample last = samples.get(SAMPLES - 1);
        assertThat(last.signatures()).isGreaterThan(first.signatures());
        assertThat(last.sessions())
                .isLessThanOrEqualTo(THREADS + 2); // the one that keeps the login, one that reads states
        assertThat(last.handles()).isLessThanOrEqualTo(first.handles() + THREADS);
        if (seconds >= 600) { // shorter, the collector's own ups and downs are larger
            assertThat(last.residentBytes()).isLessThanOrEqualTo(first.residentBytes() + MAY_GROW);
        }
        assertThat(shim.overlaps()).isZero();
    }

    private static Sample sample(Shim shim, LongAdder count) throws IOException {
        String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ", 3);
        int handles = Objects.requireNonNull(new File("/proc/self/fd").list()).length;
        long sessions = shim.calls(Shim.Function.C_OpenSession) - shim.calls(Shim.Function.C_CloseSession);
        return new Sample(count.sum(), Long.parseLong(pages[1]) * 4096, sessions, handles);
    }
}
