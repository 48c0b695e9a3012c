package dev.chancery.backup.internal.restoring;

import dev.chancery.backup.internal.layout.KeyDirectory;
import dev.chancery.backup.internal.layout.LayoutPath;
import dev.chancery.backup.internal.layout.LayoutPath.Kind;
import dev.chancery.backup.internal.layout.PublicHalf;
import dev.chancery.spi.files.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys whose maker died: a marker stands beside them. The rules are those of docs/providers/file.md, "Writers". Under the store's lock. */
final class HalfMade {
    private static final Pattern MARKER = Pattern.compile("chancery is making the key ([0-9a-f]{64})\n");
    private static final String NO_FINGERPRINT = "0".repeat(64);

    private final KeyDirectory directory;
    private final DurableFiles disk;

    HalfMade(KeyDirectory directory, DurableFiles disk) {
        this.directory = directory;
        this.disk = disk;
    }

    static byte[] marker(Optional<String> fingerprint) {
        return ("chancery is making the key " + fingerprint.orElse(NO_FINGERPRINT) + "\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Removes them. */
    void remove() throws IOException {
        for (LayoutPath path : directory.list("")) {
            if (path.kind() == Kind.MARKER) {
                remove(path);
            }
        }
    }

    private void remove(LayoutPath marker) throws IOException {
        String id = marker.name();
        String text = directory
                .read(marker)
                .map(bytes -> new String(bytes, StandardCharsets.US_ASCII))
                .orElse("");
        Matcher made = MARKER.matcher(text);
        if (made.matches() && isOf(id, made.group(1))) {
            for (LayoutPath path : List.of(
                    LayoutPath.metadata(id),
                    LayoutPath.publicKey(id),
                    LayoutPath.privateKey(id),
                    LayoutPath.disabledKey(id))) {
                Files.deleteIfExists(file(path));
            }
            for (String part : List.of("private", "public", "")) {
                disk.forceDirectory(directory.root().resolve(part));
            }
        }
        Files.deleteIfExists(file(marker));
        disk.forceDirectory(directory.root());
    }

    private Path file(LayoutPath path) {
        return directory.root().resolve(path.path());
    }

    private boolean isOf(String id, String fingerprint) throws IOException {
        Optional<String> there = directory.read(LayoutPath.publicKey(id)).flatMap(PublicHalf::fingerprint);
        return there.isEmpty() || there.get().equals(fingerprint);
    }
}
