package dev.chancery.provider.pkcs11.sessions;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.options.PinSource;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkException;
import dev.chancery.provider.pkcs11.binding.Cryptoki;
import dev.chancery.provider.pkcs11.binding.CryptokiSession;
import dev.chancery.provider.pkcs11.binding.TokenDescription;
import dev.chancery.spi.support.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A store's way to its token, alive after the token was not: finds the token, logs in, lends sessions, and reacts to what
 * goes wrong as {@link Reaction} says, each call within its own deadline. Thread-safe.
 */
public final class TokenConnection implements AutoCloseable {
    private static final int DEFAULT_SESSIONS = 32;

    /**
     * How often a change is begun anew on a token that still answers. SoftHSM 2.6 answers CKR_GENERAL_ERROR to a creation that another
     * thread's search meets (its ObjectFile::refresh takes the object for invalid), and may do so several times in a row.
     */
    private static final int CHANGES_BEGUN_ANEW = 5;

    /** How often a search is begun anew whose objects other processes take away meanwhile: each change of a record does. */
    private static final int SEARCHES_BEGUN_ANEW = 10;

    private final TokenSelector selector;
    private final String location;
    private final PinSource pins;
    private final Library library;
    private final Duration timeout;
    private final SessionPool pool = new SessionPool();
    private final BackOff backOff = new BackOff();
    private final SigningFailures signingFailures = new SigningFailures();

    /** Held while the token is looked for and logged in to. */
    private final ReentrantLock attaching = new ReentrantLock();

    private volatile @Nullable Attachment attachment;

    /** The number of the last attachment that the token has dropped. */
    private final AtomicLong dropped = new AtomicLong();

    /** The token first opened; the one that comes back must be the same. */
    private volatile @Nullable TokenDescription identity;

    private final PinGuard pinGuard = new PinGuard();

    private enum Kind {
        READS,
        SIGNS,
        CHANGES
    }

    /** Something to do with a session. May be done again from its beginning. */
    public interface Work<T> {
        T with(TokenSession session) throws CkException;
    }

    private TokenConnection(TokenSelector selector, Library library, PinSource pins, Duration timeout) {
        this.selector = selector;
        this.location = selector.location();
        this.library = library;
        this.pins = pins;
        this.timeout = timeout;
    }

    /**
     * Opens a token.
     *
     * @param sessions the most sessions at once, or empty for the token's own limit
     * @param timeout the longest that a call waits for a session or for a lost token
     * @throws ConfigurationException if no token, or more than one, is what the selector asks for
     * @throws KeyAccessException if the PIN is missing or refused
     * @throws StoreUnavailableException if the token does not answer
     */
    public static TokenConnection open(
            TokenSelector selector, Library library, PinSource pins, Optional<Integer> sessions, Duration timeout) {
        TokenConnection connection = new TokenConnection(selector, library, pins, timeout);
        try {
            library.enter(connection.pool);
        } catch (CkException e) {
            throw CkErrors.notInitialised(e, library.path(), connection.location);
        }
        try {
            connection.call("Opening the token", session -> connection);
            library.resize(connection.pool, lent(sessions.orElse(DEFAULT_SESSIONS), connection.identity()));
            return connection;
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    public String location() {
        return location;
    }

    SessionPool pool() {
        return pool;
    }

    /** How many calls may be inside the library at once. */
    public int sessions() {
        return pool.size();
    }

    /** The token as it was when it was last found. */
    public TokenDescription identity() {
        return lastFound().token();
    }

    /** What the token could do when it was last found. */
    public Set<Long> mechanisms() {
        return lastFound().mechanisms();
    }

    private Attachment lastFound() {
        return Objects.requireNonNull(attachment, "The token was never found.");
    }

    /** What CK_TOKEN_INFO says now. */
    TokenDescription describe() {
        return call(
                "Reading the token's state",
                session -> library.cryptoki().token(session.attachment().slot()));
    }

    SigningFailures signingFailures() {
        return signingFailures;
    }

    /** Reads. */
    public <T> T call(String doing, Work<T> work) {
        return run(doing, work, () -> {}, Kind.READS, Deadline.in(timeout));
    }

    /**
     * Signs.
     *
     * @param doing for messages, as the beginning of a sentence
     * @param staleHandle forgets the handles that the work goes by
     */
    public <T> T sign(String doing, Work<T> work, Runnable staleHandle) {
        return run(doing, work, staleHandle, Kind.SIGNS, Deadline.in(timeout));
    }

    /** Makes, changes or destroys objects: one at a time in this process, in a session of its own. */
    public <T> T change(String doing, Work<T> work) {
        Deadline deadline = Deadline.in(timeout);
        if (!deadline.lock(library.writing())) {
            throw new StoreUnavailableException(
                    doing + " in " + location + " failed: another change has been at work for " + timeout.toSeconds()
                            + " seconds. Try again.",
                    null);
        }
        try {
            return run(doing, work, () -> {}, Kind.CHANGES, deadline);
        } finally {
            library.writing().unlock();
        }
    }

    private <T> T run(String doing, Work<T> work, Runnable staleHandle, Kind kind, Deadline deadline) {
        List<Reaction> done = new ArrayList<>();
        while (true) {
            acquire(doing, deadline);
            Attachment here = null;
            TokenSession session = null;
            boolean sound = false;
            boolean full = false;
            long epoch = library.epoch();
            CkException failure;
            try {
                here = ensureAttachment();
                session = session(here, kind == Kind.CHANGES);
                T result = work.with(session);
                sound = true;
                backOff.recordSuccess();
                if (kind == Kind.SIGNS) {
                    signingFailures.recordSuccess();
                }
                return result;
            } catch (CkException e) {
                failure = e;
                full = session == null && here != null && e.code() == Ck.CKR_SESSION_COUNT;
            } finally {
                if (full) {
                    library.shrink(pool);
                } else {
                    pool.release(session, sound);
                }
            }
            Reaction reaction = react(doing, failure, epoch, done, kind, deadline);
            if (reaction == Reaction.SEARCH_AGAIN) {
                staleHandle.run();
            }
            if (reaction == Reaction.ATTACH_AGAIN && here != null) {
                // Of many callers that it was dropped under, the first one attaches again.
                dropped.accumulateAndGet(here.number(), Math::max);
            }
        }
    }

    private void acquire(String doing, Deadline deadline) {
        if (!pool.acquire(deadline)) {
            throw new StoreUnavailableException(
                    doing + " in " + location + " failed: all " + pool.size() + " sessions have been in use for "
                            + timeout.toSeconds()
                            + " seconds. Raise chancery-sessions as far as the token permits, or sign less at once.",
                    null);
        }
    }

    /** An open session; the caller holds a permit, so the epoch cannot end meanwhile. */
    private TokenSession session(Attachment here, boolean readWrite) throws CkException {
        if (readWrite && !here.lendsOneSession()) {
            pool.makeRoom(here);
            return open(here, true);
        }
        TokenSession idle = pool.poll(here);
        return idle != null ? idle : open(here, readWrite);
    }

    private TokenSession open(Attachment here, boolean readWrite) throws CkException {
        return new TokenSession(library.cryptoki().open(here.slot(), readWrite), here, readWrite);
    }

    /** Does what can be done about a failure, or throws it. */
    private Reaction react(
            String doing, CkException failure, long epoch, List<Reaction> done, Kind kind, Deadline deadline) {
        ChanceryException translated = CkErrors.translate(failure, doing, location);
        Reaction reaction = Reaction.to(failure.code());
        if (reaction == Reaction.GIVE_UP || (reaction == Reaction.WAIT && deadline.isOver())) {
            throw translated;
        }
        if (reaction == Reaction.RECONNECT || (reaction == Reaction.LOOK_CLOSER && !answers(deadline))) {
            library.restart(epoch, backOff, deadline, translated);
            return Reaction.RECONNECT;
        }
        if (reaction == Reaction.WAIT) {
            deadline.sleep(Duration.ofMillis(5));
            return reaction;
        }
        int before = Collections.frequency(done, reaction);
        int most = mostOf(reaction, kind);
        if (before >= most) {
            boolean suspicious = kind == Kind.SIGNS
                    && reaction == Reaction.LOOK_CLOSER
                    && signingFailures.recordFailure(translated.getMessage());
            if (suspicious && library.restartOnSuspicion(epoch, backOff, deadline, translated)) {
                return Reaction.RECONNECT;
            }
            throw translated;
        }
        done.add(reaction);
        if (most > 1) {
            deadline.sleep(Duration.ofMillis(Math.min(50, 5L << before)));
        }
        return reaction;
    }

    private static int mostOf(Reaction reaction, Kind kind) {
        if (reaction == Reaction.SEARCH_AGAIN) {
            return SEARCHES_BEGUN_ANEW;
        }
        return reaction == Reaction.LOOK_CLOSER && kind == Kind.CHANGES ? CHANGES_BEGUN_ANEW : 1;
    }

    /** Whether the token, and no other in its slot, opens a new session and describes itself. */
    private boolean answers(Deadline deadline) {
        acquire("Asking the token whether it is there", deadline);
        TokenSession fresh = null;
        try {
            Attachment here = ensureAttachment();
            pool.makeRoom(here);
            fresh = open(here, false);
            return here.token().isSameAs(library.cryptoki().token(here.slot()));
        } catch (CkException e) {
            return false;
        } finally {
            pool.release(fresh, false);
        }
    }

    // --- finding the token and logging in

    private Attachment ensureAttachment() throws CkException {
        Attachment last = attachment;
        if (last != null && stands(last)) {
            return last;
        }
        attaching.lock();
        try {
            last = attachment;
            return last != null && stands(last) ? last : attach();
        } finally {
            attaching.unlock();
        }
    }

    private boolean stands(Attachment last) {
        return last.number() > dropped.get() && last.epoch() == library.epoch();
    }

    /** Label and serial number are compared before anybody logs in: a PIN is not shown to another token. */
    private Attachment attach() throws CkException {
        pool.closeIdle(); // what is left of the attachment before this one
        long epoch = library.epoch();
        Cryptoki cryptoki = library.cryptoki();
        TokenDescription first = identity;
        long slot = new TokenSearch(selector, library.path(), first).slot(cryptoki);
        TokenDescription token = cryptoki.token(slot);
        if (first != null && !first.isSameAs(token)) {
            throw TokenSearch.replaced(first, token, location);
        }
        Attachment last = attachment;
        long number = last == null ? 1 : last.number() + 1;
        Attachment here = new Attachment(number, epoch, slot, token, cryptoki.mechanisms(slot));
        TokenSession anchor = open(here, here.lendsOneSession() && !token.has(Ck.CKF_WRITE_PROTECTED));
        try {
            if (here.wantsLogin()) {
                logIn(anchor.cryptoki(), Ck.CKU_USER, token, epoch);
            }
        } catch (CkException | RuntimeException e) {
            anchor.cryptoki().close();
            throw e;
        }
        pool.anchor(anchor);
        if (first == null) {
            identity = token;
        }
        attachment = here;
        return here;
    }

    /** As many as the token lends, but for the one that keeps the login. */
    private static int lent(int wanted, TokenDescription token) {
        long most = token.maxSessions();
        return most > 0 ? (int) Math.min(wanted, Math.max(1, most - 1)) : wanted;
    }

    /** Logs in once more, for the one signature that the session has begun; the PIN source is asked each time (CKA_ALWAYS_AUTHENTICATE). */
    public void logInToSign(TokenSession session) throws CkException {
        Attachment here = session.attachment();
        attaching.lock();
        try {
            logIn(
                    session.cryptoki(),
                    Ck.CKU_CONTEXT_SPECIFIC,
                    library.cryptoki().token(here.slot()),
                    here.epoch());
        } finally {
            attaching.unlock();
        }
    }

    /** A login that fails ends the call: within one there is no second. */
    private void logIn(CryptokiSession session, long user, TokenDescription token, long epoch) throws CkException {
        char[] secret = secret(token);
        try {
            pinGuard.requirePermitted(secret, token, epoch);
            logIn(session, user, secret, epoch);
        } finally {
            if (secret != null) {
                Arrays.fill(secret, '\0');
            }
        }
    }

    private void logIn(CryptokiSession session, long user, char @Nullable [] secret, long epoch) {
        try {
            session.login(user, secret);
            pinGuard.recordSuccess(secret);
        } catch (CkException e) {
            if (e.code() != Ck.CKR_USER_ALREADY_LOGGED_IN) {
                backOff.recordFailedLogin();
                throw pinGuard.recordFailure(secret, epoch, e, location);
            }
        }
    }

    /** The PIN, or null where the token asks for it itself. */
    private char @Nullable [] secret(TokenDescription token) {
        Optional<char[]> found = pins.pin(token.label());
        if (found.isEmpty() && !token.has(Ck.CKF_PROTECTED_AUTHENTICATION_PATH)) {
            throw new KeyAccessException("The token " + location + " wants a PIN, and there is none. Add"
                    + " pin-source=file:/path to the URI, or give a PinSource in code.");
        }
        return found.orElse(null);
    }

    @Override
    public void close() {
        library.leave(pool, Deadline.in(timeout));
    }
}
