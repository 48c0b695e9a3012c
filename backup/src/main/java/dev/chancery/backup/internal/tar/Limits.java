package dev.chancery.backup.internal.tar;

import dev.chancery.error.IntegrityException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** How much an archive may hold, so that a small one cannot fill the disk. */
final class Limits {
    static final int MOST_ENTRIES = 1_000_000;

    private static final long MOST_BYTES = 8L << 30;

    /** PEM and JSON shrink to a third or a tenth, empty files to a fortieth; gzip can say a thousand times more than it has. */
    private static final int HIGHEST_RATIO = 200;

    private static final long SMALL = 1 << 20;

    private long packed;
    private long unpacked;

    /** Counts what goes into the decompressor. */
    InputStream packed(InputStream in) {
        return new Counted(in) {
            @Override
            void count(long bytes) {
                packed += bytes;
            }
        };
    }

    /** Counts what comes out of it. */
    InputStream unpacked(InputStream in) {
        return new Counted(in) {
            @Override
            void count(long bytes) {
                unpacked += bytes;
                if (unpacked > MOST_BYTES) {
                    throw new IntegrityException(
                            "The archive is refused: it holds more than " + MOST_BYTES + " bytes.");
                }
                if (unpacked > SMALL && unpacked / HIGHEST_RATIO > packed) {
                    throw new IntegrityException("The archive is refused: it unpacks to more than " + HIGHEST_RATIO
                            + " times its size, as no backup of keys does.");
                }
            }
        };
    }

    /** Tells how many bytes went by. */
    private abstract static class Counted extends FilterInputStream {
        Counted(InputStream in) {
            super(in);
        }

        abstract void count(long bytes);

        @Override
        public int read() throws IOException {
            int one = super.read();
            if (one >= 0) {
                count(1);
            }
            return one;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int bytes = super.read(into, offset, length);
            if (bytes > 0) {
                count(bytes);
            }
            return bytes;
        }

        @Override
        public long skip(long count) throws IOException {
            byte[] away = new byte[(int) Math.min(count, 8192)];
            return Math.max(0, read(away, 0, away.length));
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
