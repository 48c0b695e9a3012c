package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.audit.AuditCheckpoints;
import dev.chancery.audit.AuditLog;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What `audit verify` and `audit check` are told to insist on: which log it is, and which witnesses have seen it. */
class AuditPinsTest {
    private static final long TIME = 1_700_000_000;

    @TempDir
    static Path directory;

    private static Shell shell;
    private static Path log;
    private static Path auditKey;
    private static Path receipt;
    private static String first;
    private static String second;
    private static String absent;

    @BeforeAll
    static void writeALogThatTwoOfThreeWitnessesHaveSeen() throws IOException, GeneralSecurityException {
        shell = new Shell(directory);
        shell.chancery("generate", "ecdsa", "mine").expect(ExitStatus.DONE);
        log = shell.file("log");
        auditKey = shell.makeAuditKey();
        shell.chancery("--audit", log, "--audit-key", auditKey, "sign", "--key", "mine", shell.write("message", "text"))
                .expect(ExitStatus.DONE);
        AuditSigner signer = AuditSigner.ofFile(auditKey);
        Checkpoint checkpoint =
                AuditCheckpoints.make(log, signer, AuditOptions.DEFAULT).get(0);
        Witness one = new Witness("one.example");
        Witness other = new Witness("other.example");
        first = one.key();
        second = other.key();
        absent = new Witness("absent.example").key();
        AuditCheckpoints.keep(
                log, signer, AuditOptions.DEFAULT, other.cosign(one.cosign(checkpoint, TIME), TIME + 100));
        receipt = shell.write(
                "receipt",
                String.join(
                                "\n",
                                audit("prove", log, "1/4")
                                        .expect(ExitStatus.DONE)
                                        .output()) + "\n");
    }

    private static Shell.Outcome audit(Object... arguments) {
        List<Object> all = new ArrayList<>(List.of("--audit-key", auditKey, "audit"));
        all.addAll(Arrays.asList(arguments));
        return shell.chancery(all.toArray());
    }

    // --- witnesses

    @Test
    void all_the_witnesses_that_are_named_must_have_cosigned_the_log() {
        assertThat(audit("verify", log, "--witness", first, "--witness", second)
                        .expect(ExitStatus.DONE)
                        .output())
                .anyMatch(line -> line.startsWith("witnessed by one.example up to record "))
                .anyMatch(line -> line.matches("witnessed by 2 of 2 up to record \\d+ of chain 0"));
        assertThat(audit("verify", log, "--witness", first, "--witness", absent)
                        .expect(ExitStatus.NEGATIVE)
                        .output())
                .contains("not witnessed by absent.example", "not witnessed by 2 of 2");
    }

    @Test
    void or_as_many_of_them_as_are_asked_for() {
        Object[] three = {"verify", log, "--witness", first, "--witness", absent, "--witness", second, "--quorum"};

        Map<String, Object> answer =
                Json.of(audit(and(three, "2", "--json")).expect(ExitStatus.DONE).raw());
        assertThat(answer)
                .containsEntry("quorum", 2L)
                .containsKey("log")
                .hasEntrySatisfying("witnessed", size -> assertThat((Long) size).isPositive());
        assertThat(Json.of(audit(and(three, "3", "--json"))
                        .expect(ExitStatus.NEGATIVE)
                        .raw()))
                .containsEntry("witnessed", 0L);
        audit(and(three, "4")).expectError(ExitStatus.USAGE, "from 1 to that of the distinct witnesses, which is 3");
        audit(and(three, "0")).expect(ExitStatus.USAGE);
    }

    private static Object[] and(Object[] arguments, Object... more) {
        List<Object> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(Arrays.asList(more));
        return all.toArray();
    }

    @Test
    void a_witness_that_is_named_twice_is_one() {
        audit("verify", log, "--witness", first, "--witness", first, "--quorum", "2")
                .expectError(ExitStatus.USAGE, "which is 1");
        audit("verify", log, "--quorum", "1").expectError(ExitStatus.USAGE, "which is 0");
    }

    @Test
    void a_receipt_has_the_time_at_which_so_many_had_seen_it() {
        String verificationKey =
                shell.chancery("--audit-key", auditKey, "audit", "key").line();
        Object[] check = {"check", receipt, "--key", verificationKey, "--witness", first, "--witness", second};
        assertThat(audit(and(check)).expect(ExitStatus.DONE).output())
                .contains("Seen by one.example, other.example at " + Instant.ofEpochSecond(TIME + 100) + ".");
        assertThat(Json.of(audit(and(check, "--quorum", "1", "--json"))
                        .expect(ExitStatus.DONE)
                        .raw()))
                .containsEntry("provenAt", Instant.ofEpochSecond(TIME).toString());
        assertThat(audit(and(check, "--witness", absent))
                        .expect(ExitStatus.NEGATIVE)
                        .output())
                .containsExactly(
                        "not proven: This receipt has no cosignatures of one.example, other.example, absent.example.");
        audit(and(check, "--witness", absent, "--quorum", "2")).expect(ExitStatus.DONE);
    }

    // --- changes that were cut off

    @Test
    void verify_intents_prints_the_changes_that_were_cut_off_and_no_others() {
        Path cut = shell.file("cut");
        try (AuditLog open = AuditLog.open(cut, AuditSigner.ofFile(auditKey))) {
            open.append(change(AuditEvent.CHANGE_INTENDED, "op-1", "intended"));
            open.append(change(AuditEvent.KEY_STATE_CHANGED, "op-1", "done"));
            open.append(change(AuditEvent.CHANGE_INTENDED, "op-2", "intended"));
        }

        assertThat(audit("verify", cut, "--intents").expect(ExitStatus.DONE).output())
                .singleElement()
                .satisfies(line -> assertThat(line).contains("op-2", "mine").doesNotContain("op-1"));
        assertThat(Json.of(
                        audit("verify", cut, "--json").expect(ExitStatus.DONE).raw()))
                .extractingByKey("intents")
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(1);
        assertThat(audit("verify", log, "--intents").expect(ExitStatus.DONE).output())
                .isEmpty();
    }

    private static AuditRecord change(AuditEvent event, String operation, String outcome) {
        return AuditRecord.builder(Instant.now(), event)
                .text("operation", "deactivate")
                .text("op_id", operation)
                .text("outcome", outcome)
                .text("key_id", "mine")
                .build();
    }

    // --- which log it is

    @Test
    void a_log_is_the_one_that_is_named() {
        String id = (String)
                Json.of(audit("verify", log, "--json").expect(ExitStatus.DONE).raw())
                        .get("log");
        audit("verify", log, "--log", id).expect(ExitStatus.DONE);
        assertThat(audit("verify", log, "--log", "0".repeat(32))
                        .expect(ExitStatus.NEGATIVE)
                        .output())
                .anyMatch(line -> line.contains("is not here: another is, " + id));
    }

    @Test
    void a_log_that_was_replaced_is_not_the_one_that_the_audit_key_has_kept_there() throws IOException {
        Path place = shell.file("place");
        shell.chancery("--audit", place, "--audit-key", auditKey, "list").expect(ExitStatus.DONE);
        audit("verify", place).expect(ExitStatus.DONE);
        Files.move(place, shell.file("away"));
        try (AuditLog another = AuditLog.open(place, AuditSigner.ofFile(auditKey))) {
            assertThat(another.id()).hasSize(32);
        }

        assertThat(audit("verify", place).expect(ExitStatus.NEGATIVE).output())
                .anyMatch(line -> line.contains("is not here: another is, "));
        audit("--new", "verify", place).expect(ExitStatus.DONE);
    }
}
