package dev.chancery.internal.jca;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This process' own memory, as Linux shows it: the place to hit a key that native code has checked and taken in. */
final class NativeMemory {
    private static final int BLOCK = 1 << 20;

    private NativeMemory() {}

    /**
     * Flips one bit of a number wherever native code holds it.
     *
     * @return how many copies were hit
     */
    static int flipBitOf(BigInteger number) throws IOException {
        long[] inverted = invertedLimbs(number);
        int hits = 0;
        try (FileChannel memory = new RandomAccessFile("/proc/self/mem", "rw").getChannel()) {
            for (String mapping : Files.readAllLines(Path.of("/proc/self/maps"))) {
                for (long address : find(memory, mapping, inverted)) {
                    memory.write(ByteBuffer.wrap(new byte[] {(byte) (~inverted[0] ^ 1)}), address);
                    hits++;
                }
            }
        }
        return hits;
    }

    private static List<Long> find(FileChannel memory, String mapping, long[] inverted) {
        String[] fields = mapping.split(" +", 6);
        String[] range = fields[0].split("-", 2);
        long from = Long.parseUnsignedLong(range[0], 16);
        long to = Long.parseUnsignedLong(range[1], 16);
        List<Long> found = new ArrayList<>();
        if (!fields[1].startsWith("rw") || from < 0) {
            return found;
        }
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
        for (long at = from; at < to; at += BLOCK - 8L * inverted.length) {
            block.clear().limit((int) Math.min(BLOCK, to - at));
            try {
                memory.read(block, at);
            } catch (IOException unreadable) {
                return found;
            }
            // Allocators align numbers to 8 bytes.
            for (int i = 0; i + 8 * inverted.length <= block.position(); i += 8) {
                if (matches(block, i, inverted)) {
                    found.add(at + i);
                    block.putLong(i, 0); // or the search would find its own copy
                }
            }
        }
        return found;
    }

    private static boolean matches(ByteBuffer block, int at, long[] inverted) {
        for (int i = 0; i < inverted.length; i++) {
            if (block.getLong(at + 8 * i) != ~inverted[i]) {
                return false;
            }
        }
        return true;
    }

    /** As big-number libraries hold it, but with every bit inverted: the search must not find what it searches with. */
    private static long[] invertedLimbs(BigInteger number) {
        long[] limbs = new long[(number.bitLength() + 63) / 64];
        for (int i = 0; i < limbs.length; i++) {
            limbs[i] = ~number.shiftRight(64 * i).longValue();
        }
        return limbs;
    }
}
