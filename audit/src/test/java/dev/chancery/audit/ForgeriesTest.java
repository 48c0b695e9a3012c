package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.MalformedLogException;
import dev.chancery.audit.record.Proof;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.error.AuditUnavailableException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lets an {@link Outsider} at a log again and again, and half of the time a holder of the audit key opens it after that. Nothing forged is
 * ever shown as genuine, and nothing that was done stays unnoticed. {@code -Dchancery.forgeries=20000} makes it the long form.
 */
@Tag("one-jdk")
class ForgeriesTest {
    private static final int FORGERIES = Integer.getInteger("chancery.forgeries", 40);
    private static final AuditOptions OPTIONS = options(new ArrayList<>());

    @TempDir
    private static Path temp;

    private static Path written;
    private static Path elsewhere;
    private static List<String> genuine = List.of();
    private static Checkpoint[] anchors = {};

    private static AuditOptions options(List<Checkpoint> made) {
        return AuditOptions.builder()
                .quiet()
                .segmentBytes(6 << 10)
                .checkpoints(8, Duration.ofHours(1))
                .anchor(made::add)
                .build();
    }

    @BeforeAll
    static void writeTwoLogs() throws IOException {
        written = temp.resolve("written");
        elsewhere = temp.resolve("elsewhere");
        List<Checkpoint> made = new ArrayList<>();
        write(written, "here", options(made));
        write(elsewhere, "elsewhere", options(new ArrayList<>()));
        anchors = made.toArray(Checkpoint[]::new);
        genuine = lines(written);
        assertThat(Logs.verifySealed(written, anchors).problems()).isEmpty();
    }

    private static void write(Path log, String text, AuditOptions options) {
        try (AuditLog one = AuditLog.open(log, Logs.SIGNER, options);
                AuditLog two = AuditLog.open(log, Logs.SIGNER, options)) {
            for (int i = 0; i < 20; i++) {
                one.append(Logs.record(text + i));
                two.append(Logs.record(text + i));
            }
        }
        AuditCheckpoints.make(log, Logs.SIGNER, options);
    }

    /** Every line of every segment, with its chain. */
    private static List<String> lines(Path log) throws IOException {
        List<String> lines = new ArrayList<>();
        for (ChainDirectory chain : ChainDirectory.all(log)) {
            for (Path segment : chain.segments()) {
                Files.readString(segment)
                        .replace("\0", "")
                        .lines()
                        .forEach(line -> lines.add(chain.number() + " " + line));
            }
        }
        return lines;
    }

    private static Map<String, String> contents(Path log) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        for (ChainDirectory chain : ChainDirectory.all(log)) {
            List<Path> files = new ArrayList<>(chain.segments());
            files.addAll(chain.checkpointFiles());
            for (Path file : files) {
                contents.put(
                        log.relativize(file).toString(), Files.readString(file).replace("\0", ""));
            }
        }
        return contents;
    }

    @Test
    void nothing_forged_is_genuine_and_nothing_that_was_done_is_unnoticed() throws IOException {
        long seed = Long.getLong("chancery.seed", System.nanoTime());
        int refused = 0;
        int opened = 0;
        int cutOff = 0;
        for (int forgery = 0; forgery < FORGERIES; forgery++) {
            Random random = new Random(seed + forgery);
            Path log = temp.resolve("log-" + forgery);
            copyWritten(log);
            Outsider outsider = new Outsider(log, elsewhere, random);
            outsider.forge();
            if (contents(log).equals(contents(written))) {
                continue; // one thing undid the other
            }
            String what = outsider + ", seed " + (seed + forgery);

            boolean opens = random.nextBoolean();
            boolean isRefused = opens && !open(log, random);
            Judgement judgement = judge(log, what);
            assertThat(isRefused || judgement.noticed())
                    .as("noticed: %s, opened %s", what, opens)
                    .isTrue();
            refused += isRefused ? 1 : 0;
            opened += opens ? 1 : 0;
            cutOff += judgement.intact() ? 1 : 0;
            Outsider.delete(log);
        }
        System.out.println(FORGERIES + " forgeries, seed " + seed + ": " + opened + " opened after that, " + refused
                + " of these refused, " + cutOff + " put right with a record of it, all others found");
    }

    /** With the same locks, as if the log had never been elsewhere. */
    private static void copyWritten(Path log) throws IOException {
        for (ChainDirectory chain : ChainDirectory.all(written)) {
            Path to = ChainDirectory.of(log, chain.number()).path();
            Outsider.copy(chain.path(), to);
            Files.delete(to.resolve("lock"));
            Files.createLink(to.resolve("lock"), chain.path().resolve("lock"));
            for (Path segment : ChainDirectory.of(log, chain.number()).segments()) {
                makeWritable(segment);
                makeWritable(ChainDirectory.checkpoints(segment));
            }
        }
    }

    private static void makeWritable(Path file) {
        assertThat(!Files.exists(file) || file.toFile().setWritable(true)).isTrue();
    }

    /** Goes on writing, as a service or a command does; false where that is refused. */
    private static boolean open(Path log, Random random) {
        try {
            try (AuditLog open = AuditLog.open(log, Logs.SIGNER, OPTIONS)) {
                open.append(Logs.record("after"));
            }
            if (random.nextBoolean()) {
                AuditCheckpoints.make(log, Logs.SIGNER, OPTIONS);
            }
            return true;
        } catch (IntegrityException | ConfigurationException | AuditUnavailableException e) {
            return false;
        }
    }

    /**
     * What comes out.
     *
     * @param noticed whether a verification with the audit key and the anchors, or the log itself, tells of something
     * @param intact whether it is the log alone
     */
    private record Judgement(boolean noticed, boolean intact) {}

    private static Judgement judge(Path log, String what) throws IOException {
        AuditReport withKey;
        AuditReport withVerificationKey;
        try {
            withKey = Logs.verifySealed(log, anchors);
            withVerificationKey = Logs.verify(log, anchors);
        } catch (ConfigurationException e) {
            return new Judgement(true, false); // no log, or none of these anchors, is here any longer
        }
        for (StoredRecord stored : forged(log)) {
            assertThat(withKey.label(stored).proof()).as("%s: %s", what, stored).isEqualTo(Proof.UNPROVEN);
            assertThat(withVerificationKey.label(stored).proof())
                    .as("%s: %s", what, stored)
                    .isEqualTo(Proof.UNPROVEN);
        }
        List<String> left = lines(log);
        boolean whole = left.containsAll(genuine);
        if (!whole) {
            assertThat(withVerificationKey.problems()).as("missed: %s", what).isNotEmpty();
        }
        if (!whole || left.stream().anyMatch(line -> line.contains(Outsider.FORGED))) {
            assertThat(withKey.problems()).as("found: %s", what).isNotEmpty();
        }
        boolean told = Stream.of(AuditEvent.LOG_REPAIRED, AuditEvent.LOG_RESUMED, AuditEvent.LOG_LOST)
                .anyMatch(withKey.counts()::containsKey);
        return new Judgement(told || !withKey.isIntact(), withKey.isIntact());
    }

    /** What a reader is shown of what names the outsider, or is another log's. */
    private static List<StoredRecord> forged(Path log) {
        List<StoredRecord> forged = new ArrayList<>();
        try (Stream<StoredRecord> records = AuditReader.read(log)) {
            records.filter(stored -> Stream.of("op_id", "user_id")
                            .flatMap(field -> stored.record().field(field).stream())
                            .anyMatch(text -> text.equals(Outsider.FORGED) || text.startsWith("elsewhere")))
                    .forEach(forged::add);
        } catch (MalformedLogException e) {
            return forged; // a reader is shown no more
        }
        return forged;
    }
}
