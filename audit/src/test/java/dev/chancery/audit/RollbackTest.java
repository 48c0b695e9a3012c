package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.error.IntegrityException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.testkit.store.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole log is put back to what it was a day before: what an anchor shows then, and what nothing shows without one. */
class RollbackTest {
    @TempDir
    private Path temp;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-29T12:00:00Z"));
    private Path log;
    private List<Checkpoint> yesterday;
    private List<Checkpoint> today;

    @BeforeEach
    void writeForTwoDaysAndPutTheFirstBack() throws IOException {
        log = temp.resolve("log");
        append(log, "yesterday");
        yesterday = AuditCheckpoints.make(log, Logs.SIGNER, options());
        copy(log, temp.resolve("backup"));
        clock.advance(Duration.ofDays(1));
        append(log, "today");
        today = AuditCheckpoints.make(log, Logs.SIGNER, options());
        replace(log, temp.resolve("backup"));
    }

    private AuditOptions options(Checkpoint... known) {
        return AuditOptions.builder().quiet().clock(clock).known(List.of(known)).build();
    }

    private void append(Path directory, String text, Checkpoint... known) {
        try (AuditLog open = AuditLog.open(directory, Logs.SIGNER, options(known))) {
            open.append(Logs.record(text));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void replace(Path directory, Path by) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        copy(by, directory);
    }

    @Test
    void without_an_anchor_or_with_one_of_the_day_before_nothing_shows() {
        assertThat(Logs.verifySealed(log).problems()).isEmpty();
        assertThat(Logs.verifySealed(log).chains())
                .allSatisfy(chain -> assertThat(chain.isEndProven()).isFalse());
        assertThat(Logs.verifySealed(log, yesterday.toArray(Checkpoint[]::new)).problems())
                .isEmpty();
        append(log, "after", yesterday.toArray(Checkpoint[]::new));
        assertThat(Logs.texts(log)).containsExactly("yesterday", "after");
    }

    @Test
    void an_anchor_of_the_day_shows_it_and_the_log_is_not_continued() {
        assertThat(Logs.verifySealed(log, today.toArray(Checkpoint[]::new)).problems())
                .isNotEmpty();
        assertThatThrownBy(() -> append(log, "after", today.toArray(Checkpoint[]::new)))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("put back to an older state");
        assertThat(Logs.texts(log)).containsExactly("yesterday");
    }

    @Test
    void a_day_that_the_audit_keys_holder_writes_anew_is_intact_but_for_the_anchor() {
        append(log, "after");
        append(log, "and after that");
        AuditCheckpoints.make(log, Logs.SIGNER, options());

        assertThat(Logs.verifySealed(log).problems()).isEmpty();
        assertThat(Logs.verifySealed(log, today.toArray(Checkpoint[]::new)).problems())
                .isNotEmpty();
    }

    @Test
    void of_two_sealed_ends_either_is_intact_until_one_is_anchored() throws IOException {
        Path other = temp.resolve("other");
        copy(log, other);
        append(log, "one end");
        append(other, "another end");

        assertThat(Logs.verifySealed(log).problems()).isEmpty();
        assertThat(Logs.verifySealed(other).problems()).isEmpty();
        Checkpoint[] anchor = AuditReader.lastCheckpoints(log).toArray(Checkpoint[]::new);
        assertThat(Logs.verifySealed(log, anchor).problems()).isEmpty();
        assertThat(Logs.verifySealed(other, anchor).problems()).isNotEmpty();
    }

    @Test
    void keys_and_log_that_are_put_back_together_have_both_forgotten() throws IOException {
        Path keys = temp.resolve("keys");
        Path logOfKeys = temp.resolve("log-of-keys");
        KeyId key = new KeyId("mine");
        try (KeyStore store = open(keys, logOfKeys)) {
            var unused = store.generate(KeyRequest.of(KeySpec.EC_P256, key.value()));
        }
        copy(keys, temp.resolve("older-keys"));
        copy(logOfKeys, temp.resolve("older-log"));
        try (KeyStore store = open(keys, logOfKeys)) {
            assertThat(store.compromise(key, CompromisedSince.UNKNOWN, "stolen").isComplete())
                    .isTrue();
        }
        replace(keys, temp.resolve("older-keys"));
        replace(logOfKeys, temp.resolve("older-log"));

        try (KeyStore store = open(keys, logOfKeys)) {
            assertThat(store.signer(key).sign(new byte[1]).value()).isNotEmpty();
        }
        assertThat(Logs.verifySealed(logOfKeys).problems()).isEmpty();
    }

    private static KeyStore open(Path keys, Path log) {
        return AuditedKeyStore.wrap(KeyStores.open(keys), Logs.open(log));
    }

    @Test
    void what_was_cut_off_and_kept_is_missed_when_it_is_deleted() throws IOException {
        append(log, "after");
        Path segment = ChainDirectory.of(log, 1).segment(2);
        Files.writeString(segment, "{\"seq\":6,\"pre", StandardOpenOption.APPEND);
        append(log, "and after that");
        Path torn = ChainDirectory.tornFile(segment, 1);
        assertThat(torn).exists();
        Files.delete(torn);

        assertThat(Logs.verifySealed(log).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("What was cut off after a crash is missing"));
    }
}
