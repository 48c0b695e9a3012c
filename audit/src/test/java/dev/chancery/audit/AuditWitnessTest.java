package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.WitnessKey;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.receipt.Receipt;
import dev.chancery.audit.receipt.Receipts;
import dev.chancery.audit.witness.AuditWitness;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a witness has seen, nobody puts back; and a receipt has a time from it. */
@Timeout(60)
class AuditWitnessTest {
    @TempDir
    private Path temp;

    private Path log;
    private FakeWitness witness;

    @BeforeEach
    void writeALog() throws IOException {
        log = temp.resolve("log");
        write("one");
        witness = new FakeWitness("witness.example", ChainDirectory.of(log, 0).segment(1));
    }

    @AfterEach
    void close() {
        witness.close();
    }

    private void write(String text) {
        try (AuditLog open = Logs.open(log)) {
            open.append(Logs.record(text));
        }
    }

    private Checkpoint cosign(FakeWitness by) {
        return new AuditWitness(by.url(), by.key()).cosign(log, Logs.SIGNER, Logs.QUIET);
    }

    @Test
    void a_checkpoint_is_cosigned_kept_and_continued_with_a_proof() {
        Checkpoint first = cosign(witness);
        assertThat(first.cosignedBy(witness.key())).hasValue(Instant.ofEpochSecond(witness.time));
        assertThat(cosign(witness)).as("nothing is new").isEqualTo(first);
        for (int i = 0; i < 5; i++) {
            write("more-" + i);
            cosign(witness);
        }

        Checkpoint last = AuditWitness.lastCosigned(log, witness.key()).orElseThrow();
        assertThat(last.size()).isGreaterThan(first.size());
        assertThat(last.isSignedBy(Logs.SIGNER.verificationKey())).isTrue();
        assertThat(Logs.verifySealed(log, last).problems()).isEmpty();
        write("after");
        assertThat(Logs.verifySealed(log).problems()).isEmpty();
    }

    @Test
    void what_a_witness_has_seen_is_not_put_back() throws IOException {
        cosign(witness);
        Path own = ChainDirectory.of(log, 0).path();
        Path older = temp.resolve("older");
        copy(own, older);
        write("two");
        cosign(witness);
        for (Path file : list(own)) {
            Files.delete(file);
        }
        for (Path file : list(older)) {
            Files.copy(file, own.resolve(file.getFileName()));
        }
        write("three");

        assertThatThrownBy(() -> cosign(witness))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("put back to an older state");
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        for (Path file : list(from)) {
            Files.copy(file, to.resolve(file.getFileName()));
        }
    }

    @Test
    void each_answer_says_what_it_is() {
        witness.answer = 422;
        assertThatThrownBy(() -> cosign(witness))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("two logs");
        witness.answer = 404;
        assertThatThrownBy(() -> cosign(witness)).isInstanceOf(ConfigurationException.class);
        witness.answer = 503;
        assertThatThrownBy(() -> cosign(witness)).isInstanceOf(StoreUnavailableException.class);
        assertThat(AuditWitness.lastCosigned(log, witness.key())).isEmpty();
    }

    @Test
    void the_cosignature_of_another_is_none() throws IOException {
        try (FakeWitness other =
                new FakeWitness("witness.example", ChainDirectory.of(log, 0).segment(1))) {
            assertThatThrownBy(() -> new AuditWitness(witness.url(), other.key()).cosign(log, Logs.SIGNER, Logs.QUIET))
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining("not its own");
        }
    }

    @Test
    void a_receipt_is_proven_since_so_many_distinct_witnesses_saw_it() throws IOException {
        try (FakeWitness second =
                new FakeWitness("second.example", ChainDirectory.of(log, 0).segment(1))) {
            second.time = witness.time + 100;
            Checkpoint cosigned = cosign(witness);
            String text = cosigned.note().substring(0, cosigned.note().indexOf("\n\n") + 1);
            AuditCheckpoints.keep(log, Logs.SIGNER, Logs.QUIET, cosigned.withSignatures(second.cosign(text)));
            Receipt receipt = Receipt.parse(
                    Receipts.of(log, Logs.SIGNER.verificationKey(), 1, 2).toString());
            receipt.check(Logs.SIGNER.verificationKey(), Optional.empty());
            Instant now = Instant.now();
            WitnessKey one = witness.key();

            assertThat(receipt.provenAt(List.of(one), 1, now)).hasValue(Instant.ofEpochSecond(witness.time));
            assertThat(receipt.provenAt(List.of(one, one), 2, now))
                    .as("one witness is one")
                    .isEmpty();
            assertThat(receipt.provenAt(List.of(one), 1, Instant.ofEpochSecond(5)))
                    .as("of the future")
                    .isEmpty();
            assertThat(receipt.provenAt(List.of(), 0, now)).isEmpty();
        }
    }

    @Test
    void a_witness_under_two_names_is_one() {
        Checkpoint cosigned = cosign(witness);
        WitnessKey twice = witness.keyNamed("another.example");

        assertThat(twice).isEqualTo(witness.key()).hasSameHashCodeAs(witness.key());
        assertThat(cosigned.cosignedBy(twice)).isEmpty();
        Receipt receipt = Receipts.of(log, Logs.SIGNER.verificationKey(), 1, 2);
        assertThat(receipt.provenAt(List.of(witness.key(), twice), 2, Instant.now()))
                .isEmpty();
    }

    @Test
    void what_a_witness_has_cosigned_of_another_log_says_nothing_of_this_one() throws IOException {
        Path other = temp.resolve("other");
        for (int i = 0; i < 20; i++) {
            try (AuditLog open = Logs.open(other)) {
                open.append(Logs.record("other"));
            }
            AuditCheckpoints.make(other, Logs.SIGNER, Logs.QUIET);
        }
        Checkpoint ofOther =
                AuditCheckpoints.make(other, Logs.SIGNER, Logs.QUIET).get(0);
        String text = ofOther.note().substring(0, ofOther.note().indexOf("\n\n") + 1);
        String planted = ofOther.withSignatures(witness.cosign(text)).note();
        Files.writeString(
                ChainDirectory.checkpoints(ChainDirectory.of(log, 0).segment(1)),
                planted + "\n",
                StandardOpenOption.APPEND);

        assertThat(AuditWitness.lastCosigned(log, witness.key())).isEmpty();
        assertThat(cosign(witness).origin().log()).isNotEqualTo(ofOther.origin().log());
    }

    @Test
    void a_time_that_is_zero_is_none() {
        witness.time = 0;

        assertThatThrownBy(() -> cosign(witness)).isInstanceOf(IntegrityException.class);
    }
}
