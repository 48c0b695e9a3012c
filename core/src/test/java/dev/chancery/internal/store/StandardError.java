package dev.chancery.internal.store;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Catches what is logged: slf4j-simple writes to standard error. */
public final class StandardError implements AutoCloseable {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream caught = new ByteArrayOutputStream();

    /** Catches from now on. */
    public StandardError() {
        System.setErr(new PrintStream(caught, true, StandardCharsets.UTF_8));
    }

    /** What has been logged since. */
    public String text() {
        return caught.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
