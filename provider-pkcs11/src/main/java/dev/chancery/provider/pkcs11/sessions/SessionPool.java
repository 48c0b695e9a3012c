package dev.chancery.provider.pkcs11.sessions;

import dev.chancery.provider.pkcs11.binding.CkException;
import dev.chancery.spi.support.Deadline;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of a store: first come, first served, and never more at once than there are permits, which is also all that
 * bounds how many callers are inside the library. A session in use belongs to its caller alone; nothing is locked meanwhile.
 */
final class SessionPool {
    private static final Logger LOG = LoggerFactory.getLogger(SessionPool.class);

    private final Semaphore permits = new Semaphore(1, true);
    private final Deque<TokenSession> idle = new ConcurrentLinkedDeque<>();
    private volatile int size = 1;
    private volatile @Nullable TokenSession anchor;

    /** Makes room for more; called once, when the token's limit is known. */
    void growTo(int newSize) {
        permits.release(newSize - size);
        size = newSize;
    }

    int size() {
        return size;
    }

    /** How many callers have a session now. */
    int inUse() {
        return size - permits.availablePermits();
    }

    /** Keeps a session for as long as the store is open: with its last one, a token logs out. The only one there is works too. */
    void anchor(TokenSession session) {
        if (session.attachment().lendsOneSession()) {
            idle.addFirst(session);
        } else {
            anchor = session;
        }
    }

    /** Waits for the right to use a session; to be given back by {@link #release}. */
    boolean acquire(Deadline deadline) {
        return deadline.acquire(permits, 1);
    }

    /**
     * An open session of an attachment, the one used last, or null. Those of earlier ones are closed; of earlier epochs,
     * forgotten, as their numbers are not theirs any more.
     */
    @Nullable
    TokenSession poll(Attachment here) {
        TokenSession session = idle.pollFirst();
        while (session != null && session.attachment().number() != here.number()) {
            if (session.attachment().epoch() == here.epoch()) {
                close(session);
            }
            session = idle.pollFirst();
        }
        return session;
    }

    /** Closes one that no call uses, if there is one, so that another kind can be opened: a token lends so many and no more. */
    void makeRoom(Attachment here) {
        TokenSession session = poll(here);
        if (session != null) {
            close(session);
        }
    }

    /**
     * Gives the right back.
     *
     * @param session what was used, or null
     * @param sound whether all that was done with it succeeded; otherwise it is closed
     */
    void release(@Nullable TokenSession session, boolean sound) {
        if (session != null) {
            if (sound && (!session.readWrite() || session.attachment().lendsOneSession())) {
                idle.addFirst(session);
            } else {
                close(session);
            }
        }
        permits.release();
    }

    /** Takes the caller's right to a session away for good; called while nobody counts them. */
    void shrink() {
        int smaller = size - 1;
        size = smaller;
    }

    private static void close(TokenSession session) {
        try {
            session.cryptoki().close();
        } catch (CkException e) {
            LOG.debug("A session does not close: it is gone, or its token is.", e);
        }
    }

    /** Waits until no call uses a session, and keeps it so until {@link #refill}. */
    boolean drain(Deadline deadline) {
        return deadline.acquire(permits, size);
    }

    void refill() {
        permits.release(size);
    }

    /** Closes the sessions that are open and not in use. The caller holds a permit, so that the numbers are still theirs. */
    void closeIdle() {
        TokenSession session = idle.pollFirst();
        while (session != null) {
            close(session);
            session = idle.pollFirst();
        }
        TokenSession last = anchor;
        if (last != null) {
            anchor = null;
            close(last);
        }
    }
}
