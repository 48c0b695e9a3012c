package dev.chancery.provider.azure.client;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.spi.support.RateLimit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a vault signs in ten seconds, by kind of key: <a href="https://learn.microsoft.com/azure/key-vault/general/service-limits">its quotas for keys in
 * hardware</a>; those in software have twice as much. A limit begins to hold when the vault has throttled a signature of the kind, and is not known to
 * other processes. Thread-safe.
 */
final class Quotas {
    private static final int SECONDS = 10;
    private static final int OTHERS = 2000;
    private static final Map<KeySpec, Integer> SIGNATURES = Map.of(
            KeySpec.RSA_2048, 2000,
            KeySpec.RSA_3072, 500,
            KeySpec.RSA_4096, 250);

    private final Map<KeySpec, RateLimit> limits = new ConcurrentHashMap<>();

    /** Waits for a turn, where the kind is limited; there is none within the call's time if the vault would throttle that, too. */
    void await(KeySpec spec, CallScope call) {
        Optional.ofNullable(limits.get(spec))
                .flatMap(limit -> limit.take(call.deadline().left()))
                .ifPresent(wait -> call.deadline().sleep(wait));
    }

    /** The vault has refused a signature because there were too many. */
    void throttle(KeySpec spec) {
        limits.computeIfAbsent(spec, any -> RateLimit.of((double) SIGNATURES.getOrDefault(spec, OTHERS) / SECONDS))
                .slowDown();
    }
}
