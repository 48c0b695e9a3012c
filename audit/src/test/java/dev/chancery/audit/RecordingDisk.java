package dev.chancery.audit;

import dev.chancery.audit.internal.files.LogFile;
import dev.chancery.audit.internal.files.LogFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Remembers everything that is done to the files of a log, and makes the directory again that a power cut would have left: all
 * that was forced, and of the write under way any of its pages. Killing a process proves less, for the page cache survives it.
 */
final class RecordingDisk implements LogFiles {
    private static final int PAGE = 4_096;

    private final Path root;
    private final List<Step> steps = new ArrayList<>();

    /** One thing that was done, in the order in which it was begun. */
    private interface Step {
        /** Does it to another directory, wholly. */
        void repeat(Path elsewhere) throws IOException;

        /** Does some of it. */
        default void repeatPartly(Path elsewhere, Random random) throws IOException {
            if (random.nextBoolean()) {
                repeat(elsewhere);
            }
        }
    }

    RecordingDisk(Path root) {
        this.root = root;
    }

    private void add(Step step) {
        synchronized (steps) {
            steps.add(step);
        }
    }

    /** How many steps have been begun. */
    int begun() {
        synchronized (steps) {
            return steps.size();
        }
    }

    /** Makes the directory as it was when so many steps were done and the next one was under way. */
    void rebuild(int done, Path elsewhere, Random random) throws IOException {
        for (int i = 0; i < done; i++) {
            steps.get(i).repeat(elsewhere);
        }
        if (done < steps.size()) {
            steps.get(done).repeatPartly(elsewhere, random);
        }
    }

    private Path at(Path elsewhere, Path file) {
        return elsewhere.resolve(root.relativize(file).toString());
    }

    @Override
    public LogFile create(Path file) throws IOException {
        add(elsewhere -> {
            Files.deleteIfExists(at(elsewhere, file));
            Files.createFile(at(elsewhere, file));
        });
        return new Recorded(DISK.create(file), file);
    }

    @Override
    public LogFile open(Path file) throws IOException {
        return new Recorded(DISK.open(file), file);
    }

    @Override
    public void makeDirectories(Path directory) throws IOException {
        add(elsewhere -> Files.createDirectories(at(elsewhere, directory)));
        DISK.makeDirectories(directory);
    }

    @Override
    public long usableSpace(Path directory) throws IOException {
        return DISK.usableSpace(directory);
    }

    @Override
    public void seal(Path file) throws IOException {
        add(elsewhere -> DISK.seal(at(elsewhere, file)));
        DISK.seal(file);
    }

    /** A write of which single pages can be repeated. */
    private static final class Write {
        private final Path path;
        private final long position;
        private final byte[] bytes;

        Write(Path path, long position, byte[] bytes) {
            this.path = path;
            this.position = position;
            this.bytes = bytes;
        }

        void pages(boolean all, Random random) throws IOException {
            try (SeekableByteChannel channel = Files.newByteChannel(path, StandardOpenOption.WRITE)) {
                long from = position;
                while (from < position + bytes.length) {
                    long to = Math.min((from / PAGE + 1) * PAGE, position + bytes.length);
                    if (all || random.nextBoolean()) {
                        channel.position(from);
                        channel.write(ByteBuffer.wrap(bytes, (int) (from - position), (int) (to - from)));
                    }
                    from = to;
                }
            }
        }
    }

    private final class Recorded implements LogFile {
        private final LogFile file;
        private final Path path;

        Recorded(LogFile file, Path path) {
            this.file = file;
            this.path = path;
        }

        @Override
        public void write(long position, byte[] bytes, int length) throws IOException {
            byte[] copy = Arrays.copyOf(bytes, length);
            add(new Step() {
                @Override
                public void repeat(Path elsewhere) throws IOException {
                    new Write(at(elsewhere, path), position, copy).pages(true, new Random(0));
                }

                @Override
                public void repeatPartly(Path elsewhere, Random random) throws IOException {
                    new Write(at(elsewhere, path), position, copy).pages(false, random);
                }
            });
            file.write(position, bytes, length);
        }

        @Override
        public void truncate(long length) throws IOException {
            add(elsewhere -> {
                try (SeekableByteChannel channel =
                        Files.newByteChannel(at(elsewhere, path), StandardOpenOption.WRITE)) {
                    channel.truncate(length);
                }
            });
            file.truncate(length);
        }

        @Override
        public void requireInPlace(long least) throws IOException {
            file.requireInPlace(least);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
