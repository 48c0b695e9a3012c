package dev.chancery.audit.internal.writing;

import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.internal.tree.TreeHash;
import dev.chancery.audit.internal.tree.TreeLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Nodes of a chain's tree on their way to the file beside the segment, which is not forced: it can be made from the lines again. */
final class TreeNodes implements Consumer<byte[]> {
    /** What a thousand lines and more bring. */
    private static final int MUCH = 1 << 20;

    private long kept;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

    /**
     * Begins at some size of the tree.
     *
     * @param begun the size at which the segment began
     * @param size the size from which on nodes come
     */
    TreeNodes(long begun, long size) {
        kept = TreeLayout.nodes(size) - TreeLayout.nodes(begun);
    }

    @Override
    public void accept(byte[] node) {
        pending.writeBytes(node);
    }

    /** Whether it is time to write them. */
    boolean isMuch() {
        return pending.size() >= MUCH;
    }

    /** Writes what has come since this was done last. */
    void write(Path file) throws IOException {
        if (pending.size() == 0) {
            return;
        }
        LogFiles.requireFileIfThere(file);
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(kept * TreeHash.BYTES);
            open.write(pending.toByteArray());
        }
        kept += pending.size() / TreeHash.BYTES;
        pending.reset();
    }
}
