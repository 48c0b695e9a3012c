package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.audit.verification.AuditVerifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is done to a log of two chains, verifying it with the pinned key and its last checkpoints finds it, and names the
 * place. {@code -Dchancery.tampering=1000} makes it the long form: so many records, and every single byte of them.
 */
class TamperingTest {
    private static final int RECORDS = Integer.getInteger("chancery.tampering", 32);
    private static final boolean SHORT = Integer.getInteger("chancery.tampering") == null;

    @TempDir
    private Path temp;

    private Path log;
    private Checkpoint[] anchors;

    /** Every file of the log as it was written. */
    private TreeMap<Path, byte[]> written;

    @BeforeEach
    void writeTwoChains() throws IOException {
        log = temp.resolve("log");
        List<Checkpoint> made = new ArrayList<>();
        AuditOptions options = AuditOptions.builder()
                .quiet()
                .segmentBytes(Math.max(4 << 10, RECORDS * 70))
                .checkpoints(RECORDS / 4, Duration.ofHours(1))
                .anchor(made::add)
                .build();
        try (AuditLog one = AuditLog.open(log, Logs.SIGNER, options);
                AuditLog two = AuditLog.open(log, Logs.SIGNER, options)) {
            for (int i = 0; i < RECORDS / 2; i++) {
                one.append(Logs.record("one-" + i));
                two.append(Logs.record("two-" + i));
            }
        }
        anchors = made.toArray(Checkpoint[]::new);
        written = new TreeMap<>();
        try (Stream<Path> files = Files.walk(log)) {
            // Edge and nodes are caches that anything may become of.
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("edge") && !file.toString().endsWith(".tree"))
                    .toList()) {
                makeWritable(file);
                written.put(file, Files.readAllBytes(file));
            }
        }
        assertThat(verified().problems()).isEmpty();
        assertThat(Logs.chains(verified())).hasSize(2).allMatch(AuditReport.ChainReport::isEndProven);
        assertThat(segments()).hasSizeGreaterThan(3);
    }

    private static void makeWritable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private AuditReport verified() {
        return Logs.verify(log, anchors);
    }

    private List<Path> segments() {
        return written.keySet().stream()
                .filter(file -> file.toString().endsWith(".jsonl"))
                .toList();
    }

    private void restore() throws IOException {
        for (var file : written.entrySet()) {
            Files.createDirectories(Objects.requireNonNull(file.getKey().getParent()));
            Files.write(file.getKey(), file.getValue());
        }
    }

    /** Changes a file, verifies, and puts the file back. */
    private AuditReport verifiedWith(Path file, byte[] changed) throws IOException {
        Files.write(file, changed);
        AuditReport report = verified();
        Files.write(file, written.get(file));
        return report;
    }

    private static int lineOf(byte[] content, int at) {
        int line = 1;
        for (int i = 0; i < at; i++) {
            line += content[i] == '\n' ? 1 : 0;
        }
        return line;
    }

    private static List<byte[]> linesOf(byte[] content) {
        List<byte[]> lines = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < content.length; i++) {
            if (content[i] == '\n') {
                lines.add(Arrays.copyOfRange(content, from, i + 1));
                from = i + 1;
            }
        }
        return lines;
    }

    private static byte[] joined(List<byte[]> lines) {
        byte[] joined = new byte[lines.stream().mapToInt(line -> line.length).sum()];
        int at = 0;
        for (byte[] line : lines) {
            System.arraycopy(line, 0, joined, at, line.length);
            at += line.length;
        }
        return joined;
    }

    @Test
    void every_byte_that_is_changed_is_found_in_its_line() throws IOException {
        for (var file : written.entrySet()) {
            byte[] content = file.getValue();
            boolean segment = file.getKey().toString().endsWith(".jsonl");
            int line = 1;
            for (int at = 0; at < content.length; at++) {
                if (SHORT && at % 149 != 0 && content[at] != '\n') {
                    continue; // a newline, which begins another line, is never left out
                }
                byte[] changed = content.clone();
                changed[at] ^= (byte) (1 << at % 8);
                AuditReport report = verifiedWith(file.getKey(), changed);
                assertThat(report.problems())
                        .as("byte %s of %s, line %s", at, file.getKey(), line)
                        .isNotEmpty();
                if (segment) {
                    AuditReport.Problem problem = report.problems().get(0);
                    assertThat(problem.file()).as("byte %s: %s", at, problem).isEqualTo(file.getKey());
                    assertThat(problem.line()).as("byte %s: %s", at, problem).isEqualTo(line);
                } else {
                    assertThat(report.problems())
                            .extracting(AuditReport.Problem::file)
                            .contains(file.getKey());
                }
                line += content[at] == '\n' ? 1 : 0;
            }
        }
    }

    /** It says how long the segment before was: nothing is missing there when this is changed. */
    @Test
    void a_changed_length_of_the_segment_before_is_found_in_the_line_that_has_it() throws IOException {
        Path second = segments().stream()
                .filter(file -> file.endsWith("000002.jsonl"))
                .findFirst()
                .orElseThrow();
        String content = new String(written.get(second), StandardCharsets.US_ASCII);
        for (String length : List.of("999999999", "1", "-1")) {
            String tampered = content.replaceFirst("\"previous_bytes\":[0-9]+", "\"previous_bytes\":" + length);
            AuditReport.Problem problem = verifiedWith(second, tampered.getBytes(StandardCharsets.US_ASCII))
                    .problems()
                    .get(0);
            assertThat(problem.file()).isEqualTo(second);
            assertThat(problem.line()).isEqualTo(1);
        }
    }

    @Test
    void every_line_that_is_removed_is_missed_where_it_was() throws IOException {
        for (Path file : segments()) {
            List<byte[]> lines = linesOf(written.get(file));
            for (int i = 0; i < lines.size(); i++) {
                List<byte[]> fewer = new ArrayList<>(lines);
                fewer.remove(i);
                assertFound(file, i + 1, verifiedWith(file, joined(fewer)));
            }
        }
    }

    @Test
    void every_line_that_stands_there_twice_is_found() throws IOException {
        for (Path file : segments()) {
            List<byte[]> lines = linesOf(written.get(file));
            for (int i = 0; i < lines.size(); i++) {
                List<byte[]> more = new ArrayList<>(lines);
                more.add(i, lines.get(i));
                assertFound(file, i + 2, verifiedWith(file, joined(more)));
            }
        }
    }

    @Test
    void two_lines_that_change_places_are_found() throws IOException {
        for (Path file : segments()) {
            List<byte[]> lines = linesOf(written.get(file));
            for (int i = 0; i + 1 < lines.size(); i++) {
                List<byte[]> swapped = new ArrayList<>(lines);
                swapped.set(i, lines.get(i + 1));
                swapped.set(i + 1, lines.get(i));
                assertFound(file, i + 1, verifiedWith(file, joined(swapped)));
            }
        }
    }

    @Test
    void a_line_that_is_put_in_is_found_even_if_it_follows_the_one_before_it() throws IOException {
        for (Path file : segments()) {
            List<byte[]> lines = linesOf(written.get(file));
            for (int i = 0; i < lines.size(); i++) {
                List<byte[]> more = new ArrayList<>(lines);
                more.add(i + 1, forgedAfter(lines.get(i)));
                AuditReport report = verifiedWith(file, joined(more));
                boolean behindTheLast = i == lines.size() - 1 && isLastOfItsChain(file);
                if (behindTheLast) {
                    assertThat(report.chains()).anyMatch(chain -> !chain.isEndProven());
                } else {
                    assertFound(file, i + 2, report);
                }
            }
        }
    }

    /** What comes behind the last checkpoint proves nothing, and the report says so. */
    private boolean isLastOfItsChain(Path file) throws IOException {
        List<Path> segments = new ChainDirectory(Objects.requireNonNull(file.getParent()), 1).segments();
        return file.equals(segments.get(segments.size() - 1));
    }

    /** A line with the right number and the right hash of the line before. */
    private static byte[] forgedAfter(byte[] line) {
        return lineAfter(line, Logs.record("forged"));
    }

    private static byte[] lineAfter(byte[] line, AuditRecord record) {
        return Forger.lineAfter(line, record);
    }

    @Test
    void the_rest_of_a_chain_that_is_written_anew_is_found_by_its_checkpoint() throws IOException {
        for (Path file : segments()) {
            List<byte[]> lines = new ArrayList<>(linesOf(written.get(file)));
            for (int i = 1; i < lines.size(); i++) {
                lines.set(i, forgedAfter(lines.get(i - 1)));
            }
            if (lines.size() == 1) {
                continue; // the birth of the log
            }
            assertThat(verifiedWith(file, joined(lines)).problems())
                    .as("%s", file)
                    .isNotEmpty()
                    .allSatisfy(
                            problem -> assertThat(problem.file().getParent()).isEqualTo(file.getParent()));
        }
    }

    @Test
    void whatever_is_cut_off_is_missed() throws IOException {
        for (var file : written.entrySet()) {
            byte[] content = file.getValue();
            int step = SHORT ? 127 : 1;
            for (int length = 0; length < content.length; length += step) {
                AuditReport report = verifiedWith(file.getKey(), Arrays.copyOf(content, length));
                assertThat(report.problems())
                        .as("%s cut at %s", file.getKey(), length)
                        .isNotEmpty();
                if (file.getKey().toString().endsWith(".jsonl")) {
                    assertFoundAt(file.getKey(), lineOf(content, length), report);
                }
            }
        }
    }

    /** At the end of a segment the next one is what does not fit. */
    private void assertFoundAt(Path file, int line, AuditReport report) {
        AuditReport.Problem problem = report.problems().get(0);
        Path next = file.resolveSibling(String.format("%06d.jsonl", ChainDirectory.numberOf(file) + 1));
        boolean here = problem.file().equals(file) && problem.line() == line;
        boolean atTheNext = problem.file().equals(next) && problem.line() == 1;
        assertThat(here || atTheNext)
                .as("expected %s, line %s: %s", file, line, problem)
                .isTrue();
    }

    private void assertFound(Path file, int line, AuditReport report) {
        assertThat(report.problems()).as("%s, line %s", file, line).isNotEmpty();
        assertFoundAt(file, line, report);
    }

    @Test
    void last_segments_and_checkpoints_that_are_removed_are_missed() throws IOException {
        for (ChainDirectory chain : ChainDirectory.all(log)) {
            List<Path> segments = chain.segments();
            for (int keep = segments.size() - 1; keep >= 0; keep--) {
                Files.delete(segments.get(keep));
                Files.deleteIfExists(ChainDirectory.checkpoints(segments.get(keep)));
                assertThat(verified().problems())
                        .as("chain %s, %s segments left", chain.number(), keep)
                        .isNotEmpty();
            }
            restore();
        }
        for (Path file : written.keySet()) {
            if (file.toString().endsWith(".jsonl")) {
                Files.delete(file);
                assertThat(verified().problems()).as("%s removed", file).isNotEmpty();
                restore();
            }
        }
    }

    @Test
    void a_chain_that_is_removed_is_missed() throws IOException {
        for (ChainDirectory chain : ChainDirectory.all(log)) {
            try (Stream<Path> files = Files.walk(chain.path())) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
            assertThat(verified().problems())
                    .allSatisfy(problem -> assertThat(problem.what()).contains("is missing"))
                    .anySatisfy(problem -> assertThat(problem.what()).contains("the anchor"));
            restore();
        }
    }

    /** Nobody needs the audit key to write lines behind the last checkpoint. */
    @Test
    void a_removal_that_no_checkpoint_covers_excuses_nothing() throws IOException {
        Path own = ChainDirectory.of(log, 0).segment(1);
        AuditRecord removal = AuditRecord.builder(Instant.EPOCH, AuditEvent.SEGMENTS_REMOVED)
                .text("origin", anchors[anchors.length - 1].origin().toString())
                .number("records", 999_999)
                .build();
        List<byte[]> lines = new ArrayList<>(linesOf(written.get(own)));
        lines.add(lineAfter(lines.get(lines.size() - 1), removal));
        Files.write(own, joined(lines));

        assertMissingWithout(ChainDirectory.of(log, 1).segment(1));
        assertMissingWithout(ChainDirectory.of(log, 2).segment(1));
    }

    private void assertMissingWithout(Path segment) throws IOException {
        Files.delete(segment);
        assertThat(verified().problems())
                .anySatisfy(problem -> assertThat(problem.what())
                        .contains("missing before this line")
                        .contains("no line that counts"));
        Files.write(segment, written.get(segment));
    }

    @Test
    void without_the_anchor_what_cannot_be_noticed_is_said() throws IOException {
        ChainDirectory chain = ChainDirectory.of(log, 2);
        List<Path> segments = chain.segments();
        Path last = segments.get(segments.size() - 1);
        Files.delete(last);
        Files.deleteIfExists(ChainDirectory.checkpoints(last));

        AuditReport report = Logs.verify(log);

        assertThat(report.problems()).isEmpty();
        assertThat(report.chains())
                .allSatisfy(one -> assertThat(one.isEndProven()).isFalse());
    }

    @Test
    void another_key_has_signed_nothing_here() {
        AuditSigner other = AuditSigner.of("tests", Logs.pair());
        AuditReport report = AuditVerifier.verify(log, Optional.of(other.verificationKey()), List.of());

        assertThat(report.problems())
                .isNotEmpty()
                .allSatisfy(problem -> assertThat(problem.what())
                        .containsAnyOf("not signed by the audit key", "an audit key that is none of the log's"));
    }

    @Test
    void a_link_to_a_chain_elsewhere_is_no_chain() throws IOException {
        Path elsewhere = temp.resolve("elsewhere");
        Files.move(log.resolve("chains/2"), elsewhere);
        Files.createSymbolicLink(log.resolve("chains/2"), elsewhere);
        assertThat(Files.isDirectory(log.resolve("chains/2"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();

        assertThat(verified().problems())
                .anySatisfy(problem -> assertThat(problem.what()).contains("is missing"));
    }
}
