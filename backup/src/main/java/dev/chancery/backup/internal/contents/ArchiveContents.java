package dev.chancery.backup.internal.contents;

import dev.chancery.audit.checkpoint.SignedNote;
import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.backup.archive.ArchiveId;
import dev.chancery.backup.archive.ArchiveKey;
import dev.chancery.backup.internal.json.JsonTree;
import dev.chancery.backup.internal.layout.LayoutPath;
import dev.chancery.backup.internal.layout.LayoutPath.Kind;
import dev.chancery.backup.internal.tar.ArchiveReader;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.spi.support.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What an archive holds: read to its end, its integrity, manifest and signature checked. Of each file the hash is kept, and of each key what decides. */
public final class ArchiveContents {
    private static final String BLOBS = LayoutPath.OURS + "/blobs/";
    private static final int LONGEST_NOTE = 16_384;

    /** What is known of who made it. */
    public enum Signature {
        /** The audit key that was given signed its manifest. */
        SIGNED,
        /** It is signed, and no key was given to check that with. */
        UNCHECKED,
        /** It has a manifest, and no signature. */
        UNSIGNED,
        /** It has no manifest: others than Chancery made it. */
        NO_MANIFEST
    }

    private final Map<LayoutPath, String> hashes = new HashMap<>();
    private final Map<String, ArchivedKey> keys = new TreeMap<>();
    private final Map<LayoutPath, String> claims = new HashMap<>();
    private final List<String> leftOut = new ArrayList<>();
    private final Set<String> halfMade = new TreeSet<>();
    private final Set<String> blobs = new HashSet<>();
    private Optional<Manifest> manifest = Optional.empty();
    private Optional<SignedNote> note = Optional.empty();
    private Signature signature = Signature.NO_MANIFEST;

    private ArchiveContents() {}

    /**
     * Reads and verifies an archive.
     *
     * @param auditKey what its signature is checked with; empty leaves it unchecked
     */
    public static ArchiveContents verify(Path archive, ArchiveKey key, Optional<VerificationKey> auditKey)
            throws IOException {
        ArchiveId.of(archive); // a file that is not there, or too short
        ArchiveContents contents = new ArchiveContents();
        try (InputStream in = Files.newInputStream(archive)) {
            ArchiveReader.read(in, key, contents.visitor());
            contents.compareWithManifest();
            contents.checkSignature(auditKey);
        } catch (IntegrityException e) {
            throw new IntegrityException(archive + ": " + e.getMessage(), e);
        } catch (KeyAccessException e) {
            throw new KeyAccessException(archive + ": " + e.getMessage(), e);
        }
        contents.keys.keySet().removeAll(contents.halfMade);
        contents.keys.values().removeIf(one -> !one.hasPem() && !one.isLegible()); // another program's file
        return contents;
    }

    private ArchiveReader.Visitor visitor() {
        return new ArchiveReader.Visitor() {
            @Override
            public void file(LayoutPath path, byte[] content) {
                take(path, content);
            }

            @Override
            public void ofArchive(LayoutPath path, InputStream content) throws IOException {
                switch (path.path()) {
                    case LayoutPath.OURS + "/manifest.json" -> manifest = Optional.of(Manifest.read(content));
                    case LayoutPath.OURS + "/manifest.note" ->
                        note = Optional.of(
                                SignedNote.parse(new String(content.readNBytes(LONGEST_NOTE), StandardCharsets.UTF_8)));
                    default -> {
                        if (path.path().startsWith(BLOBS)) {
                            blobs.add(path.path().substring(BLOBS.length()));
                        }
                        // Read by people, or by the place that made it.
                    }
                }
            }

            @Override
            public void other(String name) {
                if (!name.equals(".lock")) {
                    leftOut.add(name);
                }
            }
        };
    }

    private void take(LayoutPath path, byte[] content) {
        hashes.put(path, Sha256.hex(content));
        if (path.kind().isOfKey()) {
            keys.computeIfAbsent(path.name(), ArchivedKey::new).take(path, content);
        } else if (path.kind() == Kind.MARKER) {
            halfMade.add(path.name());
        } else if (path.kind() == Kind.CLAIM) {
            claims.put(path, holder(path, content));
        }
    }

    private static String holder(LayoutPath path, byte[] content) {
        try {
            Map<String, Object> claim = JsonTree.parse(content);
            if (path.name().equals(claim.get("ring"))
                    && Long.valueOf(path.generation()).equals(claim.get("generation"))
                    && claim.get("key") instanceof String key) {
                return key;
            }
        } catch (IOException damaged) {
            // As below.
        }
        return "";
    }

    private void compareWithManifest() {
        if (manifest.isEmpty()) {
            return;
        }
        Map<String, String> listed = manifest.get().files();
        Set<String> missing = new TreeSet<>(listed.keySet());
        hashes.forEach((path, hash) -> {
            missing.remove(path.path());
            String expected = listed.get(path.path());
            if (!hash.equals(expected)) {
                throw new IntegrityException("The archive is refused: " + path
                        + (expected == null ? " is not in its manifest" : " is not what its manifest says")
                        + ". Nothing was written.");
            }
        });
        missing.removeIf(path -> LayoutPath.of(path).kind() == Kind.OF_ARCHIVE);
        if (!missing.isEmpty()) {
            throw new IntegrityException("The archive is refused: its manifest lists "
                    + missing.iterator().next() + ", and it is not there. Nothing was written.");
        }
    }

    private void checkSignature(Optional<VerificationKey> auditKey) {
        if (manifest.isEmpty()) {
            return;
        }
        if (note.isEmpty()) {
            signature = Signature.UNSIGNED;
            return;
        }
        String text = "chancery/backup/v1\n" + manifest.get().sha256() + "\n";
        if (!note.get().text().equals(text)) {
            throw new IntegrityException(
                    "The archive is refused: what is signed is another manifest than its own. Nothing was written.");
        }
        if (auditKey.isPresent() && !note.get().isSignedBy(auditKey.get())) {
            throw new IntegrityException("The archive is refused: its manifest is not signed by the audit key "
                    + auditKey.get().name() + ". Nothing was written. Find out who made it.");
        }
        signature = auditKey.isPresent() ? Signature.SIGNED : Signature.UNCHECKED;
    }

    /** Its keys, by id, those half-made left out. */
    public Map<String, ArchivedKey> keys() {
        return Collections.unmodifiableMap(keys);
    }

    /** SHA-256 of each file. */
    public Map<LayoutPath, String> hashes() {
        return Collections.unmodifiableMap(hashes);
    }

    /** Which key each claim names; none where it is damaged. */
    public Map<LayoutPath, String> claims() {
        return Collections.unmodifiableMap(claims);
    }

    /** The files that have no place in the layout. */
    public List<String> leftOut() {
        return Collections.unmodifiableList(leftOut);
    }

    /** The path of the backup that a key's own place made of it. */
    public Optional<String> blob(String id) {
        return blobs.contains(id) ? Optional.of(BLOBS + id) : Optional.empty();
    }

    public Optional<Manifest> manifest() {
        return manifest;
    }

    public Signature signature() {
        return signature;
    }
}
