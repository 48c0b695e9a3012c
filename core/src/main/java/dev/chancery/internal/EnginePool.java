package dev.chancery.internal;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Keeps JCA engines that are initialised for one key and one algorithm. An engine goes back to its initialised state after
 * each signature, and initialising it again costs more than P-256 itself on some providers. No locks, no allocation; an
 * engine that failed is not given back.
 */
final class EnginePool {

    /** Makes an engine that is initialised with the key. */
    @FunctionalInterface
    interface Maker {
        Signature make() throws GeneralSecurityException;
    }

    /** Twice the cores: more threads than that are not inside a signature at the same time for long. */
    private static final int SIZE = 2 * Runtime.getRuntime().availableProcessors();

    private final AtomicReferenceArray<@Nullable Signature> idle = new AtomicReferenceArray<>(SIZE);
    private final Maker maker;

    EnginePool(Maker maker) {
        this.maker = maker;
    }

    Signature take() throws GeneralSecurityException {
        for (int i = 0; i < SIZE; i++) {
            if (idle.getPlain(i) != null) {
                Signature engine = idle.getAndSet(i, null);
                if (engine != null) {
                    return engine;
                }
            }
        }
        return maker.make();
    }

    void giveBack(Signature engine) {
        for (int i = 0; i < SIZE; i++) {
            if (idle.getPlain(i) == null && idle.compareAndSet(i, null, engine)) {
                return;
            }
        }
    }
}
