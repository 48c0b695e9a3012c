package dev.chancery.audit;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.CheckpointFile;
import dev.chancery.audit.internal.tree.TreeEdge;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A tool of an outsider's who has the log's disk, knows its form, and has no audit key: whatever can be made right without that key is
 * right. What is forged names mallory.
 */
final class Outsider {
    static final String FORGED = "mallory";

    private static final AuditSigner OWN_KEY = AuditSigner.of("tests", Logs.pair());

    private final Path log;
    private final Path elsewhere;
    private final Random random;
    private final List<String> done = new ArrayList<>();

    /**
     * Takes hold of a log.
     *
     * @param elsewhere another log of the same audit key, whose genuine lines can be put in
     */
    Outsider(Path log, Path elsewhere, Random random) {
        this.log = log;
        this.elsewhere = elsewhere;
        this.random = random;
    }

    /** One thing that can be done. */
    private interface Forgery {
        /** Does it; false where there is nothing to do it to. */
        boolean run() throws IOException;
    }

    /** Does something, often more than one thing. */
    void forge() throws IOException {
        List<Forgery> forgeries = List.of(
                this::append,
                this::insert,
                this::change,
                this::remove,
                this::repeat,
                this::splice,
                this::exchangeLines,
                this::exchangeFiles,
                this::cut,
                this::deleteSegment,
                this::deleteChain,
                this::excuse,
                this::beginSegment,
                this::giveUp,
                this::copyChain,
                this::makeUpChain,
                this::plantCheckpoint,
                this::removeCheckpoints);
        int wanted = 1 + random.nextInt(3) / 2;
        while (done.size() < wanted) {
            int which = random.nextInt(forgeries.size());
            if (forgeries.get(which).run()) {
                done.add(Integer.toString(which));
            }
        }
    }

    // --- what there is

    private ChainDirectory chain() throws IOException {
        return pick(ChainDirectory.all(log));
    }

    private Path segment() throws IOException {
        List<Path> segments = new ArrayList<>();
        for (ChainDirectory chain : ChainDirectory.all(log)) {
            segments.addAll(chain.segments());
        }
        return pick(segments);
    }

    private <T> T pick(List<T> among) {
        return among.get(random.nextInt(among.size()));
    }

    private static List<String> lines(Path segment) throws IOException {
        return new ArrayList<>(
                Files.readString(segment).replace("\0", "").lines().toList());
    }

    private static void write(Path segment, List<String> lines) throws IOException {
        Files.writeString(segment, lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
    }

    private static byte[] bytes(String line) {
        return (line + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private AuditRecord forged() {
        AuditEvent event = pick(List.of(
                AuditEvent.SIGNATURE_GENERATED,
                AuditEvent.KEY_USED,
                AuditEvent.KEY_COMPROMISED,
                AuditEvent.KEY_STATE_CHANGED,
                AuditEvent.CHAIN_HEAD,
                AuditEvent.CHAIN_ENDED,
                AuditEvent.LOG_REPAIRED,
                AuditEvent.LOG_RESUMED,
                AuditEvent.RECORDS_MISSING));
        return AuditRecord.builder(Instant.now(), event)
                .text("op_id", FORGED)
                .text("user_id", FORGED)
                .text("fingerprint", "0".repeat(64))
                .text("origin", "chancery/audit/" + "0".repeat(32) + "/1/" + "0".repeat(32))
                .number("size", 1)
                .text("root", "0".repeat(64))
                .build();
    }

    private static String after(String line, AuditRecord record) {
        return new String(Forger.lineAfter(bytes(line), record), StandardCharsets.US_ASCII).strip();
    }

    /** Makes each line from there on follow the one before it again; the seals stay. */
    private void chainAgain(List<String> lines, int from) {
        if (random.nextBoolean()) {
            for (int i = Math.max(1, from); i < lines.size(); i++) {
                lines.set(i, Forger.chained(lines.get(i), bytes(lines.get(i - 1))));
            }
        }
    }

    // --- lines

    private boolean append() throws IOException {
        Path segment = segment();
        List<String> lines = lines(segment);
        for (int i = random.nextInt(3); i >= 0; i--) {
            lines.add(after(lines.get(lines.size() - 1), forged()));
        }
        write(segment, lines);
        return true;
    }

    private boolean insert() throws IOException {
        Path segment = segment();
        List<String> lines = lines(segment);
        int at = 1 + random.nextInt(lines.size());
        lines.add(at, after(lines.get(at - 1), forged()));
        chainAgain(lines, at + 1);
        write(segment, lines);
        return true;
    }

    private boolean change() throws IOException {
        Path segment = segment();
        List<String> lines = lines(segment);
        int at = random.nextInt(lines.size());
        String changed =
                lines.get(at).replaceFirst("\"op_id\":\"[^\"]*\"|\"process\":[0-9]+", "\"op_id\":\"" + FORGED + "\"");
        if (changed.equals(lines.get(at))) {
            return false;
        }
        lines.set(at, changed);
        chainAgain(lines, at + 1);
        write(segment, lines);
        return true;
    }

    private boolean remove() throws IOException {
        Path segment = segment();
        List<String> lines = lines(segment);
        int at = random.nextInt(lines.size());
        lines.remove(at);
        chainAgain(lines, at);
        write(segment, lines);
        return true;
    }

    /** Genuine lines of this log, of another chain or from earlier. */
    private boolean repeat() throws IOException {
        Path segment = segment();
        List<String> lines = lines(segment);
        int at = 1 + random.nextInt(lines.size());
        lines.add(at, pick(lines(segment())));
        chainAgain(lines, at);
        write(segment, lines);
        return true;
    }

    /** The end of a segment, from another log of the same audit key. */
    private boolean splice() throws IOException {
        Path segment = segment();
        List<String> lines = lines(segment);
        int at = 1 + random.nextInt(lines.size());
        List<String> theirs = lines(pick(new ChainDirectory(elsewhere.resolve("chains/1"), 1).segments()));
        List<String> spliced = new ArrayList<>(lines.subList(0, at));
        spliced.addAll(theirs.subList(Math.min(at, theirs.size() - 1), theirs.size()));
        chainAgain(spliced, at);
        write(segment, spliced);
        return true;
    }

    private boolean exchangeLines() throws IOException {
        Path segment = segment();
        List<String> lines = lines(segment);
        int one = random.nextInt(lines.size());
        int other = random.nextInt(lines.size());
        String first = lines.set(one, lines.get(other));
        lines.set(other, first);
        chainAgain(lines, Math.min(one, other));
        write(segment, lines);
        return one != other;
    }

    // --- files

    private boolean exchangeFiles() throws IOException {
        boolean segments = random.nextBoolean();
        Path one = segments ? segment() : chain().path();
        Path other = segments ? segment() : chain().path();
        if (one.equals(other)) {
            return false;
        }
        Path aside = one.resolveSibling("aside");
        Files.move(one, aside);
        Files.move(other, one);
        Files.move(aside, other);
        return true;
    }

    private boolean cut() throws IOException {
        Path segment = segment();
        List<String> lines = lines(segment);
        write(segment, lines.subList(0, random.nextInt(lines.size())));
        return true;
    }

    private boolean deleteSegment() throws IOException {
        Path segment = segment();
        Files.delete(segment);
        if (random.nextBoolean()) {
            Files.deleteIfExists(ChainDirectory.checkpoints(segment));
        }
        return true;
    }

    private boolean deleteChain() throws IOException {
        delete(chain().path());
        return ChainDirectory.all(log).size() > 1;
    }

    static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, java.io.IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Removes a chain's first segments, and has the log's own chain say that they were. */
    private boolean excuse() throws IOException {
        ChainDirectory chain = chain();
        List<Path> segments = chain.segments();
        ChainDirectory own = ChainDirectory.of(log, ChainDirectory.OWN);
        if (segments.size() < 2
                || !Files.isDirectory(own.path())
                || own.segments().isEmpty()) {
            return false;
        }
        Files.delete(segments.get(0));
        Forger.append(
                own.segments().get(own.segments().size() - 1),
                AuditRecord.builder(Instant.now(), AuditEvent.SEGMENTS_REMOVED)
                        .text("user_id", FORGED)
                        .text("origin", originOf(chain))
                        .number("segments", 1)
                        .number("records", 1_000)
                        .build());
        return true;
    }

    private String originOf(ChainDirectory chain) {
        return AuditReader.lastCheckpoints(log).stream()
                .map(Checkpoint::origin)
                .filter(origin -> origin.slot() == chain.number())
                .map(Object::toString)
                .findFirst()
                .orElse("");
    }

    /** A segment behind the last, with all that the genuine one before says. */
    private boolean beginSegment() throws IOException {
        return begin(chain(), false);
    }

    /** The same, which says of the last lines before it that they do not count. */
    private boolean giveUp() throws IOException {
        return begin(chain(), true);
    }

    private boolean begin(ChainDirectory chain, boolean givingUp) throws IOException {
        List<Path> segments = chain.segments();
        if (segments.isEmpty()) {
            return false;
        }
        Path last = segments.get(segments.size() - 1);
        List<String> lines = lines(last);
        if (givingUp && lines.size() < 3) {
            return false;
        }
        List<String> counting = givingUp ? lines.subList(0, lines.size() - 1) : lines;
        TreeEdge edge = new TreeEdge(); // of a chain of one segment it is right
        counting.forEach(line -> edge.add(Forger.leaf(bytes(line))));
        int number = ChainDirectory.numberOf(last);
        String opened = lines.get(0)
                .replaceFirst("\"segment\":[0-9]+", "\"segment\":" + (number + 1))
                .replaceFirst("\"process\":[0-9]+", "\"user_id\":\"" + FORGED + "\"")
                .replaceFirst("\"edge\":\\[[^]]*\\]", "\"edge\":" + Forger.list(edge.subtrees()))
                .replaceFirst(
                        "(,\"previous_bytes\":[0-9]+)?,\"seal\"",
                        ",\"previous_bytes\":" + (String.join("\n", counting).length() + 1) + ",\"seal\"");
        String before = counting.get(counting.size() - 1);
        List<String> begun = new ArrayList<>();
        begun.add(Forger.chained(opened, bytes(before)));
        begun.add(after(
                begun.get(0),
                AuditRecord.builder(Instant.now(), givingUp ? AuditEvent.LOG_RESUMED : AuditEvent.KEY_USED)
                        .text("op_id", FORGED)
                        .build()));
        write(chain.segment(number + 1), begun);
        return true;
    }

    private boolean copyChain() throws IOException {
        Path from = random.nextBoolean() ? chain().path() : elsewhere.resolve("chains/1");
        copy(from, ChainDirectory.of(log, free()).path());
        return true;
    }

    private int free() {
        int free = 1;
        while (Files.exists(ChainDirectory.of(log, free).path())) {
            free++;
        }
        return free;
    }

    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(Objects.requireNonNull(file.getFileName())));
            }
        }
    }

    private boolean makeUpChain() throws IOException {
        int slot = free();
        ChainDirectory chain = ChainDirectory.of(log, slot);
        Files.createDirectories(chain.path());
        List<String> lines = new ArrayList<>(lines(segment()).subList(0, 1));
        lines.set(
                0,
                Forger.first(lines.get(0))
                        .replaceFirst("\"slot\":[0-9]+", "\"slot\":" + slot)
                        .replaceFirst("\"chain\":\"[^\"]*\"", "\"chain\":\"" + "0".repeat(32) + "\"")
                        .replaceFirst("\"segment\":[0-9]+", "\"segment\":1")
                        .replaceFirst("\"edge\":\\[[^]]*\\]", "\"edge\":[]"));
        lines.add(after(lines.get(0), forged()));
        write(chain.segment(1), lines);
        return true;
    }

    // --- checkpoints

    /** A note by the outsider's own key of the same name, or a genuine one of another chain. */
    private boolean plantCheckpoint() throws IOException {
        ChainDirectory chain = chain();
        List<Checkpoint> genuine = AuditReader.lastCheckpoints(random.nextBoolean() ? log : elsewhere);
        List<Path> files = chain.checkpointFiles();
        if (genuine.isEmpty() || files.isEmpty()) {
            return false;
        }
        Checkpoint one = pick(genuine);
        boolean own = random.nextBoolean();
        if (!own && one.origin().toString().equals(originOf(chain))) {
            return false;
        }
        Checkpoint planted =
                own ? Checkpoint.sign(one.origin(), one.size() + random.nextInt(3), new byte[32], OWN_KEY) : one;
        Files.write(pick(files), CheckpointFile.encode(planted.note()), StandardOpenOption.APPEND);
        return true;
    }

    private boolean removeCheckpoints() throws IOException {
        List<Path> files = chain().checkpointFiles();
        if (files.isEmpty()) {
            return false;
        }
        Path last = files.get(files.size() - 1);
        if (CheckpointFile.read(last).checkpoints().size() < 2) {
            return false; // the next writer makes the same one again
        }
        Files.delete(last);
        return true;
    }

    /** Returns what was done, by number. */
    @Override
    public String toString() {
        return "forgeries " + String.join(", ", done);
    }
}
