package dev.chancery.audit;

import dev.chancery.audit.internal.files.LogFile;
import dev.chancery.audit.internal.files.LogFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

/** A disk on which something happens at a moment of the next write: what others do to the directory, or a failure. */
final class HookedDisk implements LogFiles {

    /** When it happens. */
    enum Moment {
        /** Before it is looked whether the segment is in its place. */
        BEFORE_CHECK,
        /** After that, before anything is written. */
        BEFORE_WRITE,
        /** After the line is durable, before it is looked again. */
        AFTER_WRITE,
        /** After that, before the caller is told. */
        BEFORE_ACKNOWLEDGEMENT
    }

    /** Something that happens. */
    interface Hook {
        void run() throws IOException;
    }

    private record Planned(Moment moment, Hook hook) {}

    private final AtomicReference<Planned> planned = new AtomicReference<>();

    void at(Moment moment, Hook hook) {
        planned.set(new Planned(moment, hook));
    }

    private void reach(Moment moment) throws IOException {
        Planned now = planned.get();
        if (now != null && now.moment() == moment && planned.compareAndSet(now, null)) {
            now.hook().run();
        }
    }

    @Override
    public LogFile create(Path file) throws IOException {
        return new Hooked(DISK.create(file));
    }

    @Override
    public LogFile open(Path file) throws IOException {
        return new Hooked(DISK.open(file));
    }

    @Override
    public void makeDirectories(Path directory) throws IOException {
        DISK.makeDirectories(directory);
    }

    @Override
    public long usableSpace(Path directory) throws IOException {
        return DISK.usableSpace(directory);
    }

    @Override
    public void seal(Path file) throws IOException {
        DISK.seal(file);
    }

    private final class Hooked implements LogFile {
        private final LogFile file;
        private boolean written;

        Hooked(LogFile file) {
            this.file = file;
        }

        @Override
        public void write(long position, byte[] bytes, int length) throws IOException {
            reach(Moment.BEFORE_WRITE);
            file.write(position, bytes, length);
            written = true;
            reach(Moment.AFTER_WRITE);
        }

        @Override
        public void truncate(long length) throws IOException {
            file.truncate(length);
        }

        @Override
        public void requireInPlace(long least) throws IOException {
            if (!written) {
                reach(Moment.BEFORE_CHECK);
            }
            file.requireInPlace(least);
            if (written) {
                written = false;
                reach(Moment.BEFORE_ACKNOWLEDGEMENT);
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
