package dev.chancery.backup.internal.restoring;

import dev.chancery.backup.internal.contents.ArchivedKey;
import dev.chancery.backup.internal.layout.KeyDirectory;
import dev.chancery.backup.internal.layout.LayoutPath;
import dev.chancery.backup.internal.layout.LayoutPath.Kind;
import dev.chancery.backup.internal.layout.PemText;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a directory has of a key already. */
record LiveKey(ArchivedKey key) {

    /** Empty where nothing of that name is there. A PEM file that is cut off counts as missing: nothing is lost with it. */
    static Optional<LiveKey> read(KeyDirectory directory, String id) throws IOException {
        ArchivedKey key = new ArchivedKey(id);
        boolean any = false;
        for (LayoutPath path : List.of(
                LayoutPath.privateKey(id),
                LayoutPath.disabledKey(id),
                LayoutPath.publicKey(id),
                LayoutPath.metadata(id))) {
            Optional<byte[]> bytes = directory.read(path);
            if (bytes.isPresent()) {
                if (path.kind() == Kind.METADATA || !PemText.isCutOff(bytes.get())) {
                    key.take(path, bytes.get());
                }
                Arrays.fill(bytes.get(), (byte) 0);
                any = true;
            }
        }
        return any ? Optional.of(new LiveKey(key)) : Optional.empty();
    }

    /** Whether it is the same key: by its fingerprint, else by the bytes of its private half. */
    boolean isSame(ArchivedKey other) {
        if (key.fingerprint().isPresent() && other.fingerprint().isPresent()) {
            return key.fingerprint().equals(other.fingerprint());
        }
        Optional<String> mine = key.sha256(Kind.PRIVATE).or(() -> key.sha256(Kind.DISABLED));
        Optional<String> others = other.sha256(Kind.PRIVATE).or(() -> other.sha256(Kind.DISABLED));
        return mine.isPresent() && mine.equals(others);
    }
}
