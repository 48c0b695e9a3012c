package dev.chancery.testkit.store;

import dev.chancery.error.ChanceryException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Threads beside each other: some that begin at the same moment, one that waits for another, one that must come to an end. */
public final class Together {
    private static final Set<Thread.State> WAITING =
            EnumSet.of(Thread.State.BLOCKED, Thread.State.WAITING, Thread.State.TIMED_WAITING);

    /** So often in a row a thread is seen waiting before it counts: it may wait for a class to be loaded. */
    private static final int LOOKS = 10;

    private Together() {}

    /**
     * Lets tasks begin at the same moment, a thread for each.
     *
     * @param <T> what they answer
     * @param tasks the tasks
     * @return their answers, in order
     * @throws Exception the first that a task throws
     */
    public static <T> List<T> run(List<Callable<T>> tasks) throws Exception {
        CyclicBarrier start = new CyclicBarrier(tasks.size());
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<Future<T>> running = new ArrayList<>();
            for (Callable<T> task : tasks) {
                running.add(threads.submit(() -> {
                    start.await();
                    return task.call();
                }));
            }
            return answers(running);
        } finally {
            threads.shutdownNow();
        }
    }

    private static <T> List<T> answers(List<Future<T>> running) throws Exception {
        List<T> answers = new ArrayList<>();
        for (Future<T> future : running) {
            answers.add(future.get());
        }
        return answers;
    }

    /**
     * Runs tasks on virtual threads, one for each.
     *
     * @param <T> what they answer
     * @param tasks the tasks
     * @return their answers, in order
     * @throws Exception the first that a task throws, or that there are no virtual threads before Java 21
     */
    public static <T> List<T> runOnVirtualThreads(List<Callable<T>> tasks) throws Exception {
        // Java 21; this is compiled for 17.
        ExecutorService threads = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        try {
            List<Future<T>> running = new ArrayList<>();
            for (Callable<T> task : tasks) {
                running.add(threads.submit(task));
            }
            return answers(running);
        } finally {
            threads.shutdownNow();
        }
    }

    /**
     * The same, for tasks that wait on a clock for one another: what one does before it waits, the others see when they have waited.
     *
     * @param <T> what they answer
     * @param clock the clock
     * @param tasks the tasks
     * @return their answers, in order
     * @throws Exception the first that a task throws
     */
    public static <T> List<T> run(SettableClock clock, List<Callable<T>> tasks) throws Exception {
        CountDownLatch entered = new CountDownLatch(tasks.size());
        List<Callable<T>> inOneTime = new ArrayList<>();
        for (Callable<T> task : tasks) {
            inOneTime.add(() -> {
                clock.enter();
                try {
                    entered.countDown();
                    await(entered);
                    return task.call();
                } finally {
                    clock.leave();
                }
            });
        }
        return run(inOneTime);
    }

    /** A thread that keeps no JVM from ending, not begun. */
    static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "contract");
        thread.setDaemon(true);
        return thread;
    }

    /** Goes on when a thread has ended, or waits for something: for whom it waits is the place's own. */
    static void awaitEndOrWait(Thread thread) {
        int waiting = 0;
        while (thread.isAlive() && waiting < LOOKS) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            waiting = WAITING.contains(thread.getState()) ? waiting + 1 : 0;
        }
    }

    /**
     * Begins a call in a thread of its own, and goes on when that has ended or waits for something.
     *
     * @param <T> what it answers
     * @param call the call
     * @return what comes of it
     */
    public static <T> Future<T> begin(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = daemon(task);
        thread.start();
        awaitEndOrWait(thread);
        return task;
    }

    /**
     * Closes a store under whose hands calls are under way; gives up on one that hangs.
     *
     * @param patience how long to wait
     * @param store the store
     * @throws Exception what closing throws
     */
    public static void close(Duration patience, AutoCloseable store) throws Exception {
        var unused = endOf(patience, () -> {
            store.close();
            return store;
        });
    }

    /**
     * Waits for a call that may fail, if it says why in words of the API.
     *
     * @param <T> what it answers
     * @param patience how long to wait
     * @param call the call
     * @return its answer, or empty if it has failed
     * @throws Exception what else the call throws
     */
    public static <T> Optional<T> answer(Duration patience, Future<T> call) throws Exception {
        try {
            return Optional.of(endOf(patience, () -> call.get()));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ChanceryException || e.getCause() instanceof IllegalStateException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Waits through interrupts. */
    static void await(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Makes a call that must end by itself, in a thread of its own; gives up on one that hangs.
     *
     * @param <T> what it answers
     * @param patience how long to wait
     * @param call the call
     * @return its answer
     * @throws Exception what the call throws
     */
    public static <T> T endOf(Duration patience, Callable<T> call) throws Exception {
        FutureTask<T> task = new FutureTask<>(call);
        daemon(task).start();
        try {
            return task.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("The call has not ended after " + patience + ": it hangs.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }
}
