package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.Origin;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.CheckpointFile;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.Proof;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.audit.verification.AuditVerifier;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An outsider who has the log's disk and not its audit key writes what the next honest opener would have to sign: nothing of it is ever
 * covered by a checkpoint, and a person is told.
 */
class OutsiderTest {
    @TempDir
    private Path temp;

    private Path log;
    private Path segment;

    @BeforeEach
    void writeThreeRecords() {
        log = temp.resolve("log");
        try (AuditLog open = Logs.open(log)) {
            open.append(Logs.record("one"));
            open.append(Logs.record("two"));
            open.append(Logs.record("three"));
        }
        segment = ChainDirectory.of(log, 1).segment(1);
    }

    @Test
    void a_log_of_another_key_is_vouched_for_by_none_of_its_lines() {
        AuditSigner another = AuditSigner.of("tests", Logs.pair());
        AuditReport report = AuditVerifier.verify(log, another, List.of());

        assertThat(report.isIntact()).isFalse();
        try (Stream<StoredRecord> records = AuditReader.read(log)) {
            assertThat(records.map(report::label))
                    .isNotEmpty()
                    .allSatisfy(stored -> assertThat(stored.proof()).isEqualTo(Proof.UNPROVEN));
        }
        try (Stream<StoredRecord> records = AuditReader.read(log)) {
            assertThat(report.vouchedFor(records)).isEmpty();
        }
    }

    private static AuditRecord forgedSignature() {
        return AuditRecord.builder(Instant.now(), AuditEvent.SIGNATURE_GENERATED)
                .text("key_id", "release-2026")
                .text("user_id", "alice")
                .text("signature_sha256", "0".repeat(64))
                .build();
    }

    private void reopen() {
        try (AuditLog open = Logs.open(log)) {
            open.append(Logs.record("after"));
        }
    }

    private List<StoredRecord> read(AuditEvent event) {
        try (Stream<StoredRecord> records = AuditReader.read(log)) {
            return records.filter(stored -> stored.record().event() == event).toList();
        }
    }

    // --- finding 1: the next writer signed what an outsider wrote

    @Test
    void a_forged_line_is_found_with_the_audit_key_and_unproven_without() throws IOException {
        Forger.append(segment, forgedSignature());

        assertThat(Logs.verifySealed(log).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.file()).isEqualTo(segment);
            assertThat(problem.line()).isEqualTo(5);
            assertThat(problem.what()).contains("no holder of the audit key");
        });
        AuditReport withoutKey = Logs.verify(log);
        assertThat(read(AuditEvent.SIGNATURE_GENERATED).stream().map(withoutKey::label))
                .extracting(StoredRecord::proof)
                .containsExactly(Proof.UNPROVEN);
        assertThat(read(AuditEvent.KEY_USED).stream().map(withoutKey::label))
                .extracting(StoredRecord::proof)
                .containsOnly(Proof.CHECKPOINTED);
    }

    @Test
    void whoever_opens_the_log_cuts_a_forged_line_off_and_says_so() throws IOException {
        Forger.append(segment, forgedSignature());
        Forger.append(segment, forgedSignature());

        reopen();

        assertThat(read(AuditEvent.SIGNATURE_GENERATED)).isEmpty();
        assertThat(read(AuditEvent.LOG_REPAIRED)).hasSize(1);
        assertThat(Files.readString(segment.resolveSibling("000001.jsonl.torn-1")))
                .contains("\"user_id\":\"alice\"");
        assertThat(Logs.verifySealed(log).problems()).isEmpty();
    }

    @Test
    void so_does_whoever_makes_a_checkpoint() throws IOException {
        Forger.append(segment, forgedSignature());

        AuditCheckpoints.make(log, Logs.SIGNER, Logs.QUIET);

        assertThat(read(AuditEvent.SIGNATURE_GENERATED)).isEmpty();
        assertThat(read(AuditEvent.LOG_REPAIRED)).hasSize(1);
    }

    @Test
    void a_forged_removal_excuses_no_segment_that_was_deleted() throws IOException {
        AuditOptions small =
                AuditOptions.builder().quiet().segmentBytes(4 << 10).build();
        try (AuditLog open = AuditLog.open(log, Logs.SIGNER, small)) {
            for (int i = 0; i < 30; i++) {
                open.append(Logs.record("more-" + i));
            }
        }
        Forger.append(
                ChainDirectory.of(log, 0).segment(1),
                AuditRecord.builder(Instant.now(), AuditEvent.SEGMENTS_REMOVED)
                        .text("origin", originOf(1).toString())
                        .number("segments", 1)
                        .number("records", 1_000)
                        .build());
        Files.delete(segment);

        reopen();
        AuditCheckpoints.make(log, Logs.SIGNER, Logs.QUIET);

        assertThat(Logs.verify(log).problems())
                .anySatisfy(problem ->
                        assertThat(problem.what()).contains("no line that counts says that they were removed"));
        assertThat(Logs.verifySealed(log).problems()).isNotEmpty();
    }

    private Origin originOf(int slot) {
        return AuditReader.lastCheckpoints(log).stream()
                .map(Checkpoint::origin)
                .filter(origin -> origin.slot() == slot)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_chain_that_an_outsider_made_up_is_never_continued() throws IOException {
        Path made = Files.createDirectories(log.resolve("chains/2")).resolve("000001.jsonl");
        byte[] opened = Forger.lineAfter(
                new byte[0],
                AuditRecord.builder(Instant.now(), AuditEvent.SEGMENT_OPENED)
                        .text("log", originOf(1).log())
                        .number("slot", 2)
                        .text("chain", "0".repeat(32))
                        .number("segment", 1)
                        .text("audit_key", Logs.SIGNER.verificationKey().toString())
                        .build());
        Files.write(made, opened);
        Forger.append(made, forgedSignature());
        byte[] before = Files.readAllBytes(made);

        try (AuditLog first = Logs.open(log);
                AuditLog second = Logs.open(log)) {
            first.append(Logs.record("first"));
            second.append(Logs.record("second"));
        }

        assertThat(made).hasBinaryContent(before);
        assertThat(read(AuditEvent.LOG_LOST)).singleElement().satisfies(stored -> {
            assertThat(stored.chain()).isEqualTo(3);
            assertThat(stored.record().number("lost_slot")).hasValue(2);
        });
        assertThat(Logs.verifySealed(log).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.file()).isEqualTo(made));
    }

    @Test
    void a_copied_chain_is_no_chain_of_the_log() throws IOException {
        copy(ChainDirectory.of(log, 1).path(), ChainDirectory.of(log, 2).path());

        assertThat(Logs.verify(log).problems())
                .anySatisfy(problem -> assertThat(problem.what()).contains("copy of a chain"));
        try (AuditLog first = Logs.open(log);
                AuditLog second = Logs.open(log)) {
            first.append(Logs.record("first"));
            second.append(Logs.record("second"));
        }
        assertThat(ChainDirectory.of(log, 2).segments()).hasSize(1);
        assertThat(Files.readString(ChainDirectory.of(log, 3).segment(1))).contains("it is a copy, or another log's");
    }

    @Test
    void chains_that_change_slots_are_found_and_not_continued() throws IOException {
        try (AuditLog first = Logs.open(log);
                AuditLog second = Logs.open(log)) {
            first.append(Logs.record("first"));
            second.append(Logs.record("second"));
        }
        Path one = ChainDirectory.of(log, 1).path();
        Path two = ChainDirectory.of(log, 2).path();
        Path aside = Files.move(one, temp.resolve("aside"));
        Files.move(two, one);
        Files.move(aside, two);

        assertThat(Logs.verify(log).problems())
                .anySatisfy(problem -> assertThat(problem.what()).contains("copy of a chain"));
        reopen();
        assertThat(ChainDirectory.of(log, 3).segments()).hasSize(1);
    }

    @Test
    void a_chain_of_another_log_of_the_same_key_is_none_of_this_one() throws IOException {
        Path other = temp.resolve("other");
        try (AuditLog open = Logs.open(other)) {
            open.append(Logs.record("elsewhere"));
        }
        copy(ChainDirectory.of(other, 1).path(), ChainDirectory.of(log, 2).path());

        assertThat(Logs.verifySealed(log).problems())
                .anySatisfy(problem -> assertThat(problem.what()).contains("another log's"));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    // --- finding 4: a line behind what a given-up segment acknowledges was shown as genuine

    @Test
    void a_line_behind_what_counts_of_a_segment_is_shown_by_nobody_and_found_with_the_key() throws IOException {
        Path lock = segment.resolveSibling("lock");
        Files.move(lock, segment.resolveSibling("lock-before"));
        Files.writeString(segment, "half a line", StandardOpenOption.APPEND);
        reopen(); // in a new segment, for the lock is another
        Files.writeString(segment, Files.readString(segment).replace("half a line", ""));
        Forger.append(segment, forgedSignature());

        assertThat(read(AuditEvent.SIGNATURE_GENERATED)).isEmpty();
        assertThat(read(AuditEvent.LOG_RESUMED)).hasSize(1);
        assertThat(Logs.verifySealed(log).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.file()).isEqualTo(segment);
            assertThat(problem.line()).isEqualTo(5);
        });
        assertThat(Logs.verify(log).notices())
                .singleElement()
                .satisfies(notice -> assertThat(notice.what()).contains("Without the audit key that is not proven"));
    }

    // --- finding 5: a chain that is a link; a log without chains

    @Test
    void a_chain_that_is_a_link_is_neither_written_to_nor_passed_over() throws IOException {
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Files.createSymbolicLink(log.resolve("chains/2"), elsewhere);

        assertThat(Logs.verify(log).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.file()).isEqualTo(log.resolve("chains/2"));
            assertThat(problem.what()).contains("a link");
        });
        try (AuditLog first = Logs.open(log)) {
            first.append(Logs.record("first"));
            assertThatThrownBy(() -> Logs.open(log))
                    .hasMessageContaining("chains/2")
                    .hasMessageContaining("link");
        }
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void a_log_without_chains_is_not_intact() throws IOException {
        Path empty = temp.resolve("empty");
        Files.createDirectories(empty.resolve("chains"));

        assertThat(Logs.verify(empty).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("no chain"));
        assertThat(Logs.verify(empty).isIntact()).isFalse();
    }

    @Test
    void a_log_whose_own_chain_is_gone_is_refused() throws IOException {
        delete(ChainDirectory.of(log, 0).path());

        assertThat(Logs.verify(log).problems()).isNotEmpty();
        assertThatThrownBy(() -> Logs.open(log))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("chains/0");
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    // --- finding 9: a planted checkpoint was copied into a signed line

    @Test
    void a_planted_checkpoint_is_put_aside_and_said_of_no_chain() throws IOException {
        Path checkpoints = ChainDirectory.checkpoints(segment);
        AuditSigner outsider = AuditSigner.of("tests", Logs.pair());
        Checkpoint planted = Checkpoint.sign(originOf(1), 4_711, new byte[32], outsider);
        Files.writeString(checkpoints, planted.note() + "\n", StandardOpenOption.APPEND);
        assertThat(Logs.verify(log).problems())
                .anySatisfy(problem -> assertThat(problem.what()).contains("not signed by the audit key"));

        reopen();
        AuditCheckpoints.make(log, Logs.SIGNER, Logs.QUIET);

        assertThat(Files.readString(segment.resolveSibling("000001.checkpoints.torn-1")))
                .contains("4711");
        assertThat(read(AuditEvent.LOG_REPAIRED)).hasSize(1);
        assertThat(read(AuditEvent.CHAIN_HEAD))
                .noneMatch(head -> head.record().number("size").orElse(0) == 4_711);
        assertThat(Logs.verifySealed(log).problems()).isEmpty();
    }

    @Test
    void ten_thousand_planted_notes_hold_no_opening_up_and_hide_no_checkpoint() throws IOException {
        Path checkpoints = ChainDirectory.checkpoints(segment);
        AuditSigner outsider = AuditSigner.of("tests", Logs.pair());
        String planted =
                Checkpoint.sign(originOf(1), 4_711, new byte[32], outsider).note() + "\n";
        Files.writeString(checkpoints, planted.repeat(10_000), StandardOpenOption.APPEND);

        reopen();

        assertThat(Files.readString(checkpoints)).doesNotContain("4711");
        assertThat(Logs.verifySealed(log).problems()).isEmpty();
    }

    @Test
    void a_planted_note_hides_none_that_is_behind_it() throws IOException {
        Path checkpoints = ChainDirectory.checkpoints(segment);
        String genuine = Files.readString(checkpoints);
        for (String planted : List.of("no note\n", "chancery/audit/half\n", "chancery/audit/x\n1\n\n\u2014 y z\n\n")) {
            Files.writeString(checkpoints, planted + genuine);

            CheckpointFile.Content content = CheckpointFile.read(checkpoints);
            assertThat(content.notes().get(0)).isEmpty();
            assertThat(content.checkpoints()).isNotEmpty();
            assertThat(Logs.verify(log).problems()).singleElement().satisfies(problem -> {
                assertThat(problem.line()).isEqualTo(1);
                assertThat(problem.what()).isEqualTo("This is no checkpoint.");
            });
        }
        Files.writeString(checkpoints, genuine);
        reopen();
        assertThat(Logs.verifySealed(log).problems()).isEmpty();
    }

    @Test
    void a_planted_edge_leads_nobody_astray() throws IOException {
        Path edge = ChainDirectory.of(log, 1).edge();
        byte[] genuine = Files.readAllBytes(edge);
        reopen();
        for (byte[] planted :
                List.of(genuine, new byte[0], "chancery-audit-edge 1 2 3\n".getBytes(StandardCharsets.US_ASCII))) {
            Files.write(edge, planted);
            reopen();
        }

        assertThat(Logs.texts(log)).hasSize(7);
        assertThat(Logs.verifySealed(log).problems()).isEmpty();
    }

    // --- finding 10: a record that the log cannot hold

    @Test
    void a_record_that_is_longer_than_a_line_may_be_is_refused_before_it_is_taken() {
        AuditRecord.Builder many = AuditRecord.builder(Instant.now(), AuditEvent.KEY_USED);
        for (int i = 0; i < 65; i++) {
            many.text("field_" + i, "x".repeat(1_024));
        }
        AuditRecord item = AuditRecord.builder(Instant.now(), AuditEvent.KEY_USED)
                .list("items", List.of("x".repeat(300_000)))
                .build();
        try (AuditLog open = Logs.open(log)) {
            for (AuditRecord longer : List.of(many.build(), item)) {
                assertThatThrownBy(() -> open.append(longer))
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("65535 bytes");
            }
            open.append(Logs.record("after"));
        }

        assertThat(Logs.texts(log)).endsWith("after");
        assertThat(Logs.verifySealed(log).problems()).isEmpty();
    }

    @Test
    void the_logs_own_fields_are_nobody_elses() {
        AuditRecord.Builder record = AuditRecord.builder(Instant.now(), AuditEvent.KEY_USED);

        assertThatThrownBy(() -> record.text("seal", "0".repeat(32))).isInstanceOf(ConfigurationException.class);
    }

    // --- the audit key

    @Test
    void a_wrong_audit_key_moves_nothing() throws IOException {
        Forger.append(segment, forgedSignature());
        Map<Path, String> before = contents();

        assertThatThrownBy(() -> AuditLog.open(log, AuditSigner.of("tests", Logs.pair()), Logs.QUIET))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is kept with the audit key");
        Path key = temp.resolve("seal");
        Files.write(key, new byte[32]);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> AuditLog.open(log, Logs.SIGNER.withSealKey(key), Logs.QUIET))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("another seal key");

        assertThat(contents()).isEqualTo(before);
    }

    private Map<Path, String> contents() throws IOException {
        Map<Path, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(log)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file, Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }

    @Test
    void a_log_that_was_opened_before_is_insisted_on() throws IOException {
        String id = originOf(1).log();
        AuditOptions pinned = AuditOptions.builder().quiet().log(id).build();
        try (AuditLog open = AuditLog.open(log, Logs.SIGNER, pinned)) {
            assertThat(open.id()).isEqualTo(id);
        }
        Files.move(log, temp.resolve("away"));
        assertThatThrownBy(() -> AuditLog.open(log, Logs.SIGNER, pinned))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("there is none");
        Logs.open(log).close();
        assertThatThrownBy(() -> AuditLog.open(log, Logs.SIGNER, pinned))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("another is");
    }

    // --- a chain that was put back to an older state

    @Test
    void a_chain_that_is_behind_what_has_left_is_not_continued() throws IOException {
        Path chain = ChainDirectory.of(log, 1).path();
        Path older = temp.resolve("older");
        copy(chain, older);
        reopen();
        List<Checkpoint> left = AuditReader.lastCheckpoints(log);
        delete(chain);
        copy(older, chain);
        AuditOptions knowing = AuditOptions.builder().quiet().known(left).build();

        try (AuditLog open = AuditLog.open(log, Logs.SIGNER, knowing)) {
            open.append(Logs.record("knowing"));
        }

        assertThat(read(AuditEvent.LOG_LOST)).singleElement().satisfies(stored -> {
            assertThat(stored.chain()).isEqualTo(2);
            assertThat(stored.record().field("reason").orElseThrow()).contains("put back to an older state");
        });
        assertThat(Logs.verify(log, left.toArray(Checkpoint[]::new)).problems()).isNotEmpty();
        assertThat(Logs.verify(log).problems())
                .as("without the anchor nothing shows")
                .isEmpty();
    }

    @Test
    void a_log_whose_own_chain_is_behind_what_has_left_is_refused() throws IOException {
        AuditCheckpoints.make(log, Logs.SIGNER, Logs.QUIET);
        Path older = temp.resolve("older");
        copy(ChainDirectory.of(log, 0).path(), older);
        reopen();
        AuditCheckpoints.make(log, Logs.SIGNER, Logs.QUIET);
        AuditOptions knowing = AuditOptions.builder()
                .quiet()
                .known(AuditReader.lastCheckpoints(log))
                .build();
        delete(ChainDirectory.of(log, 0).path());
        copy(older, ChainDirectory.of(log, 0).path());

        assertThatThrownBy(() -> AuditCheckpoints.make(log, Logs.SIGNER, knowing))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("put back to an older state");
        assertThatThrownBy(() -> AuditLog.open(log, Logs.SIGNER, knowing))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("put back to an older state");
    }

    @Test
    void a_log_of_the_first_edition_is_told_from_a_damaged_one() throws IOException {
        Path old = temp.resolve("old");
        Path first = Files.createDirectories(old.resolve("chains/1")).resolve("000001.jsonl");
        Files.writeString(
                first,
                "{\"seq\":1,\"prev\":\"" + "0".repeat(64)
                        + "\",\"timestamp\":\"2026-11-29T10:00:00.000000Z\",\"event_type\":\"LOG\",\"event\":\"SEGMENT_OPENED\"}\n");

        assertThatThrownBy(() -> Logs.open(old))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("first edition")
                .hasMessageContaining("Verify it with the version");
        assertThatThrownBy(() -> Logs.verify(old))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("first edition");
    }
}
