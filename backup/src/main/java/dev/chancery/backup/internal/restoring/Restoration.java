package dev.chancery.backup.internal.restoring;

import dev.chancery.backup.archive.ArchiveKey;
import dev.chancery.backup.internal.contents.ArchiveContents;
import dev.chancery.backup.internal.layout.KeyDirectory;
import dev.chancery.backup.internal.layout.KeyDocument;
import dev.chancery.backup.internal.layout.LayoutPath;
import dev.chancery.backup.internal.layout.LayoutPath.Kind;
import dev.chancery.backup.internal.tar.ArchiveReader;
import dev.chancery.backup.plan.RestoreStep;
import dev.chancery.backup.plan.RestoreStep.Action;
import dev.chancery.error.IntegrityException;
import dev.chancery.spi.files.DurableFiles;
import dev.chancery.spi.files.FileModes;
import dev.chancery.spi.files.FileRules;
import dev.chancery.spi.files.RefusedFileException;
import dev.chancery.spi.support.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/**
 * Writes a verified archive into a directory. All new keys are half-made while their files are written, which come in any order: a marker stands
 * beside each from before its first file until all of its files are durable. So whenever this dies, a key is there wholly or not at all.
 */
public final class Restoration {
    private static final String SECRET_DIRECTORY = "rwx------";

    private final Path archive;
    private final ArchiveKey key;
    private final ArchiveContents contents;
    private final KeyDirectory directory;
    private final Knowledge knowledge;
    private final Set<String> chosen;
    private final IntConsumer progress;
    private final Clock clock;
    private final DurableFiles disk;

    public Restoration(
            Path archive,
            ArchiveKey key,
            ArchiveContents contents,
            KeyDirectory directory,
            Knowledge knowledge,
            Set<String> chosen,
            IntConsumer progress,
            Clock clock) {
        this.archive = archive;
        this.key = key;
        this.contents = contents;
        this.directory = directory;
        this.knowledge = knowledge;
        this.chosen = Set.copyOf(chosen);
        this.progress = progress;
        this.clock = clock;
        this.disk = new DurableFiles();
    }

    /** What {@link #carryOut} would do now. */
    public List<RestoreStep> plan() throws IOException {
        return steps(decide());
    }

    private List<Decision> decide() throws IOException {
        takeClaims();
        return new Planner(contents, directory, knowledge).decide(chosen);
    }

    /** Claims that are there are generations that are taken. */
    private void takeClaims() throws IOException {
        for (String ring : directory.names("rings")) {
            if (Files.isDirectory(directory.root().resolve("rings").resolve(ring))) {
                for (LayoutPath path : directory.list("rings/" + ring)) {
                    if (path.kind() == Kind.CLAIM) {
                        knowledge.claimed(
                                ring, path.generation(), directory.root().toString());
                    }
                }
            }
        }
    }

    private List<RestoreStep> steps(List<Decision> decisions) throws IOException {
        List<RestoreStep> steps = new ArrayList<>();
        decisions.forEach(decision -> steps.add(decision.step()));
        Set<String> present = present(decisions);
        for (Map.Entry<LayoutPath, String> claim : byPath(contents.claims()).entrySet()) {
            claimStep(claim.getKey(), claim.getValue(), present).ifPresent(steps::add);
        }
        return steps;
    }

    private static Map<LayoutPath, String> byPath(Map<LayoutPath, String> claims) {
        Map<LayoutPath, String> sorted =
                new TreeMap<>(java.util.Comparator.comparing(LayoutPath::name).thenComparing(LayoutPath::generation));
        sorted.putAll(claims);
        return sorted;
    }

    /** The keys that are there afterwards, as far as the archive knows them. */
    private static Set<String> present(List<Decision> decisions) {
        return decisions.stream()
                .filter(decision -> decision.step().action() != Action.LEAVE_OUT
                        && decision.step().action() != Action.REFUSE)
                .map(Decision::id)
                .collect(Collectors.toSet());
    }

    private Optional<RestoreStep> claimStep(LayoutPath path, String holder, Set<String> present) throws IOException {
        String name = path.path().substring(0, path.path().length() - ".json".length());
        if (!chosen.isEmpty() && !present.contains(holder)) {
            return Optional.empty();
        }
        if (directory.has(path)) {
            boolean same = directory
                    .read(path)
                    .map(Sha256::hex)
                    .equals(Optional.ofNullable(contents.hashes().get(path)));
            return same
                    ? Optional.of(new RestoreStep(name, Action.KEEP, "It is there."))
                    : Optional.of(new RestoreStep(
                            name, Action.KEEP, "Another key holds this generation here, and goes on holding it."));
        }
        return present.contains(holder)
                ? Optional.of(new RestoreStep(name, Action.RESTORE, "Held by " + holder + "."))
                : Optional.of(new RestoreStep(
                        name, Action.LEAVE_OUT, "The archive has no key that holds it, or it does not come back."));
    }

    /** Decides anew, alone, and does it; what was done is what is returned. */
    public List<RestoreStep> carryOut() throws IOException {
        makeRoot();
        return directory.alone(() -> {
            new HalfMade(directory, disk).remove();
            List<Decision> decisions = decide();
            List<RestoreStep> steps = steps(decisions);
            boolean empty =
                    directory.list("").stream().noneMatch(path -> path.kind().isOfKey())
                            && directory.list("private").isEmpty()
                            && directory.list("public").isEmpty();
            new Writing(decisions, steps, empty, clock.instant()).run();
            return steps;
        });
    }

    private void makeRoot() throws IOException {
        Path root = directory.root();
        if (!Files.exists(root)) {
            Path parent = Objects.requireNonNull(root.toAbsolutePath().getParent());
            if (!Files.isDirectory(parent)) {
                throw new RefusedFileException(
                        parent + " is not there. Make the directory that " + root + " is to be in.");
            }
            disk.makeDirectory(root, FileModes.of(parent, SECRET_DIRECTORY));
        }
        FileRules.of(root.getFileSystem()).requireOwn(root);
    }

    /** One pass over the archive that writes. */
    private final class Writing implements ArchiveReader.Visitor {
        private final Map<String, Decision> decisions = new HashMap<>();
        private final Set<String> claims;
        private final boolean empty;
        private final Instant now;
        private final SideBySide sideBySide = new SideBySide();
        private final Set<Path> touched = new LinkedHashSet<>();
        private final Map<String, KeyDocument> documents = new HashMap<>();
        private final Set<String> begun = new HashSet<>();

        /** Private halves of keys that are there, until their metadata is. */
        private final Map<LayoutPath, byte[]> late = new HashMap<>();

        Writing(List<Decision> decided, List<RestoreStep> steps, boolean empty, Instant now) {
            decided.stream()
                    .filter(decision -> decision.isNew() || decision.isRepair())
                    .forEach(decision -> decisions.put(decision.id(), decision));
            claims = steps.stream()
                    .filter(step ->
                            step.action() == Action.RESTORE && step.name().startsWith("rings/"))
                    .map(RestoreStep::name)
                    .collect(Collectors.toSet());
            this.empty = empty;
            this.now = now;
        }

        void run() throws IOException {
            List<Decision> made =
                    decisions.values().stream().filter(Decision::isNew).toList();
            try (sideBySide;
                    InputStream in = Files.newInputStream(archive)) {
                for (Decision decision : made) {
                    write(
                            LayoutPath.marker(decision.id()),
                            HalfMade.marker(decision.key().fingerprint()));
                }
                sideBySide.finish();
                disk.forceDirectory(directory.root());
                ArchiveReader.read(in, key, this);
                finishRecords();
                sideBySide.finish();
                for (Map.Entry<LayoutPath, byte[]> file : late.entrySet()) {
                    put(file.getKey(), file.getValue());
                }
            } finally {
                late.values().forEach(bytes -> Arrays.fill(bytes, (byte) 0));
            }
            leaveIndexComplete();
            for (Path place : touched) {
                disk.forceDirectory(place);
            }
            disk.forceDirectory(directory.root());
            for (Decision decision : made) {
                Files.delete(directory
                        .root()
                        .resolve(LayoutPath.marker(decision.id()).path()));
            }
            disk.forceDirectory(directory.root());
        }

        @Override
        public void file(LayoutPath path, byte[] content) throws IOException {
            if (!Sha256.hex(content).equals(contents.hashes().get(path))) {
                throw new IntegrityException("The archive " + archive + " was changed while it was restored: " + path
                        + ". No key was restored; run this again on a file that holds still.");
            }
            if (path.kind() == Kind.CLAIM) {
                if (claims.contains(path.path().substring(0, path.path().length() - ".json".length()))) {
                    create(path, content);
                }
            } else if (path.kind() == Kind.WAITING) {
                if (decisions.containsKey(path.name()) && !directory.has(path)) {
                    create(path, content);
                }
            } else if (path.kind() == Kind.INDEXED) {
                if (empty && !directory.has(path)) { // a restore that was killed may have left it
                    create(path, content);
                }
            } else if (path.kind().isOfKey()) {
                if (begun.add(path.name())) {
                    progress.accept(begun.size());
                }
                Decision decision = decisions.get(path.name());
                if (decision != null) {
                    keyFile(decision, path, content);
                }
            }
        }

        private void keyFile(Decision decision, LayoutPath path, byte[] content) throws IOException {
            if (path.kind() == Kind.METADATA && decision.rewritten()) {
                KeyDocument.parse(content).ifPresent(document -> documents.put(decision.id(), document));
                return; // written below, with what is known besides
            }
            if (!decision.files().contains(path.kind())) {
                return;
            }
            if (decision.isNew()) {
                write(path, content);
            } else if (path.kind() == Kind.METADATA) {
                replace(path, content);
            } else if (path.kind().isPrivate()) {
                late.put(path, content.clone());
            } else {
                put(path, content);
            }
        }

        /** Writes the metadata that says more than the archive's. */
        private void finishRecords() throws IOException {
            for (Decision decision : decisions.values()) {
                if (decision.rewritten()) {
                    LayoutPath path = LayoutPath.metadata(decision.id());
                    byte[] bytes = document(decision, path)
                            .with(decision.facts(), "restored from a backup; it was known to be so", now)
                            .bytes();
                    if (decision.isNew()) {
                        write(path, bytes);
                    } else {
                        replace(path, bytes);
                    }
                }
            }
        }

        /** Of a key that is there its own metadata, as long as it makes sense. */
        private KeyDocument document(Decision decision, LayoutPath path) throws IOException {
            Optional<KeyDocument> own =
                    decision.isRepair() ? directory.read(path).flatMap(KeyDocument::parse) : Optional.empty();
            return own.or(() -> Optional.ofNullable(documents.get(decision.id())))
                    .orElseGet(() ->
                            KeyDocument.ofForeign(decision.id(), decision.key().publicKey(), now));
        }

        /** The index of waiting keys is complete only if it was in the archive. */
        private void leaveIndexComplete() throws IOException {
            LayoutPath indexed = LayoutPath.of("rings/.indexed");
            boolean inArchive = contents.hashes().containsKey(indexed);
            boolean ofRings = decisions.values().stream()
                    .anyMatch(decision -> decision.key().place().isPresent());
            if (!inArchive && ofRings && directory.has(indexed)) {
                Files.delete(directory.root().resolve(indexed.path()));
            }
        }

        /** Under a marker: in any order, and its name is made durable with all the others. */
        private void write(LayoutPath path, byte[] content) throws IOException {
            Path file = place(path);
            byte[] copy = content.clone();
            sideBySide.start(() -> {
                try {
                    disk.createInPlace(
                            file,
                            copy,
                            FileModes.of(directory.root(), path.kind().mode()));
                } finally {
                    Arrays.fill(copy, (byte) 0);
                }
            });
        }

        private void create(LayoutPath path, byte[] content) throws IOException {
            disk.create(
                    place(path),
                    content,
                    FileModes.of(directory.root(), path.kind().mode()));
        }

        /** A file that is missing, or in the place of one that is cut off. */
        private void put(LayoutPath path, byte[] content) throws IOException {
            if (directory.has(path)) {
                replace(path, content);
            } else {
                create(path, content);
            }
        }

        private void replace(LayoutPath path, byte[] content) throws IOException {
            disk.replace(
                    place(path),
                    content,
                    FileModes.of(directory.root(), path.kind().mode()));
        }

        /** Makes the directories on the way, and follows no link. */
        private Path place(LayoutPath path) throws IOException {
            Path parent = directory.root();
            Path relative = Path.of(path.path());
            for (int i = 0; i < relative.getNameCount() - 1; i++) {
                Path next = parent.resolve(relative.getName(i));
                if (touched.contains(next)) {
                    parent = next;
                    continue;
                }
                disk.makeDirectory(next, FileModes.of(parent, SECRET_DIRECTORY));
                if (!Files.isDirectory(next, LinkOption.NOFOLLOW_LINKS)) {
                    throw new RefusedFileException(next + " is a link or no directory. Move it away.");
                }
                FileRules.of(next.getFileSystem()).requireOwn(next);
                touched.add(next);
                parent = next;
            }
            return parent.resolve(relative.getFileName());
        }

        @Override
        public void ofArchive(LayoutPath path, InputStream content) {
            // It is about the archive, and stays there.
        }

        @Override
        public void other(String name) {
            // The plan says that it stays away.
        }
    }
}
