package dev.chancery.backup.internal.source;

import dev.chancery.backup.internal.layout.KeyDirectory;
import dev.chancery.backup.internal.layout.KeyDocument;
import dev.chancery.backup.internal.layout.LayoutPath;
import dev.chancery.backup.internal.layout.LayoutPath.Kind;
import dev.chancery.backup.internal.layout.PemText;
import dev.chancery.key.KeyState;
import dev.chancery.spi.files.FileContent;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A directory of keys as it was at one moment. What changes (metadata, claims) is read in one turn of the writers' lock, so that a ring's keys fit each
 * other; PEM files, which do not change, are read afterwards, while others sign and rotate. A key whose private half goes meanwhile is read again.
 */
public final class DirectorySource implements Source {
    /** Why a private half that is in the archive is none. */
    public static final String CUT_OFF = "Its file is cut off. Restore it from an older archive.";

    private static final String RINGS = "rings";

    private final KeyDirectory directory;

    public DirectorySource(KeyDirectory directory) {
        this.directory = directory;
    }

    /** What was there at that moment: keys, and the files of rings. */
    private record Moment(Map<String, Found> keys, Map<LayoutPath, Saved> rings) {}

    /** What was there of a key. */
    private static final class Found {
        private boolean pem;
        private boolean disabled;
        private Optional<Saved> metadata = Optional.empty();
    }

    private record Saved(Spool.Slot slot, Instant modified) {}

    @Override
    public void writeTo(Sink sink) throws IOException {
        if (!Files.isDirectory(directory.root())) {
            return;
        }
        try (Spool spool = new Spool()) {
            // Who may not write there keeps no writer out, and looks as any reader does.
            Moment moment = Files.isWritable(directory.root()) ? directory.alone(() -> look(spool)) : look(spool);
            for (Map.Entry<String, Found> key : moment.keys().entrySet()) {
                Found found = key.getValue();
                writeKey(
                        key.getKey(),
                        found.disabled,
                        saved(LayoutPath.metadata(key.getKey()), found.metadata, spool),
                        sink);
            }
            for (Map.Entry<LayoutPath, Saved> ring : moment.rings().entrySet()) {
                sink.file(saved(ring.getKey(), Optional.of(ring.getValue()), spool)
                        .orElseThrow());
            }
        }
    }

    private static Optional<ArchivedFile> saved(LayoutPath path, Optional<Saved> saved, Spool spool)
            throws IOException {
        return saved.isEmpty()
                ? Optional.empty()
                : Optional.of(new ArchivedFile(
                        path, spool.get(saved.get().slot()), saved.get().modified()));
    }

    private Moment look(Spool spool) throws IOException {
        Map<String, Found> keys = new TreeMap<>();
        Map<LayoutPath, Saved> rings = new LinkedHashMap<>();
        Set<String> halfMade = new HashSet<>();
        for (String part : List.of("private", "public", "")) {
            for (LayoutPath path : directory.list(part)) {
                if (path.kind().isOfKey()) {
                    Found found = keys.computeIfAbsent(path.name(), id -> new Found());
                    found.pem |= path.kind() != Kind.METADATA;
                    found.disabled |= path.kind() == Kind.DISABLED;
                } else if (path.kind() == Kind.MARKER) {
                    halfMade.add(path.name());
                }
            }
        }
        keys.keySet().removeAll(halfMade);
        for (Map.Entry<String, Found> key : keys.entrySet()) {
            key.getValue().metadata = save(LayoutPath.metadata(key.getKey()), spool);
        }
        // Another program's file in the root is no key.
        keys.values().removeIf(found -> !found.pem && !isDocument(found, spool));
        for (String ring : directory.names(RINGS)) {
            List<LayoutPath> paths =
                    Files.isDirectory(directory.root().resolve(RINGS).resolve(ring))
                            ? directory.list(RINGS + "/" + ring)
                            : List.of(LayoutPath.of(RINGS + "/" + ring));
            for (LayoutPath path : paths) {
                boolean wanted =
                        path.kind() == Kind.CLAIM || path.kind() == Kind.WAITING || path.kind() == Kind.INDEXED;
                if (wanted) {
                    save(path, spool).ifPresent(saved -> rings.put(path, saved));
                }
            }
        }
        return new Moment(keys, rings);
    }

    private static boolean isDocument(Found found, Spool spool) {
        try {
            return found.metadata.isPresent()
                    && KeyDocument.parse(spool.get(found.metadata.get().slot())).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    private Optional<Saved> save(LayoutPath path, Spool spool) throws IOException {
        Optional<FileContent> file = directory.file(path);
        return file.isEmpty()
                ? Optional.empty()
                : Optional.of(new Saved(
                        spool.put(file.get().bytes()),
                        file.get().identity().modified().toInstant()));
    }

    private void writeKey(String id, boolean disabled, Optional<ArchivedFile> metadata, Sink sink) throws IOException {
        List<ArchivedFile> files = pem(id, disabled);
        Optional<ArchivedFile> record = metadata;
        if (!hasPrivate(files)) {
            record = read(LayoutPath.metadata(id)); // destroyed or discarded since: as it is now
            files = pem(id, true);
        }
        record.ifPresent(files::add);
        if (!files.isEmpty()) {
            sink.key(id, files, lack(files, record));
        }
    }

    private static boolean hasPrivate(List<ArchivedFile> files) {
        return files.stream().anyMatch(file -> file.path().kind().isPrivate());
    }

    private List<ArchivedFile> pem(String id, boolean disabled) throws IOException {
        List<ArchivedFile> files = new ArrayList<>();
        read(LayoutPath.privateKey(id)).ifPresent(files::add);
        if (disabled) {
            read(LayoutPath.disabledKey(id)).ifPresent(files::add);
        }
        read(LayoutPath.publicKey(id)).ifPresent(files::add);
        return files;
    }

    private Optional<ArchivedFile> read(LayoutPath path) throws IOException {
        return directory
                .file(path)
                .map(file -> new ArchivedFile(
                        path, file.bytes(), file.identity().modified().toInstant()));
    }

    private static Optional<String> lack(List<ArchivedFile> files, Optional<ArchivedFile> record) {
        if (hasPrivate(files)) {
            return files.stream().anyMatch(file -> file.path().kind().isPrivate() && PemText.isCutOff(file.content()))
                    ? Optional.of(CUT_OFF)
                    : Optional.empty();
        }
        boolean destroyed = record.flatMap(file -> KeyDocument.parse(file.content()))
                .filter(document -> document.facts().state() == KeyState.DESTROYED)
                .isPresent();
        return Optional.of(destroyed ? "It was destroyed." : "It is not in the store.");
    }
}
