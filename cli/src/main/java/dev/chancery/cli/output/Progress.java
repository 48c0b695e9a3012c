package dev.chancery.cli.output;

import dev.chancery.spi.support.Printable;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Tells a waiting person, on stderr, what takes more than a second. */
public final class Progress {
    private static final int SECONDS_BETWEEN = 10;

    private Progress() {}

    /** Work that may fail with what the JDK's streams throw. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws IOException;
    }

    public static <T> T during(String what, Terminal terminal, Work<T> work) throws IOException {
        return during(what, terminal, new AtomicInteger(), work);
    }

    /** Tells of work on many keys how many are done, too. */
    public static <T> T during(String what, Terminal terminal, AtomicInteger keys, Work<T> work) throws IOException {
        CountDownLatch done = new CountDownLatch(1);
        Thread speaker = new Thread(() -> speak(what, terminal, keys, done), "chancery-progress");
        speaker.setDaemon(true);
        speaker.start();
        try {
            return work.run();
        } finally {
            done.countDown();
        }
    }

    private static void speak(String what, Terminal terminal, AtomicInteger keys, CountDownLatch done) {
        try {
            if (done.await(1, TimeUnit.SECONDS)) {
                return;
            }
            terminal.err().println(Printable.line(what) + " …");
            for (int seconds = 1 + SECONDS_BETWEEN;
                    !done.await(SECONDS_BETWEEN, TimeUnit.SECONDS);
                    seconds += SECONDS_BETWEEN) {
                String count = keys.get() > 0 ? ", " + keys + " keys" : "";
                terminal.err().println("… for " + seconds + " s" + count);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
