package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.internal.writing.LogContext;
import dev.chancery.audit.internal.writing.Marks;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.verification.AuditReport;
import dev.chancery.audit.verification.AuditVerifier;
import dev.chancery.error.AuditUnavailableException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.key.CompromisedSince;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A log whose audit key was replaced, and what a thief of the old one can do. */
class AuditKeyRotationTest {
    private static final AuditSigner OLD = AuditSigner.of("old", Logs.pair());
    private static final AuditSigner NEW = AuditSigner.of("new", Logs.pair());
    private static final AuditSigner THIEFS = AuditSigner.of("new", Logs.pair());

    @TempDir
    private Path temp;

    private Path log;
    private Path before;

    @BeforeEach
    void writeAndRotate() throws IOException {
        log = temp.resolve("log");
        before = temp.resolve("before");
        try (AuditLog one = AuditLog.open(log, OLD, Logs.QUIET);
                AuditLog two = AuditLog.open(log, OLD, Logs.QUIET)) {
            one.append(Logs.record("one"));
            two.append(Logs.record("two"));
            two.append(AuditRecord.builder(Instant.now(), AuditEvent.KEY_COMPROMISED)
                    .text("fingerprint", "ab".repeat(32))
                    .text("compromised_since", "UNKNOWN")
                    .build());
        }
        copy(log, before);
        AuditKeyRotation.rotate(log, OLD, NEW, Logs.QUIET);
        append(log, NEW, "three");
    }

    private static void append(Path log, AuditSigner signer, String text) {
        try (AuditLog open = AuditLog.open(log, signer, Logs.QUIET)) {
            open.append(Logs.record(text));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void replace(Path directory, Path by) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        copy(by, directory);
    }

    private AuditReport verify(AuditSigner pin, Checkpoint... anchors) {
        return AuditVerifier.verify(log, Optional.of(pin.verificationKey()), List.of(anchors));
    }

    private AuditReport follow(AuditSigner pin) {
        return AuditVerifier.verifyAndFollow(log, pin.verificationKey(), List.of());
    }

    @Test
    void new_chains_begin_with_the_new_key_and_the_whole_log_verifies_with_it() throws IOException {
        assertThat(Logs.texts(log)).containsExactly("one", "two", "three");
        assertThat(ChainDirectory.of(log, 3).segments()).hasSize(1);
        assertThat(verify(NEW).problems()).isEmpty();
        assertThat(AuditVerifier.verify(log, NEW, List.of()).problems()).isEmpty();
        append(log, NEW, "four");
        assertThat(Logs.chains(verify(NEW))).hasSize(3);
    }

    @Test
    void the_old_key_opens_the_log_no_more() {
        assertThatThrownBy(() -> append(log, OLD, "late"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(NEW.verificationKey().toString());
    }

    @Test
    void by_the_old_pin_the_new_key_is_named_and_followed_only_on_request() {
        assertThat(verify(OLD).problems())
                .first()
                .satisfies(problem -> assertThat(problem.what())
                        .contains(NEW.verificationKey().toString()));
        assertThat(follow(OLD).problems()).isEmpty();
    }

    @Test
    void a_log_that_a_process_writes_keeps_its_key() {
        try (AuditLog open = AuditLog.open(log, NEW, Logs.QUIET)) {
            open.append(Logs.record("held"));
            assertThatThrownBy(() -> AuditKeyRotation.rotate(log, NEW, THIEFS, Logs.QUIET))
                    .isInstanceOf(AuditUnavailableException.class)
                    .hasMessageContaining("chains/3");
        }
        assertThat(verify(NEW).problems()).isEmpty();
    }

    /** Cut off behind the line that says so: with its checkpoint, and without. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_rotation_that_was_cut_off_is_repeated_and_forgets_no_compromised_key(boolean covered) throws IOException {
        replace(log, before);
        AuditKeyRotation.rotate(log, OLD, NEW, Logs.QUIET);
        ChainDirectory own = ChainDirectory.of(log, 0);
        List<Path> segments = own.segments();
        Path begun = segments.get(segments.size() - 1);
        for (Path file : ChainDirectory.filesBeside(begun)) {
            Files.delete(file);
        }
        Files.delete(begun);
        Path checkpoints = ChainDirectory.checkpoints(segments.get(segments.size() - 2));
        if (!covered) {
            String notes = Files.readString(checkpoints);
            Files.writeString(checkpoints, notes.substring(0, notes.lastIndexOf("chancery/audit/")));
        }

        for (AuditSigner signer : List.of(OLD, NEW)) {
            assertThatThrownBy(() -> append(log, signer, "too early"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("was being rotated to " + NEW.verificationKey())
                    .hasMessageContaining("chancery audit rotate-key");
        }
        assertThatThrownBy(() -> AuditCheckpoints.make(log, OLD, Logs.QUIET))
                .isInstanceOf(ConfigurationException.class);

        AuditKeyRotation.rotate(log, OLD, NEW, Logs.QUIET);
        append(log, NEW, "three");

        assertThat(verify(NEW).problems()).isEmpty();
        assertThat(follow(OLD).problems()).isEmpty();
        assertThat(Logs.texts(log)).containsExactly("one", "two", "three");
        assertThat(marks().of("ab".repeat(32))).hasValue(CompromisedSince.UNKNOWN);
    }

    /** Cut off before: chains are ended, and the log's own does not say so. */
    @Test
    void a_rotation_that_was_cut_off_before_it_counted_leaves_the_old_key_at_work() throws IOException {
        replace(log.resolve("chains/0"), before.resolve("chains/0"));
        try (Stream<Path> files = Files.list(log.resolve("chains/3"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(log.resolve("chains/3"));

        append(log, OLD, "between");
        assertThat(verify(OLD).problems()).isEmpty();
        AuditKeyRotation.rotate(log, OLD, NEW, Logs.QUIET);
        append(log, NEW, "three");

        assertThat(Logs.texts(log)).containsExactly("one", "two", "between", "three");
        assertThat(verify(NEW).problems()).isEmpty();
    }

    @Test
    void keys_follow_each_other_more_than_once() {
        AuditSigner third = AuditSigner.of("third", Logs.pair());
        AuditKeyRotation.rotate(log, NEW, third, Logs.QUIET);
        append(log, third, "five");

        assertThat(verify(third).problems()).isEmpty();
        assertThat(follow(OLD).problems()).isEmpty();
        assertThat(verify(NEW).problems()).isNotEmpty();
    }

    private Marks marks() throws IOException {
        return Marks.ofLog(new LogContext(log, LogFiles.DISK, Logs.QUIET, NEW, checkpoint -> {}, record -> {}));
    }

    @Test
    void what_the_log_knows_of_compromised_keys_is_known_to_the_new_key() throws IOException {
        Marks marks = marks();

        assertThat(marks.of("ab".repeat(32))).hasValue(CompromisedSince.UNKNOWN);
    }

    // --- a thief of the old key, who has the disk

    @Test
    void a_chain_that_is_begun_with_a_stolen_old_key_is_found() throws IOException {
        try (AuditLog first = AuditLog.open(before, OLD, Logs.QUIET);
                AuditLog second = AuditLog.open(before, OLD, Logs.QUIET);
                AuditLog forged = AuditLog.open(before, OLD, Logs.QUIET)) {
            forged.append(Logs.record("forged"));
            first.append(Logs.record("any"));
            second.append(Logs.record("any"));
        }
        replace(log.resolve("chains/4"), before.resolve("chains/3"));
        assertThat(verify(NEW).problems()).isNotEmpty();

        replace(log.resolve("chains/3"), before.resolve("chains/3"));
        assertThat(verify(NEW).problems())
                .anySatisfy(problem -> assertThat(problem.what()).contains("not ended by the one behind it"));
    }

    @Test
    void a_chain_that_is_continued_with_a_stolen_old_key_is_found() throws IOException {
        append(before, OLD, "forged");
        replace(log.resolve("chains/1"), before.resolve("chains/1"));

        assertThat(verify(NEW).problems()).isNotEmpty();
        assertThat(follow(OLD).problems()).isNotEmpty();
    }

    /** Both rotations are the old key's word. Only what has another source decides. */
    @Test
    void a_rival_rotation_is_found_by_the_new_pin_and_by_an_anchor() throws IOException {
        Checkpoint[] anchors = AuditReader.lastCheckpoints(log).toArray(Checkpoint[]::new);
        AuditKeyRotation.rotate(before, OLD, THIEFS, Logs.QUIET);
        append(before, THIEFS, "forged");
        replace(log, before);

        assertThat(verify(NEW).problems()).isNotEmpty();
        assertThat(follow(OLD).problems())
                .as("nothing here contradicts the thief")
                .isEmpty();
        assertThat(AuditVerifier.verifyAndFollow(log, OLD.verificationKey(), List.of(anchors))
                        .problems())
                .isNotEmpty();
    }
}
