package dev.chancery.provider.pkcs11;

import static dev.chancery.provider.pkcs11.Shim.Function.C_Initialize;
import static dev.chancery.provider.pkcs11.Shim.Function.C_SignInit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.signature.Signature;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A token that dies and returns, with six threads signing: a p11-kit server, killed and started again, and a library that answers so. */
@Timeout(120)
class OutageTest {
    private static final int THREADS = 6;
    private static final int OUTAGES = 3;

    @TempDir
    private Path directory;

    private Shim shim;
    private SoftHsm token;
    private @Nullable P11KitServer server;

    /** What a thread got. */
    private record Signed(KeyMetadata key, ByteBuffer message, Signature signature) {}

    @BeforeEach
    void compile() {
        shim = Shim.compile(directory);
        token = SoftHsm.create(directory.resolve("softhsm"));
    }

    private P11KitServer server() {
        P11KitServer started = new P11KitServer(token, directory.resolve("socket"));
        started.start();
        started.behind(shim);
        server = started;
        return started;
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.kill();
        }
    }

    /**
     * p11-kit's client sends one request at a time, and loses its other callers when the connection breaks under several
     * (0.24.1: they wait for a reply that nobody reads any more), so one is let in.
     */
    @Test
    void threeOutagesOfAServerLoseNoCallAndNoSignatureIsByAWrongKey() throws Exception {
        P11KitServer lent = server();

        signThroughOutages("&chancery-sessions=1", signing -> {
            long before = shim.calls(C_Initialize);
            lent.kill();
            // Until somebody has noticed, and has tried in vain.
            signing.await(() -> shim.calls(C_Initialize) >= before + 2);
            lent.start();
        });
    }

    @Test
    void threeOutagesOfALibraryThatAllThreadsAreIn() throws Exception {
        token.behind(shim);

        signThroughOutages("", signing -> {
            shim.inject(C_Initialize, Ck.CKR_DEVICE_ERROR, 0, 2);
            shim.inject(C_SignInit, Ck.CKR_DEVICE_REMOVED, 0, THREADS);
            signing.await(() -> shim.stillToInject(C_Initialize) + shim.stillToInject(C_SignInit) == 0);
        });
        assertThat(shim.mostInsideSign()).isGreaterThan(1);
    }

    /** How the token goes away and comes back. */
    private interface Outage {
        void happen(Signing signing) throws Exception;
    }

    private void signThroughOutages(String options, Outage outage) throws Exception {
        try (KeyStore store = Tokens.open(SoftHsm.uri(shim.library()) + "&chancery-timeout=60" + options);
                Signing signing = new Signing(store)) {
            for (int i = 0; i < OUTAGES; i++) {
                signing.awaitOneMoreOfEach();
                outage.happen(signing);
            }
            signing.awaitOneMoreOfEach();
            Queue<Signed> signed = signing.end();

            assertThat(shim.overlaps()).isZero();
            assertThat(signed)
                    .allSatisfy(one -> assertThat(
                                    Tokens.isRight(one.key(), one.message().array(), one.signature()))
                            .isTrue());
            Signed any = signed.element();
            Tokens.confirm(any.key(), any.message().array(), any.signature());
        }
    }

    /** Six threads that sign with two keys until they are told to end. */
    private static final class Signing implements AutoCloseable {
        private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        private final Queue<Signed> signed = new ConcurrentLinkedQueue<>();
        private final AtomicIntegerArray counts = new AtomicIntegerArray(THREADS);
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<Future<?>> running = new ArrayList<>();

        Signing(KeyStore store) {
            List<KeyMetadata> keys = List.of(
                    store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices")),
                    store.generate(KeyRequest.of(KeySpec.EC_P256, "contracts")));
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                KeyMetadata key = keys.get(i % keys.size());
                running.add(threads.submit(() -> sign(thread, key, store.signer(key.id()))));
            }
        }

        private void sign(int thread, KeyMetadata key, Signer signer) {
            while (!over.get()) {
                ByteBuffer message = ByteBuffer.allocate(8).putInt(thread).putInt(counts.get(thread));
                signed.add(new Signed(key, message, signer.sign(message.array())));
                counts.incrementAndGet(thread);
            }
        }

        /** Waits; a call that fails meanwhile fails the test. */
        void await(BooleanSupplier condition) throws Exception {
            while (!condition.getAsBoolean()) {
                for (Future<?> thread : running) {
                    if (thread.isDone()) {
                        thread.get();
                    }
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }

        /** Until each thread has signed something that it began after this call. */
        void awaitOneMoreOfEach() throws Exception {
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                int wanted = counts.get(i) + 2;
                await(() -> counts.get(thread) >= wanted);
            }
        }

        /** Lets each finish its call. */
        Queue<Signed> end() throws Exception {
            over.set(true);
            for (Future<?> thread : running) {
                thread.get();
            }
            return signed;
        }

        @Override
        public void close() {
            over.set(true);
            threads.shutdownNow();
        }
    }

    @Test
    void anOutageThatOutlastsTheDeadlineIsAnErrorAndServiceResumesWithoutARestart() {
        P11KitServer lent = server();
        try (KeyStore store = Tokens.open(SoftHsm.uri(shim.library()) + "&chancery-timeout=1")) {
            KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
            Signer signer = store.signer(key.id());
            signer.sign(new byte[1]);

            lent.kill();
            assertThatThrownBy(() -> signer.sign(new byte[1])).isInstanceOf(StoreUnavailableException.class);
            lent.start();

            Tokens.confirm(key, new byte[1], onceItIsBack(signer));
        }
    }

    /** tpm2-pkcs11 describes its token out of a database, and answers CKR_GENERAL_ERROR for ever when its resource manager is another one. */
    @Test
    void aTpmThatComesBackSignsAgainWithoutARestart() {
        try (SwTpm tpm = SwTpm.create(directory.resolve("tpm"))) {
            tpm.behind(shim);
            try (KeyStore store = Tokens.open(SwTpm.uri(shim.library()) + "&chancery-timeout=2")) {
                KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
                Signer signer = store.signer(key.id());
                signer.sign(new byte[1]);

                tpm.kill();
                assertThatThrownBy(() -> signer.sign(new byte[1])).isInstanceOf(StoreUnavailableException.class);
                tpm.start();

                Tokens.confirm(key, new byte[1], onceItIsBack(signer));
            }
        }
    }

    @Test
    void aTokenThatIsWellDoesNotShortenTheBackOffOfOneThatIsLost() throws Exception {
        token.behind(shim);
        ExecutorService other = Executors.newSingleThreadExecutor();
        AtomicBoolean over = new AtomicBoolean();
        try (KeyStore lost = Tokens.open(SoftHsm.uri(shim.library()) + "&chancery-timeout=1");
                KeyStore well = Tokens.open(SoftHsm.uri(shim.library()))) {
            KeyMetadata key = lost.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
            Signer signer = lost.signer(key.id());
            Future<?> listing = other.submit(() -> {
                while (!over.get()) {
                    assertThat(well.list()).hasSize(1);
                }
            });
            shim.reset();
            shim.inject(C_SignInit, Ck.CKR_DEVICE_REMOVED, 0, Integer.MAX_VALUE);

            assertThatThrownBy(() -> signer.sign(new byte[1])).isInstanceOf(StoreUnavailableException.class);

            over.set(true);
            listing.get();
            assertThat(shim.calls(C_Initialize)).isBetween(2L, 8L); // 10 + 20 + 40 + ... milliseconds apart at least
            shim.reset();
            Tokens.confirm(key, new byte[1], signer.sign(new byte[1]));
        } finally {
            over.set(true);
            other.shutdownNow();
        }
    }

    /** The server's socket is there before it answers, which may take longer than the deadline of this store. */
    private static Signature onceItIsBack(Signer signer) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        while (true) {
            try {
                return signer.sign(new byte[1]);
            } catch (StoreUnavailableException e) {
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
            }
        }
    }
}
