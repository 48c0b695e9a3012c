package dev.chancery.internal.health;

import dev.chancery.KeyStore;
import dev.chancery.caller.Caller;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthReport;
import dev.chancery.health.HealthStatus;
import dev.chancery.interception.OperationType;
import dev.chancery.internal.lifecycle.Generations;
import dev.chancery.internal.state.Operations;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.spi.support.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Looks at a store within a time of its own, on a thread of its own: what hangs there is found, and keeps no caller. */
public final class StoreHealth {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final StoreContext context;
    private final KeyStore store;
    private final Generations generations;
    private final Duration longest;

    /** More than the steps of a look have, so that they give up by themselves and say what they waited for. */
    private final Duration patience;

    /** A look that was given up and has not ended since. */
    private volatile @Nullable FutureTask<?> hanging;

    public StoreHealth(StoreContext context, KeyStore store, Generations generations) {
        this(context, store, generations, LONGEST);
    }

    StoreHealth(StoreContext context, KeyStore store, Generations generations, Duration longest) {
        this.context = context;
        this.store = store;
        this.generations = generations;
        this.longest = longest;
        this.patience = longest.plus(longest.dividedBy(15));
    }

    /** Looks; what was found before the time was over is in the report in any case. */
    public HealthReport report(HealthLevel level) {
        context.requireOpen();
        List<Finding> findings = new CopyOnWriteArrayList<>();
        FutureTask<?> before = hanging;
        if (before != null && !before.isDone()) {
            findings.add(hangs("A look that began earlier has not ended yet."));
            return report(level, findings);
        }
        Function<HealthLevel, HealthLevel> inThisOperation = Operations.bind(wanted -> look(wanted, findings));
        FutureTask<HealthLevel> look = new FutureTask<>(() -> inThisOperation.apply(level));
        Caller.propagating(StoreHealth::runOnDaemon).execute(look);
        try {
            if (Deadline.in(patience).await(look).isEmpty()) {
                hanging = look;
                findings.add(hangs(
                        findings.isEmpty()
                                ? "Nothing was found out before."
                                : "What was looked at last before: "
                                        + findings.get(findings.size() - 1).check() + "."));
            }
        } catch (ExecutionException e) {
            throw unchecked(e.getCause());
        }
        return report(level, findings);
    }

    private HealthLevel look(HealthLevel level, List<Finding> findings) {
        return Deadline.within(
                longest,
                () -> context.operations().whole(OperationType.HEALTH, about -> {}, () -> {
                    new Look(context, store, generations, findings).look(level);
                    return level;
                }));
    }

    private static void runOnDaemon(Runnable look) {
        Thread thread = new Thread(look, "chancery-health");
        thread.setDaemon(true);
        thread.start();
    }

    private static RuntimeException unchecked(@Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException exception ? exception : new IllegalStateException(failure);
    }

    private Finding hangs(String how) {
        return new Finding(
                        "time",
                        HealthStatus.DOWN,
                        "The store " + context.location() + " did not answer within "
                                + patience.toSeconds() + " seconds. " + how
                                + " See to the disk, the network or the library that it is reached by.")
                .withMend(context.traits().diagnosis());
    }

    private HealthReport report(HealthLevel level, List<Finding> findings) {
        return new HealthReport(context.location(), context.options().clock().instant(), level, findings);
    }
}
