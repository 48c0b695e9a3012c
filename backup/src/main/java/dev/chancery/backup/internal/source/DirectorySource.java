package dev.chancery.backup.internal.source;

import dev.chancery.backup.internal.layout.KeyDirectory;
import dev.chancery.backup.internal.layout.KeyDocument;
import dev.chancery.backup.internal.layout.LayoutPath;
import dev.chancery.backup.internal.layout.LayoutPath.Kind;
import dev.chancery.key.KeyState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
    private static final String RINGS = "rings";

    private final KeyDirectory directory;

    public DirectorySource(KeyDirectory directory) {
        this.directory = directory;
    }

    /** What was there at that moment: ids with their metadata, if any, and the files of rings. */
    private record Moment(Map<String, Optional<Saved>> keys, Map<LayoutPath, Saved> rings) {}

    private record Saved(Spool.Slot slot, Instant modified) {}

    @Override
    public void writeTo(Sink sink) throws IOException {
        if (!Files.isDirectory(directory.root())) {
            return;
        }
        try (Spool spool = new Spool()) {
            // Who may not write there keeps no writer out, and looks as any reader does.
            Moment moment = Files.isWritable(directory.root()) ? directory.alone(() -> look(spool)) : look(spool);
            for (Map.Entry<String, Optional<Saved>> key : moment.keys().entrySet()) {
                writeKey(key.getKey(), saved(LayoutPath.metadata(key.getKey()), key.getValue(), spool), sink);
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
        Map<String, Optional<Saved>> keys = new TreeMap<>();
        Map<LayoutPath, Saved> rings = new LinkedHashMap<>();
        Set<String> withPem = new HashSet<>();
        Set<String> halfMade = new HashSet<>();
        for (String part : List.of("private", "public", "")) {
            for (LayoutPath path : directory.list(part)) {
                if (path.kind().isOfKey()) {
                    keys.putIfAbsent(path.name(), Optional.empty());
                    withPem.addAll(path.kind() == Kind.METADATA ? List.of() : List.of(path.name()));
                } else if (path.kind() == Kind.MARKER) {
                    halfMade.add(path.name());
                }
            }
        }
        keys.keySet().removeAll(halfMade);
        for (Map.Entry<String, Optional<Saved>> key : keys.entrySet()) {
            key.setValue(save(LayoutPath.metadata(key.getKey()), spool));
        }
        // Another program's file in the root is no key.
        keys.entrySet().removeIf(key -> !withPem.contains(key.getKey()) && !isDocument(key, spool));
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

    private static boolean isDocument(Map.Entry<String, Optional<Saved>> key, Spool spool) {
        try {
            return key.getValue().isPresent()
                    && KeyDocument.parse(spool.get(key.getValue().get().slot())).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    private Optional<Saved> save(LayoutPath path, Spool spool) throws IOException {
        Optional<byte[]> bytes = directory.read(path);
        try {
            return bytes.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Saved(spool.put(bytes.get()), directory.modified(path)));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    private void writeKey(String id, Optional<ArchivedFile> metadata, Sink sink) throws IOException {
        List<ArchivedFile> files = pem(id);
        Optional<ArchivedFile> record = metadata;
        if (files.stream().noneMatch(file -> file.path().kind().isPrivate())) {
            record = read(LayoutPath.metadata(id)); // destroyed or discarded since: as it is now
            files = pem(id);
        }
        record.ifPresent(files::add);
        if (!files.isEmpty()) {
            sink.key(id, files, lack(files, record));
        }
    }

    private List<ArchivedFile> pem(String id) throws IOException {
        List<ArchivedFile> files = new ArrayList<>();
        for (LayoutPath path :
                List.of(LayoutPath.privateKey(id), LayoutPath.disabledKey(id), LayoutPath.publicKey(id))) {
            read(path).ifPresent(files::add);
        }
        return files;
    }

    private Optional<ArchivedFile> read(LayoutPath path) throws IOException {
        Optional<byte[]> bytes = directory.read(path);
        try {
            return bytes.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new ArchivedFile(path, bytes.get(), directory.modified(path)));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    private static Optional<String> lack(List<ArchivedFile> files, Optional<ArchivedFile> record) {
        if (files.stream().anyMatch(file -> file.path().kind().isPrivate())) {
            return Optional.empty();
        }
        boolean destroyed = record.flatMap(file -> KeyDocument.parse(file.content()))
                .filter(document -> document.facts().state() == KeyState.DESTROYED)
                .isPresent();
        return Optional.of(destroyed ? "It was destroyed." : "It is not in the store.");
    }
}
