package dev.chancery.provider.aws;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ChanceryException;
import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.policy.KeyPolicy;
import dev.chancery.policy.VerifyAfterSign;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What {@code benchmarks/kms} prints: how much of a quota is used, and how long a list of many keys takes. */
final class QuotaRun {
    private QuotaRun() {}

    public static void main(String[] args) throws Exception {
        int quota = Integer.parseInt(args[0]);
        int seconds = Integer.parseInt(args[1]);
        int keys = Integer.parseInt(args[2]);
        try (FakeKms kms = new FakeKms()) {
            sign(kms, quota, seconds);
        }
        try (FakeKms kms = new FakeKms()) {
            list(kms, keys);
        }
    }

    /** 64 callers who sign as fast as they are served. The signatures are not verified: the processors are to be idle. */
    private static void sign(FakeKms kms, int quota, int seconds) throws InterruptedException {
        KeyStoreOptions options = FakeKms.options().toBuilder()
                .stateTtl(Duration.ofHours(1))
                .policy(KeyPolicy.builder("unverified")
                        .allow(KeySpec.EC_P256, KeySpec.EC_P256.algorithms())
                        .verifyAfterSign(VerifyAfterSign.NEVER)
                        .build())
                .build();
        try (KeyStore store = KeyStores.open(kms.uri(""), options)) {
            KeyId id =
                    store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices")).id();
            Signer signer = store.signer(id);
            long warm = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
            run(signer, warm, new AtomicInteger(), new AtomicInteger());
            kms.forgetRequests();
            kms.faults().delayMillis = 5;
            kms.faults().quota("Sign", quota);
            AtomicInteger signed = new AtomicInteger();
            AtomicInteger failed = new AtomicInteger();
            run(signer, System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds), signed, failed);
            int requests = kms.requests("Sign");
            // A full bucket grants one second's worth besides.
            System.out.printf(
                    "quota %d/s, %d s: %d signatures (%.3f of the quota), %.3f requests each, %d failed%n",
                    quota,
                    seconds,
                    signed.get(),
                    signed.get() / (double) (quota * (seconds + 1)),
                    requests / (double) signed.get(),
                    failed.get());
        }
    }

    private static void run(Signer signer, long end, AtomicInteger signed, AtomicInteger failed)
            throws InterruptedException {
        ExecutorService callers = Executors.newFixedThreadPool(64);
        for (int i = 0; i < 64; i++) {
            callers.execute(() -> {
                while (System.nanoTime() - end < 0) {
                    try {
                        signer.sign(new byte[] {1});
                        signed.incrementAndGet();
                    } catch (ChanceryException e) {
                        failed.incrementAndGet();
                    }
                }
            });
        }
        callers.shutdown();
        callers.awaitTermination(1, TimeUnit.HOURS);
    }

    private static void list(FakeKms kms, int keys) {
        kms.keyQuota = keys;
        kms.page = 100;
        kms.addKeys(keys);
        try (KeyStore store = KeyStores.open(kms.uri(""), FakeKms.options())) {
            for (String time : List.of("first", "second")) {
                kms.forgetRequests();
                long begun = System.nanoTime();
                int listed = store.list().size();
                System.out.printf(
                        "%s list of %d keys: %d requests, %.1f s (3 x keys / 2,000 a second: %.1f s)%n",
                        time, listed, kms.requests(), (System.nanoTime() - begun) / 1e9, 3.0 * keys / 2000);
            }
        }
    }
}
