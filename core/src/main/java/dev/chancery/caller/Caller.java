package dev.chancery.caller;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Printable;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for what happens: a person or a program, and from where. Immutable. Bound to a scope of code, and so to every
 * call within it on the same thread; read where a use of a key is written down.
 *
 * <pre>{@code
 * try (var scope = Caller.of("alice").ip("10.0.0.7").userAgent("issuer/2.1").enter()) {
 *     signer.sign(document);
 * }
 * }</pre>
 *
 * <p>Scopes nest: leaving the inner one restores the outer one. A scope belongs to the thread, platform or virtual, that
 * entered it; {@link #propagating(ExecutorService)} carries it into the tasks of a pool, {@link dev.chancery.Signer#as} hands it over
 * as an argument. What a caller says of itself is taken as it is; the code that writes it down cuts and escapes it.
 */
public final class Caller {
    private static final ThreadLocal<@Nullable Scope> CURRENT = new ThreadLocal<>();

    private final String userId;
    private final @Nullable String ip;
    private final @Nullable String userAgent;
    private final @Nullable String correlationId;

    private Caller(String userId, @Nullable String ip, @Nullable String userAgent, @Nullable String correlationId) {
        this.userId = userId;
        this.ip = ip;
        this.userAgent = userAgent;
        this.correlationId = correlationId;
    }

    /**
     * Names a caller.
     *
     * @param userId who asks: an account, a service, a user of the operating system
     * @return the caller, of whom no more is known yet
     * @throws ConfigurationException if the text is blank
     */
    public static Caller of(String userId) {
        if (userId.isBlank()) {
            throw new ConfigurationException("A caller has a user id; where the caller is unknown, enter no scope.");
        }
        return new Caller(userId, null, null, null);
    }

    /**
     * Adds where the request came from.
     *
     * @param address an IP address, in text form
     * @return a changed copy
     */
    public Caller ip(String address) {
        return new Caller(userId, Objects.requireNonNull(address), userAgent, correlationId);
    }

    /**
     * Adds the program that the request came by.
     *
     * @param agent what the program calls itself, for example an HTTP request's {@code User-Agent}
     * @return a changed copy
     */
    public Caller userAgent(String agent) {
        return new Caller(userId, ip, Objects.requireNonNull(agent), correlationId);
    }

    /**
     * Adds what ties the request to other systems' logs.
     *
     * @param id for example a trace id
     * @return a changed copy
     */
    public Caller correlationId(String id) {
        return new Caller(userId, ip, userAgent, Objects.requireNonNull(id));
    }

    /**
     * Who asks.
     *
     * @return the user id
     */
    public String userId() {
        return userId;
    }

    /**
     * Where the request came from.
     *
     * @return the address, or empty
     */
    public Optional<String> ip() {
        return Optional.ofNullable(ip);
    }

    /**
     * The program that the request came by.
     *
     * @return its name, or empty
     */
    public Optional<String> userAgent() {
        return Optional.ofNullable(userAgent);
    }

    /**
     * What ties the request to other systems' logs.
     *
     * @return the id, or empty
     */
    public Optional<String> correlationId() {
        return Optional.ofNullable(correlationId);
    }

    /**
     * The caller of the scope that this thread is in.
     *
     * @return the innermost scope's caller, or empty outside of any
     */
    public static Optional<Caller> current() {
        Scope scope = CURRENT.get();
        return scope == null ? Optional.empty() : Optional.of(scope.caller());
    }

    /**
     * Begins a scope on this thread. For a try-with-resources statement.
     *
     * @return the scope; closing it restores the one around it
     */
    public Scope enter() {
        Scope scope = new Scope(this, Thread.currentThread(), CURRENT.get());
        CURRENT.set(scope);
        return scope;
    }

    /**
     * Runs something in a scope of this caller.
     *
     * @param <T> what comes of it
     * @param work what to do
     * @return what came of it
     */
    public <T> T call(Supplier<T> work) {
        try (Scope scope = enter()) {
            return work.get();
        }
    }

    /**
     * Makes an executor run each task in the scope that was entered where the task was handed over, and in none if there was
     * none. What it runs on stays as it is.
     *
     * @param executor the executor
     * @return an executor in front of it
     */
    public static Executor propagating(Executor executor) {
        return task -> executor.execute(bind(task));
    }

    /**
     * Makes a pool run each task in the scope that was entered where the task was handed over, and in none if there was none.
     * What it runs on stays as it is; shutting either down shuts both down.
     *
     * @param pool the pool
     * @return a pool in front of it
     */
    public static ExecutorService propagating(ExecutorService pool) {
        return new PropagatingExecutor(pool);
    }

    /** A task that will run in the scope of here and now. */
    static Runnable bind(Runnable task) {
        Scope here = CURRENT.get();
        return () -> {
            Scope there = CURRENT.get();
            set(here == null ? null : new Scope(here.caller(), Thread.currentThread(), there));
            try {
                task.run();
            } finally {
                set(there);
            }
        };
    }

    private static void set(@Nullable Scope scope) {
        if (scope == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(scope);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Caller that
                && userId.equals(that.userId)
                && Objects.equals(ip, that.ip)
                && Objects.equals(userAgent, that.userAgent)
                && Objects.equals(correlationId, that.correlationId);
    }

    @Override
    public int hashCode() {
        return Objects.hash(userId, ip, userAgent, correlationId);
    }

    /** Returns the user id alone: the rest may be personal, and long. */
    @Override
    public String toString() {
        return "Caller[" + Printable.of(userId) + "]";
    }

    /** A stretch of code, on one thread, that runs on behalf of a caller. */
    public static final class Scope implements AutoCloseable {
        private final Caller caller;
        private final Thread thread;
        private final @Nullable Scope outer;

        private Scope(Caller caller, Thread thread, @Nullable Scope outer) {
            this.caller = caller;
            this.thread = thread;
            this.outer = outer;
        }

        private Caller caller() {
            return caller;
        }

        /**
         * Ends the scope. Ending it twice changes nothing.
         *
         * @throws IllegalStateException on another thread than the one that entered it, or before the scopes inside it have
         *     ended
         */
        @Override
        public void close() {
            if (Thread.currentThread() != thread) {
                throw new IllegalStateException("A caller's scope ends on the thread that entered it: " + thread + ".");
            }
            Scope current = CURRENT.get();
            if (current == this) {
                set(outer);
            } else if (isOpen(current)) {
                throw new IllegalStateException("A caller's scope ends after the scopes inside it.");
            }
        }

        private boolean isOpen(@Nullable Scope innermost) {
            for (Scope scope = innermost; scope != null; scope = scope.outer) {
                if (scope == this) {
                    return true;
                }
            }
            return false;
        }
    }
}
