package dev.chancery.provider.file;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The system's clock, ahead by what a file says: processes that map the file see it move at the same moment. */
final class SharedClock extends Clock {
    private static final VarHandle SECONDS =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final MappedByteBuffer ahead;
    private final Duration skew;

    /**
     * Reads the clock as one machine of a fleet does.
     *
     * @param file made if it is not there
     * @param skew how much this machine's clock is fast, negative for slow
     */
    SharedClock(Path file, Duration skew) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            this.ahead = channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES);
        }
        this.skew = skew;
    }

    /** Moves the clock of every process forward. */
    void advance(Duration time) {
        SECONDS.getAndAdd(ahead, 0, time.toSeconds());
    }

    @Override
    public Instant instant() {
        return Instant.now().plus(skew).plusSeconds((long) SECONDS.getVolatile(ahead, 0));
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("This clock is in UTC.");
    }
}
