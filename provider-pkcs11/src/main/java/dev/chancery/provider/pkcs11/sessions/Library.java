package dev.chancery.provider.pkcs11.sessions;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkException;
import dev.chancery.provider.pkcs11.binding.Cryptoki;
import dev.chancery.provider.pkcs11.binding.WrapperCryptoki;
import dev.chancery.spi.support.Deadline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PKCS#11 library of this process, shared by all stores that name it: C_Initialize and C_Finalize are the process's, not a
 * store's. Each initialisation begins an epoch. Sessions and handles of an earlier one are worth nothing: the same number may
 * by now be another key's.
 */
public final class Library {
    private static final Logger LOG = LoggerFactory.getLogger(Library.class);

    /** Never emptied: unloading a library from a running process is something that few survive. */
    private static final Map<Path, Library> LOADED = new ConcurrentHashMap<>();

    private static final long BETWEEN_SUSPICIONS = TimeUnit.SECONDS.toNanos(30);

    private final Path path;

    /** Held while the library is initialised, finalized and counted; never inside a signature. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Held while objects are made, changed and destroyed. */
    private final ReentrantLock writing = new ReentrantLock();

    private final List<SessionPool> pools = new ArrayList<>();
    private @Nullable Cryptoki cryptoki;
    private boolean initialisedHere;
    private volatile long epoch;

    /** From when on (nanoseconds) a suspicion suffices again. */
    private final AtomicLong nextOnSuspicion = new AtomicLong(System.nanoTime());

    private Library(Path path) {
        this.path = path;
    }

    /** The library of a file, by its real path. */
    public static Library of(Path realPath) {
        return LOADED.computeIfAbsent(realPath, Library::new);
    }

    Path path() {
        return path;
    }

    ReentrantLock writing() {
        return writing;
    }

    long epoch() {
        return epoch;
    }

    /** The loaded library; only between {@link #enter} and {@link #leave}. */
    Cryptoki cryptoki() {
        Cryptoki loaded = cryptoki;
        if (loaded == null) {
            throw new IllegalStateException("No store has entered " + path + ".");
        }
        return loaded;
    }

    /** A store begins to use the library; the first one initialises it. */
    void enter(SessionPool pool) throws CkException {
        lock.lock();
        try {
            if (cryptoki == null) {
                cryptoki = WrapperCryptoki.load(path);
            }
            if (pools.isEmpty()) {
                beginEpoch();
                initialise(cryptoki);
            }
            pools.add(pool);
        } finally {
            lock.unlock();
        }
    }

    /** Gives a store its sessions, while no restart counts them. */
    void resize(SessionPool pool, int sessions) {
        lock.lock();
        try {
            pool.growTo(sessions);
        } finally {
            lock.unlock();
        }
    }

    /** The token lends no more sessions than are open: the caller's right to one is not given back, unless it is the last, or a restart counts them. */
    void shrink(SessionPool pool) {
        boolean alone = lock.tryLock();
        if (alone && pool.size() > 1) {
            pool.shrink();
        } else {
            pool.release(null, false);
        }
        if (alone) {
            lock.unlock();
        }
    }

    /**
     * A store no longer uses the library: its calls come out, its sessions are closed, and the last store finalizes what was
     * initialised here. All under the lock, as a restart waits for the same calls. A store with a call that does not come out
     * stays registered, so that no other finalizes the library under it.
     */
    void leave(SessionPool pool, Deadline deadline) {
        if (!deadline.lock(lock)) {
            LOG.warn("{} keeps the sessions of a store that was closed: another store is initialising it again.", path);
            return;
        }
        try {
            if (!pool.drain(deadline)) {
                LOG.warn("{} is left initialised: a call is still inside it.", path);
                return;
            }
            pool.closeIdle();
            pools.remove(pool);
            if (pools.isEmpty() && initialisedHere) {
                finish(cryptoki());
            }
        } catch (CkException e) {
            LOG.debug("{} does not finish.", path, e);
        } finally {
            lock.unlock();
        }
    }

    private void initialise(Cryptoki loaded) throws CkException {
        try {
            loaded.initialize();
            initialisedHere = true;
        } catch (CkException e) {
            if (e.code() != Ck.CKR_CRYPTOKI_ALREADY_INITIALIZED) {
                throw e;
            }
        }
    }

    /** Called under the lock, so one thread at a time. */
    private void beginEpoch() {
        long next = epoch + 1;
        epoch = next;
    }

    private void finish(Cryptoki loaded) throws CkException {
        try {
            loaded.finish();
        } catch (CkException e) {
            if (e.code() != Ck.CKR_CRYPTOKI_NOT_INITIALIZED) {
                throw e;
            }
        }
        initialisedHere = false;
    }

    /**
     * Begins a new epoch because the token is gone: lets all calls come out of the library, finalizes and initialises it. Of
     * many callers one does it; failures in a row are ever further apart.
     *
     * @param seen the epoch in which the caller met the failure
     * @param backOff the calling store's
     * @throws StoreUnavailableException if the deadline comes first
     */
    void restart(long seen, BackOff backOff, Deadline deadline, ChanceryException cause) {
        if (!deadline.lock(lock)) {
            throw cause;
        }
        try {
            if (epoch != seen) {
                return;
            }
            backOff.waitFor(deadline);
            if (deadline.isOver() || pools.isEmpty()) { // the store may have been closed meanwhile
                throw cause;
            }
            backOff.recordFailure();
            restartQuietly(deadline, cause);
        } catch (CkException e) {
            LOG.debug("{} could not be initialised again.", path, e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * As {@link #restart}, because of a token that describes itself and signs no more: at most once in a while, for other stores' tokens are
     * behind the library too.
     *
     * @return whether there is a new epoch
     */
    boolean restartOnSuspicion(long seen, BackOff backOff, Deadline deadline, ChanceryException cause) {
        long before = nextOnSuspicion.get();
        long now = System.nanoTime();
        if (now - before < 0 || !nextOnSuspicion.compareAndSet(before, now + BETWEEN_SUSPICIONS)) {
            return epoch != seen;
        }
        restart(seen, backOff, deadline, cause);
        return true;
    }

    private void restartQuietly(Deadline deadline, ChanceryException cause) throws CkException {
        List<SessionPool> drained = new ArrayList<>();
        try {
            for (SessionPool pool : pools) {
                if (!pool.drain(deadline)) {
                    throw new StoreUnavailableException(
                            cause.getMessage() + " Besides, " + pool.inUse() + " calls have not come back from " + path
                                    + ", which can be initialised again only when they have. If this stays, end the process.",
                            cause);
                }
                drained.add(pool);
            }
            beginEpoch();
            // Closed while their numbers are still theirs.
            pools.forEach(SessionPool::closeIdle);
            if (initialisedHere) {
                finish(cryptoki());
            }
            initialise(cryptoki());
            LOG.warn("{} was initialised again because its token was gone: {}", path, cause.getMessage());
        } finally {
            drained.forEach(SessionPool::refill);
        }
    }
}
