package dev.chancery.caller;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls to a remote place side by side, on daemon threads that inherit the caller: the time that one takes is spent waiting
 * for a network. Thread-safe.
 */
public final class SideBySide {
    private static final ThreadPoolExecutor THREADS =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(null, task, "chancery-calls", 0, false);
                thread.setDaemon(true);
                return thread;
            });

    private SideBySide() {}

    /**
     * Calls once for each item.
     *
     * @param <T> an item
     * @param <R> what a call answers
     * @param items the items
     * @param atOnce how many calls may be in flight
     * @param call the call, made on several threads at once
     * @return the results, in the order of the items
     * @throws RuntimeException what the first call in that order threw; calls that were not made by then are not made
     */
    public static <T, R> List<R> map(List<T> items, int atOnce, Function<T, R> call) {
        int workers = Math.min(atOnce, items.size());
        if (workers <= 1) {
            return items.stream().map(call).toList();
        }
        Work<T, R> work = new Work<>(items, call);
        CountDownLatch others = new CountDownLatch(workers - 1);
        Executor threads = Caller.propagating(THREADS);
        for (int i = 1; i < workers; i++) {
            threads.execute(() -> {
                try {
                    work.run();
                } finally {
                    others.countDown();
                }
            });
        }
        work.run();
        await(others);
        return work.results();
    }

    /** An interrupted caller still learns the outcome of each call; the interrupt is kept. */
    private static void await(CountDownLatch others) {
        boolean interrupted = false;
        while (true) {
            try {
                others.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the workers share. */
    private static final class Work<T, R> implements Runnable {
        private final List<T> items;
        private final Function<T, R> call;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicReferenceArray<@Nullable R> results;
        private final AtomicReferenceArray<@Nullable Throwable> failures;
        private volatile boolean failed;

        Work(List<T> items, Function<T, R> call) {
            this.items = items;
            this.call = call;
            this.results = new AtomicReferenceArray<>(items.size());
            this.failures = new AtomicReferenceArray<>(items.size());
        }

        @Override
        public void run() {
            while (!failed) {
                int i = next.getAndIncrement();
                if (i >= items.size()) {
                    return;
                }
                try {
                    results.set(i, call.apply(items.get(i)));
                } catch (RuntimeException | Error e) {
                    failures.set(i, e);
                    failed = true;
                }
            }
        }

        List<R> results() {
            List<R> inOrder = new ArrayList<>(items.size());
            for (int i = 0; i < items.size(); i++) {
                Throwable failure = failures.get(i);
                if (failure instanceof Error error) {
                    throw error;
                }
                if (failure instanceof RuntimeException exception) {
                    throw exception;
                }
                R result = results.get(i);
                if (result != null) {
                    inOrder.add(result);
                }
            }
            return inOrder;
        }
    }
}
