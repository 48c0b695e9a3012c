package dev.chancery.spi.files;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * File I/O that an interrupt neither breaks nor loses: an interrupt closes a {@code FileChannel} under what it was doing, so
 * that is done again, and the thread is interrupted when it is done.
 */
final class Uninterrupted {
    private Uninterrupted() {}

    /** Some file I/O. */
    @FunctionalInterface
    interface Task<T> {
        T run() throws IOException;
    }

    /** Runs a task that may be run again, until no interrupt breaks it. */
    static <T> T call(Task<T> task) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return task.run();
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            restore(interrupted);
        }
    }

    /** Runs a task once, with an interrupt that came before put off until it is done. */
    static <T> T callOnce(Task<T> task) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            return task.run();
        } finally {
            restore(interrupted);
        }
    }

    /** Takes a lock, unless that lasts longer; an interrupt does not cut the wait short. */
    static boolean tryLock(ReentrantLock lock, long end) {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return lock.tryLock(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            restore(interrupted);
        }
    }

    /** Waits; a thread that is interrupted would not. */
    static void pause(long nanos) {
        boolean interrupted = Thread.interrupted();
        LockSupport.parkNanos(nanos);
        restore(interrupted);
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
