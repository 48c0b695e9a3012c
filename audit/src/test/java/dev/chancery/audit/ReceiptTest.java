package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.VerificationKey;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.receipt.Receipt;
import dev.chancery.audit.receipt.Receipts;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recipient who has neither the log nor its key checks one record. */
class ReceiptTest {
    private static final VerificationKey KEY = Logs.SIGNER.verificationKey();

    @TempDir
    private static Path written;

    @TempDir
    private Path temp;

    private Path log;

    /** Heads at sizes about powers of two; the first line opens the segment. */
    @BeforeAll
    static void writeAndCheckpointAtManySizes() {
        int there = 1;
        for (int size : new int[] {2, 3, 4, 7, 8, 9, 31, 32, 33}) {
            try (AuditLog open = Logs.open(written)) {
                for (; there < size; there++) {
                    open.append(AuditRecord.builder(Instant.now(), AuditEvent.SIGNATURE_GENERATED)
                            .text("fingerprint", "f".repeat(64))
                            .text("algorithm", "ECDSA_SHA256")
                            .text("digest", "sha256:" + there)
                            .text("signature_sha256", "s" + there)
                            .build());
                }
            }
            AuditCheckpoints.make(written, Logs.SIGNER, Logs.QUIET);
        }
    }

    @BeforeEach
    void copy() throws IOException {
        log = temp.resolve("log");
        try (Stream<Path> files = Files.walk(written)) {
            for (Path file : files.toList()) {
                Files.copy(file, log.resolve(written.relativize(file).toString()));
            }
        }
    }

    private List<byte[]> lines(int chain) throws IOException {
        List<byte[]> lines = new ArrayList<>();
        for (String line : Files.readAllLines(ChainDirectory.of(log, chain).segment(1))) {
            lines.add((line + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        return lines;
    }

    @Test
    void each_record_is_proven_by_the_rfc_alone_in_less_than_8_kb() throws IOException {
        List<byte[]> lines = lines(1);
        for (int sequence = 1; sequence <= lines.size(); sequence++) {
            String receipt = Receipts.of(log, KEY, 1, sequence).toString();

            assertThat(receipt.length()).isLessThan(8 << 10);
            String[] proofs = receipt.split("\n\n(?=c2sp.org/tlog-proof@v1\n)");
            assertThat(proofs).hasSize(2);
            assertThat(entry(proofs[0])).isEqualTo(lines.get(sequence - 1));
            for (String proof : proofs) {
                assertThat(rootFrom(proof)).isEqualTo(checkpoint(proof)[2]);
            }
            assertThat(new String(entry(proofs[1]), StandardCharsets.US_ASCII))
                    .contains("\"event\":\"CHAIN_HEAD\"")
                    .contains("\"size\":" + checkpoint(proofs[0])[1] + ",");
        }
    }

    private static byte[] entry(String proof) {
        return Base64.getDecoder()
                .decode(proof.lines().skip(1).findFirst().orElseThrow().substring("extra ".length()));
    }

    private static String[] checkpoint(String proof) {
        return proof.substring(proof.indexOf("\n\n") + 2).split("\n");
    }

    private static String rootFrom(String proof) {
        String[] head = proof.substring(0, proof.indexOf("\n\n")).split("\n");
        List<byte[]> path = new ArrayList<>();
        for (int i = 3; i < head.length; i++) {
            path.add(Base64.getDecoder().decode(head[i]));
        }
        int index = Integer.parseInt(head[2].substring("index ".length()));
        int size = Integer.parseInt(checkpoint(proof)[1]);
        return Base64.getEncoder().encodeToString(Rfc6962.rootFrom(entry(proof), index, size, path));
    }

    @Test
    void a_receipt_says_what_it_proves_and_of_which_signature() {
        Receipt receipt = Receipt.parse(Receipts.of(log, KEY, 1, 2).toString());

        Receipt.Checked checked = receipt.check(KEY, Optional.of(id()));

        assertThat(checked.sequence()).isEqualTo(2);
        assertThat(checked.record().event()).isEqualTo(AuditEvent.SIGNATURE_GENERATED);
        assertThat(checked.vouchesFor("f".repeat(64), "ECDSA_SHA256", "sha256:1", "s1"))
                .isTrue();
        assertThat(checked.vouchesFor("f".repeat(64), "ECDSA_SHA256", "sha256:1", "s2"))
                .isFalse();
        assertThat(checked.vouchesFor("e".repeat(64), "ECDSA_SHA256", "sha256:1", "s1"))
                .isFalse();
    }

    private String id() {
        return AuditReader.lastCheckpoints(log).get(0).origin().log();
    }

    @Test
    void another_key_another_log_and_any_change_are_refused() {
        String receipt = Receipts.of(log, KEY, 1, 2).toString();
        VerificationKey other = AuditSigner.of("tests", Logs.pair()).verificationKey();

        assertThatThrownBy(() -> Receipt.parse(receipt).check(other, Optional.empty()))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("not signed by");
        assertThatThrownBy(() -> Receipt.parse(receipt).check(KEY, Optional.of("0".repeat(32))))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("another log");
        for (int i = 0; i < receipt.length(); i += 7) {
            char changed = receipt.charAt(i) == 'A' ? 'B' : 'A';
            String tampered = receipt.substring(0, i) + changed + receipt.substring(i + 1);
            assertThatThrownBy(() -> Receipt.parse(tampered).check(KEY, Optional.empty()))
                    .as("character %s of %s", i, receipt)
                    .isInstanceOfAny(IntegrityException.class, ConfigurationException.class);
        }
    }

    @Test
    void what_no_head_covers_yet_is_told() {
        try (AuditLog open = Logs.open(log)) {
            open.append(Logs.record("new"));
        }

        assertThatThrownBy(() -> Receipts.of(
                        log, KEY, 1, Logs.chains(Logs.verify(log)).get(0).records()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("chancery audit checkpoint");
    }

    @Test
    void a_cache_that_is_gone_or_wrong_is_made_again() throws IOException {
        String before = Receipts.of(log, KEY, 1, 9).toString();
        Path tree = ChainDirectory.tree(ChainDirectory.of(log, 1).segment(1));
        Files.delete(tree);
        assertThat(Receipts.of(log, KEY, 1, 9)).hasToString(before);
        Files.write(tree, new byte[(int) Files.size(tree)]);
        assertThat(Receipts.of(log, KEY, 1, 9)).hasToString(before);
    }

    @Test
    void a_pipe_or_a_link_in_the_place_of_the_cache_is_neither_waited_for_nor_written_to() throws Exception {
        Path tree = ChainDirectory.tree(ChainDirectory.of(log, 1).segment(1));
        Files.delete(tree);
        Path elsewhere = Files.writeString(log.resolve("elsewhere"), "not the log's");
        Files.createSymbolicLink(tree, elsewhere);
        assertThatThrownBy(() -> Receipts.of(log, KEY, 1, 9)).hasMessageContaining("is no file");
        assertThat(elsewhere).hasContent("not the log's");
        Files.delete(tree);
        assertThat(new ProcessBuilder("mkfifo", tree.toString()).start().waitFor())
                .isZero();
        assertThatThrownBy(() -> Receipts.of(log, KEY, 1, 9)).hasMessageContaining("is no file");
    }

    @Test
    void a_record_that_was_changed_is_not_proven() throws IOException {
        Path segment = ChainDirectory.of(log, 1).segment(1);
        Files.writeString(segment, Files.readString(segment).replaceFirst("\"sha256:1\"", "\"sha256:X\""));

        assertThatThrownBy(() -> Receipts.of(log, KEY, 1, 2))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("cannot be proven");
    }
}
