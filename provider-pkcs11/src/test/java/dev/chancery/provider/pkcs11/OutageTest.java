package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyMetadata;
import dev.chancery.KeyRequest;
import dev.chancery.KeySpec;
import dev.chancery.KeyStore;
import dev.chancery.Signature;
import dev.chancery.Signer;
import dev.chancery.StoreUnavailableException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A token that dies and returns, with six threads signing: a p11-kit server, killed and started again. */
@Timeout(120)
class OutageTest {
    private static final int THREADS = 6;
    private static final int OUTAGES = 3;

    @TempDir
    private Path directory;

    private Shim shim;
    private P11KitServer server;

    /** What a thread got. */
    private record Signed(KeyMetadata key, ByteBuffer message, Signature signature) {}

    @BeforeEach
    void start() {
        shim = Shim.compile(directory);
        server = new P11KitServer(SoftHsm.create(directory.resolve("softhsm")), directory.resolve("socket"));
        server.start();
        server.behind(shim);
    }

    @AfterEach
    void stop() {
        server.kill();
    }

    @Test
    void threeOutagesLoseNoCallAndNoSignatureIsByAWrongKey() throws Exception {
        Queue<Signed> signed = new ConcurrentLinkedQueue<>();
        AtomicIntegerArray counts = new AtomicIntegerArray(THREADS);
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (KeyStore store = Tokens.open(SoftHsm.uri(shim.library()) + "&chancery-timeout=60")) {
            List<KeyMetadata> keys = List.of(
                    store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices")),
                    store.generate(KeyRequest.of(KeySpec.EC_P256, "contracts")));
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                KeyMetadata key = keys.get(i % keys.size());
                running.add(threads.submit(() -> {
                    Signer signer = store.signer(key.id());
                    while (!over.get()) {
                        ByteBuffer message =
                                ByteBuffer.allocate(8).putInt(thread).putInt(counts.get(thread));
                        signed.add(new Signed(key, message, signer.sign(message.array())));
                        counts.incrementAndGet(thread);
                    }
                }));
            }
            for (int outage = 0; outage < OUTAGES; outage++) {
                awaitOneMoreOf(counts);
                long before = shim.calls(Shim.Function.C_Initialize);
                server.kill();
                while (shim.calls(Shim.Function.C_Initialize) < before + 2) {
                    Thread.onSpinWait(); // until somebody has noticed, and has tried in vain
                }
                server.start();
            }
            awaitOneMoreOf(counts);
            over.set(true);
            for (Future<?> thread : running) {
                thread.get(); // no call failed
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(shim.overlaps()).isZero();
        assertThat(signed)
                .allSatisfy(one -> assertThat(
                                Tokens.isRight(one.key(), one.message().array(), one.signature()))
                        .isTrue());
        Signed last = signed.stream().reduce((first, second) -> second).orElseThrow();
        Tokens.confirm(last.key(), last.message().array(), last.signature());
    }

    /** Until each thread has signed something that it began after this call. */
    private static void awaitOneMoreOf(AtomicIntegerArray counts) {
        for (int i = 0; i < counts.length(); i++) {
            int wanted = counts.get(i) + 2;
            while (counts.get(i) < wanted) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void anOutageThatOutlastsTheDeadlineIsAnErrorAndServiceResumesWithoutARestart() {
        try (KeyStore store = Tokens.open(SoftHsm.uri(shim.library()) + "&chancery-timeout=1")) {
            KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
            Signer signer = store.signer(key.id());
            signer.sign(new byte[1]);

            server.kill();
            assertThatThrownBy(() -> signer.sign(new byte[1])).isInstanceOf(StoreUnavailableException.class);
            server.start();

            Tokens.confirm(key, new byte[1], signer.sign(new byte[1]));
        }
    }
}
