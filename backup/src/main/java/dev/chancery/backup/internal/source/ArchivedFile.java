package dev.chancery.backup.internal.source;

import dev.chancery.backup.internal.layout.LayoutPath;
import java.time.Instant;

/** A file on its way into an archive. Holds the bytes themselves and no copy: they are wiped once they are written. */
public final class ArchivedFile {
    private final LayoutPath path;
    private final byte[] content;
    private final Instant modified;

    public ArchivedFile(LayoutPath path, byte[] content, Instant modified) {
        this.path = path;
        this.content = content;
        this.modified = modified;
    }

    public LayoutPath path() {
        return path;
    }

    public byte[] content() {
        return content;
    }

    public Instant modified() {
        return modified;
    }
}
