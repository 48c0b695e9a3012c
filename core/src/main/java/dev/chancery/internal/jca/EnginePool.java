package dev.chancery.internal.jca;

import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Keeps JCA engines (Signature, Cipher) that are initialised for one key and one algorithm. An engine goes back to its initialised state after
 * each signature, and initialising it again costs more than P-256 itself on some providers. No locks, no allocation; an
 * engine that failed is not given back.
 */
final class EnginePool<E> {

    /** Makes an engine that is initialised with the key. */
    @FunctionalInterface
    interface Maker<E> {
        E make() throws GeneralSecurityException;
    }

    /** Twice the cores: more threads than that are not inside a signature at the same time for long. */
    private static final int SIZE = 2 * Runtime.getRuntime().availableProcessors();

    private final AtomicReferenceArray<@Nullable E> idle = new AtomicReferenceArray<>(SIZE);
    private final Maker<E> maker;

    EnginePool(Maker<E> maker) {
        this.maker = maker;
    }

    E take() throws GeneralSecurityException {
        for (int i = 0; i < SIZE; i++) {
            if (idle.getPlain(i) != null) {
                E engine = idle.getAndSet(i, null);
                if (engine != null) {
                    return engine;
                }
            }
        }
        return maker.make();
    }

    void giveBack(E engine) {
        for (int i = 0; i < SIZE; i++) {
            if (idle.getPlain(i) == null && idle.compareAndSet(i, null, engine)) {
                return;
            }
        }
    }
}
