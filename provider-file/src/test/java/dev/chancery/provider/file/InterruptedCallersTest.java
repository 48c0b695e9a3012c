package dev.chancery.provider.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Interrupts at random moments break nothing. {@code -Dchancery.interrupts=10000} makes it the long form. */
class InterruptedCallersTest {
    private static final int INTERRUPTS = Integer.getInteger("chancery.interrupts", 400);
    private static final byte[] MESSAGE = "a contract".getBytes(UTF_8);

    @TempDir
    private Path temp;

    private final Random random = new Random(Long.getLong("chancery.seed", System.nanoTime()));
    private final Set<String> acknowledged = Collections.synchronizedSet(new TreeSet<>());
    private final AtomicInteger flagsSeen = new AtomicInteger();
    private final AtomicInteger names = new AtomicInteger();
    private KeyStore store;
    private KeyId shared;

    @BeforeEach
    void open() {
        store = KeyStores.open(temp);
        shared = store.generate(KeyRequest.of(KeySpec.EC_P256, "shared")).id();
        acknowledged.add("shared");
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** One generation in eight: it takes that much longer than a signature. */
    private void work(int turn) {
        if (turn % 8 == 0) {
            String name = "key-" + names.incrementAndGet();
            KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, name));
            acknowledged.add(key.id().value());
            requireValid(store.signer(key.id()));
        } else {
            requireValid(store.signer(shared));
        }
        if (Thread.interrupted()) {
            flagsSeen.incrementAndGet();
        }
    }

    private void requireValid(Signer signer) {
        byte[] signature = signer.sign(MESSAGE).value();
        assertThat(store.verifier(signer.key().id()).verify(MESSAGE, signature).isValid())
                .isTrue();
    }

    @Test
    void a_thread_that_is_interrupted_gets_its_answer_and_keeps_its_flag() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService workers = Executors.newFixedThreadPool(2);
        Thread[] threads = new Thread[2];
        Future<?>[] results = new Future<?>[2];
        for (int worker = 0; worker < 2; worker++) {
            int index = worker;
            results[worker] = workers.submit(() -> {
                threads[index] = Thread.currentThread();
                for (int turn = index; !done.get(); turn++) {
                    work(turn);
                }
            });
        }
        for (int n = 0; n < INTERRUPTS; n++) {
            LockSupport.parkNanos(random.nextInt(5_000_000));
            Thread victim = threads[n % 2];
            if (victim != null) {
                victim.interrupt();
            }
        }
        done.set(true);
        for (Future<?> result : results) {
            result.get();
        }
        workers.shutdown();
        assertThat(flagsSeen).hasPositiveValue();
        requireNothingBroken(acknowledged);
    }

    @Test
    void a_future_that_is_cancelled_leaves_a_whole_key_or_none() throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(2);
        for (int n = 0; n < INTERRUPTS; n++) {
            int turn = n;
            Future<?> future = workers.submit(() -> work(turn));
            LockSupport.parkNanos(random.nextInt(5_000_000));
            if (!future.cancel(true)) {
                future.get(); // it was faster; had it failed, this would throw
            }
        }
        workers.shutdown();
        while (!workers.awaitTermination(1, java.util.concurrent.TimeUnit.SECONDS)) {
            // the last ones are still at work
        }
        requireNothingBroken(acknowledged);
    }

    private void requireNothingBroken(Set<String> expected) throws IOException, ExecutionException {
        StoreTree tree = new StoreTree(temp);
        assertThat(tree.halfMade()).isEmpty();
        assertThat(tree.metadata()).isEqualTo(expected);
        assertThat(tree.privateKeys()).isEqualTo(expected);
        assertThat(tree.publicKeys()).isEqualTo(expected);
        assertThat(store.unusable()).isEmpty();
        assertThat(store.list()).hasSize(expected.size());
        for (KeyMetadata key : store.list()) {
            requireValid(store.signer(key.id()));
        }
    }
}
