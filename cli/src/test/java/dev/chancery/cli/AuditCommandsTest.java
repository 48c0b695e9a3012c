package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.audit.AuditLog;
import dev.chancery.audit.AuditedKeyStore;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.caller.Caller;
import dev.chancery.cli.output.ExitStatus;
import dev.chancery.key.KeyId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** --audit, and the commands that look at what it wrote. */
class AuditCommandsTest {
    private static final String USER = System.getProperty("user.name");

    @TempDir
    Path directory;

    private Shell shell;
    private Path log;
    private Path segment;
    private Path auditKey;
    private Path message;

    @BeforeEach
    void oneKeyOneFileAndAnAuditKey() throws IOException {
        shell = new Shell(directory);
        shell.chancery("generate", "ecdsa", "mine").expect(ExitStatus.DONE);
        message = shell.write("message", "to be signed");
        log = shell.file("log");
        segment = log.resolve("chains/1/000001.jsonl");
        auditKey = shell.makeAuditKey();
    }

    // --- what others take, and what goes

    @Test
    void export_prints_every_record_in_the_form_that_is_asked_for() {
        audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);

        List<String> csv = shell.chancery("audit", "export", log, "--format", "csv")
                .expect(ExitStatus.DONE)
                .output();
        List<String> events = shell.chancery("audit", "export", log, "--format", "cloudevents")
                .expect(ExitStatus.DONE)
                .output();

        assertThat(csv).hasSize(6); // a header, and the log's birth besides what was done
        assertThat(events).hasSize(5).allMatch(line -> line.contains("\"specversion\":\"1.0\""));
        shell.chancery("audit", "export", log).expect(ExitStatus.USAGE);
    }

    @Test
    void retain_keeps_what_is_written_to_and_refuses_nonsense() {
        audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);

        assertThat(shell.chancery("audit", "retain", log, "--until", "2026-01-01", "--audit-key", auditKey)
                        .expect(ExitStatus.DONE)
                        .output())
                .isEmpty();
        shell.chancery("audit", "retain", log, "--until", "yesterday", "--audit-key", auditKey)
                .expect(ExitStatus.USAGE);
        shell.chancery("audit", "retain", log, "--audit-key", auditKey).expect(ExitStatus.USAGE);
        assertThat(verify().expect(ExitStatus.DONE).output()).startsWith("intact");
    }

    // --- what is put on record

    @Test
    void a_signature_is_on_record_with_the_command_and_the_user_and_the_log_verifies() {
        Shell.Outcome signed = audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        assertThat(signed.errors().lines()).allMatch(Shell::isProgress);

        assertThat(events())
                .containsExactly(
                        "SEGMENT_OPENED", "SEGMENT_OPENED", "COMMAND_GIVEN", "KEY_USED", "SIGNATURE_GENERATED");
        assertThat(records("--caller", USER))
                .hasSize(3)
                .allSatisfy(record -> assertThat(record)
                        .containsEntry("user_id", USER)
                        .hasEntrySatisfying(
                                "user_agent",
                                agent -> assertThat(agent).asString().startsWith("chancery-cli/")));
        assertThat(records("--event", "command_given").get(0)).containsEntry("operation", "sign");
        assertThat(verify().expect(ExitStatus.DONE).output())
                .startsWith("intact")
                .anyMatch(line -> line.startsWith("signatures checked with chancery-audit+"))
                .contains("seals of all lines checked with the audit key")
                .contains("chain 1: consistent up to record 4, signed up to record 4, end not provable")
                .anyMatch(line -> line.matches("SIGNATURE_GENERATED +1"))
                .anyMatch(line -> line.matches("all +5"));
    }

    @Test
    void as_names_who_it_is_for_and_keeps_the_operating_systems_user() {
        audited("sign", "--as", "alice", "--key", "mine", message).expect(ExitStatus.DONE);
        assertThat(records("--caller", "alice"))
                .hasSize(3)
                .allSatisfy(record -> assertThat(record).containsEntry("user_id", "alice (" + USER + ")"));
        audited("sign", "--as", "a".repeat(257), "--key", "mine", message)
                .expectError(ExitStatus.USAGE, "--as", "256 characters");
        audited("sign", "--as", " ", "--key", "mine", message).expectError(ExitStatus.USAGE, "--as");
    }

    @Test
    void a_change_is_on_record_with_its_reason() {
        audited("suspend", "mine", "--reason", "key ceremony").expect(ExitStatus.DONE);
        assertThat(records("--event", "KEY_STATE_CHANGED", "--key-id", "mine"))
                .singleElement()
                .satisfies(record -> assertThat(record).containsEntry("reason", "key ceremony"));
        assertThat(records("--event", "COMMAND_GIVEN"))
                .singleElement()
                .satisfies(record -> assertThat(record).containsEntry("reason", "key ceremony"));
        audited("sign", "--key", "mine", message).expectError(ExitStatus.FAILED, "mine");
        assertThat(records("--event", "DENIED")).hasSize(1);
        verify().expect(ExitStatus.DONE);
    }

    @Test
    void every_command_may_give_a_reason() {
        audited("--reason", "release\n2.1", "sign", "--key", "mine", message).expect(ExitStatus.DONE);
        audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        assertThat(records("--event", "COMMAND_GIVEN"))
                .extracting(record -> record.get("reason"))
                .containsExactly("release\n2.1", null);
    }

    @Test
    void a_command_that_opens_no_store_is_on_record_by_its_whole_name() {
        audited("policy", "show").expect(ExitStatus.DONE);
        audited("ring", "list").expect(ExitStatus.DONE);
        audited("sign", "--help").expect(ExitStatus.DONE);
        assertThat(records("--event", "COMMAND_GIVEN"))
                .extracting(record -> record.get("operation"))
                .containsExactly("policy show", "ring list");
    }

    /** {@code -Dchancery.commands=10000} makes it the long form. */
    @Test
    void commands_make_one_chain() {
        int commands = Integer.getInteger("chancery.commands", 10);
        for (int i = 0; i < commands; i++) {
            audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        }
        long each = commands;
        assertThat(log.resolve("chains"))
                .isDirectoryNotContaining(chain -> !chain.endsWith("0") && !chain.endsWith("1"));
        assertThat(Json.of(verify("--json").expect(ExitStatus.DONE).raw()))
                .containsEntry("intact", true)
                .containsEntry("signaturesChecked", true)
                .containsEntry("sealsChecked", true)
                .containsEntry("records", 2 + 3 * each)
                .extractingByKey("counts")
                .isEqualTo(Map.of(
                        "SEGMENT_OPENED", 2L, "COMMAND_GIVEN", each, "KEY_USED", each, "SIGNATURE_GENERATED", each));
    }

    @Test
    void the_environment_names_log_and_key_as_well() throws IOException {
        Path env = shell.write("env", "CHANCERY_AUDIT=" + log + "\nCHANCERY_AUDIT_KEY=" + auditKey + "\n");
        shell.chancery("--env-file", env, "sign", "--key", "mine", message).expect(ExitStatus.DONE);
        verify().expect(ExitStatus.DONE);
        Path anchors = shell.file("anchors");
        Path anchored = shell.write(
                "anchored",
                "CHANCERY_AUDIT_KEY=" + auditKey + "\nCHANCERY_ANCHOR=" + anchors + "\nCHANCERY_AUDIT=" + log + "\n");
        shell.chancery("--env-file", anchored, "policy", "show").expect(ExitStatus.DONE);
        assertThat(verify("--anchor", anchors).expect(ExitStatus.DONE).output())
                .anyMatch(line -> line.startsWith("chain 1: ") && line.contains("the anchor proves"));
        Path empty = shell.write("empty", "CHANCERY_AUDIT=\n");
        shell.chancery("--env-file", empty, "sign", "--key", "mine", message).expect(ExitStatus.DONE);
        assertThat(events()).hasSize(6);
    }

    @Test
    void without_audit_nothing_of_it_is_loaded() {
        assertThat(loadedBy("sign", "--key", "mine", message))
                .anyMatch(line -> line.contains(" dev.chancery.cli.keys.SignCommand "))
                .noneMatch(line -> line.contains(" dev.chancery.audit."))
                .noneMatch(line -> line.contains(" dev.chancery.cli.audit.AuditVerifyCommand "));
    }

    @Test
    void without_json_in_keys_or_answer_no_jackson_is_loaded() {
        assertThat(loadedBy("policy", "show"))
                .anyMatch(line -> line.contains(" dev.chancery.cli.store.PolicyCommand "))
                .noneMatch(line -> line.contains(" com.fasterxml.jackson."))
                .noneMatch(line -> line.contains(" dev.chancery.audit."));
    }

    /** What a JVM of its own loads. */
    private List<String> loadedBy(Object... arguments) {
        List<Object> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xlog:class+load",
                "-cp",
                System.getProperty("java.class.path"),
                Chancery.class.getName(),
                "--store",
                shell.store()));
        command.addAll(List.of(arguments));
        return shell.program(command.toArray()).output();
    }

    @Test
    void on_whose_behalf_without_a_log_is_warned_about() {
        Shell.Outcome signed = shell.chancery("--as", "alice", "sign", "--key", "mine", message);

        signed.expect(ExitStatus.DONE).expectError(ExitStatus.DONE, "warning: --as", "--audit");
    }

    // --- the audit key

    @Test
    void the_users_own_audit_key_is_made_on_first_use_with_one_hint() throws IOException {
        Path env = shell.write("env", "CHANCERY_AUDIT=" + log + "\nXDG_CONFIG_HOME=" + shell.file("config") + "\n");
        Path own = shell.file("config/chancery/audit-key.pem");
        shell.chancery("--env-file", env, "audit", "key").expectError(ExitStatus.USAGE, own.toString(), "--audit");

        Shell.Outcome first = shell.chancery("--env-file", env, "sign", "--key", "mine", message);
        first.expect(ExitStatus.DONE).expectError(ExitStatus.DONE, "hint: ", own.toString(), "--audit-key");
        assertThat(Files.getPosixFilePermissions(own)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        Shell.Outcome second = shell.chancery("--env-file", env, "sign", "--key", "mine", message);
        assertThat(second.expect(ExitStatus.DONE).errors().lines()).allMatch(Shell::isProgress);

        String key = shell.chancery("--env-file", env, "audit", "key").line();
        assertThat(Files.readString(own.resolveSibling("audit-key.pem.vkey"))).isEqualTo(key + "\n");
        assertThat(shell.chancery("--env-file", env, "audit", "verify", log).output())
                .contains("signatures checked with " + key);
    }

    @Test
    void an_audit_key_that_is_named_and_not_there_is_not_made() {
        shell.chancery("--audit", log, "--audit-key", shell.file("none.pem"), "sign", "--key", "mine", message)
                .expectError(ExitStatus.USAGE, "none.pem", "openssl genpkey");
        assertThat(shell.file("none.pem")).doesNotExist();
        assertThat(shell.file("message.sig")).doesNotExist();
    }

    @Test
    void without_an_audit_key_verify_says_that_signatures_were_not_checked() throws IOException {
        audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        Path env = shell.write("env", "XDG_CONFIG_HOME=" + shell.file("nothing") + "\n");
        assertThat(shell.chancery("--env-file", env, "audit", "verify", log)
                        .expect(ExitStatus.DONE)
                        .output())
                .anyMatch(line -> line.startsWith("signatures not checked") && line.contains("--key"));
        assertThat(Json.of(shell.chancery("--env-file", env, "audit", "verify", log, "--json")
                        .raw()))
                .containsEntry("signaturesChecked", false);
    }

    @Test
    void the_verification_key_is_given_as_text_or_in_a_file_and_another_one_fits_not() throws IOException {
        audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        String key = shell.chancery("--audit-key", auditKey, "audit", "key").line();
        Path file = shell.write("key", key + "\n");
        shell.chancery("audit", "verify", log, "--key", key).expect(ExitStatus.DONE);
        shell.chancery("audit", "verify", log, "--key", file).expect(ExitStatus.DONE);
        shell.chancery("audit", "verify", log, "--key", "nonsense").expectError(ExitStatus.USAGE, "name+hash+key");

        String other =
                AuditSigner.create(shell.file("other.pem")).verificationKey().toString();
        assertThat(shell.chancery("audit", "verify", log, "--key", other)
                        .expect(ExitStatus.NEGATIVE)
                        .output())
                .startsWith("not intact")
                .anyMatch(line -> line.contains("000001.checkpoints"));
    }

    @Test
    void a_log_of_another_audit_key_is_left_alone() throws IOException {
        audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        Files.delete(shell.file("message.sig"));
        Path other = shell.file("other.pem");
        AuditSigner.create(other);

        shell.chancery("--audit", log, "--audit-key", other, "sign", "--key", "mine", message)
                .expectError(ExitStatus.USAGE, "is kept with the audit key", "--audit-key");
        shell.chancery("audit", "checkpoint", log, "--audit-key", other)
                .expectError(ExitStatus.USAGE, "is kept with the audit key");
        assertThat(shell.file("message.sig")).doesNotExist();
        verify().expect(ExitStatus.DONE);
    }

    @Test
    void no_audit_key_is_made_for_a_log_that_has_one() throws IOException {
        audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        Path env = shell.write("env", "XDG_CONFIG_HOME=" + shell.file("config") + "\n");
        shell.chancery("--env-file", env, "audit", "checkpoint", log).expectError(ExitStatus.USAGE, "--audit-key");
        shell.chancery("--env-file", env, "audit", "retain", log, "--until", "2026-01-01")
                .expectError(ExitStatus.USAGE, "--audit-key");
        assertThat(shell.file("config")).doesNotExist();
    }

    // --- what cannot be put on record

    @Test
    void a_log_that_cannot_be_written_refuses_the_signature() throws IOException {
        Files.writeString(log, "a file");
        audited("sign", "--key", "mine", message)
                .expectError(ExitStatus.FAILED, "audit log", log + " is there and is no directory");
        assertThat(shell.file("message.sig")).doesNotExist();
    }

    @Test
    void a_chain_that_lost_records_is_left_to_the_investigation_and_another_begins_with_that() throws IOException {
        audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        List<String> lines = Files.readAllLines(segment);
        Files.write(segment, lines.subList(0, 2));
        audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        assertThat(records("--event", "LOG_LOST"))
                .singleElement()
                .satisfies(record -> assertThat(record.get("reason")).asString().contains("audit verify"));
        assertThat(Files.readAllLines(segment)).hasSize(2);
        assertThat(verify().expect(ExitStatus.NEGATIVE).output()).startsWith("not intact");
    }

    @Test
    void a_key_is_taken_out_of_service_whatever_becomes_of_the_log() throws IOException {
        Files.writeString(log, "a file");
        assertThat(audited("suspend", "mine").expect(ExitStatus.DONE).errors())
                .contains("chancery: warning: ")
                .containsAnyOf("may not be on record", "not on record yet");
        assertThat(Json.of(shell.chancery("show", "mine", "--json").raw())).containsEntry("state", "SUSPENDED");
        audited("resume", "mine").expectError(ExitStatus.FAILED, "audit log");
        assertThat(audited("compromise", "mine").expect(ExitStatus.DONE).errors())
                .containsAnyOf("may not be on record", "not on record yet");
        assertThat(Json.of(shell.chancery("show", "mine", "--json").raw())).containsEntry("state", "COMPROMISED");
    }

    // --- verify

    @Test
    void a_flipped_byte_is_answered_with_status_1_and_its_line() throws IOException {
        audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        byte[] bytes = Files.readAllBytes(segment);
        int third = new String(bytes, StandardCharsets.US_ASCII).indexOf("KEY_USED");
        bytes[third] ^= 1;
        Files.setPosixFilePermissions(segment, PosixFilePermissions.fromString("rw-------"));
        Files.write(segment, bytes);

        assertThat(verify().expect(ExitStatus.NEGATIVE).output())
                .startsWith("not intact")
                .anyMatch(line -> line.startsWith(segment + ", line 3: "));
        Map<String, Object> json =
                Json.of(verify("--json").expect(ExitStatus.NEGATIVE).raw());
        assertThat(json).containsEntry("intact", false);
        assertThat(maps(json.get("problems")))
                .anySatisfy(problem -> assertThat(problem)
                        .containsEntry("file", segment.toString())
                        .containsEntry("line", 3L)
                        .containsKey("what"));
        shell.chancery("audit", "show", log).expectError(ExitStatus.FAILED, segment.toString(), "line 3");
    }

    @Test
    void a_checkpoint_that_was_kept_proves_the_end_until_something_is_cut_off() throws IOException {
        audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        Path anchor = shell.write(
                "anchor",
                audited("audit", "checkpoint", log).expect(ExitStatus.DONE).output().stream()
                        .reduce("", (text, line) -> text + line + "\n"));
        assertThat(verify("--anchor", anchor).expect(ExitStatus.DONE).output())
                .anyMatch(line -> line.startsWith(
                        "chain 1: consistent up to record 4, signed up to record 4, and the anchor proves"));

        audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        assertThat(verify("--anchor", anchor).expect(ExitStatus.DONE).output())
                .contains(
                        "chain 1: consistent up to record 7, signed up to record 7, end not provable behind the anchor's record 4");

        Files.delete(segment.resolveSibling("000001.checkpoints"));
        List<String> lines = Files.readAllLines(segment);
        Files.write(segment, lines.subList(0, 3));
        assertThat(verify("--anchor", anchor).expect(ExitStatus.NEGATIVE).output())
                .startsWith("not intact");
    }

    @Test
    void a_checkpoint_covers_what_a_killed_process_left() throws IOException {
        audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        Files.delete(segment.resolveSibling("000001.checkpoints"));
        assertThat(shell.chancery("audit", "checkpoint", log, "--audit-key", auditKey)
                        .expect(ExitStatus.DONE)
                        .output())
                .as("the number of the last record")
                .contains("4");
    }

    @Test
    void a_directory_without_a_log_is_a_usage_error_and_stays_empty() {
        for (String command : List.of("verify", "show", "stats", "checkpoint")) {
            shell.chancery("audit", command, directory, "--audit-key", auditKey)
                    .expectError(ExitStatus.USAGE, "no audit log");
        }
        shell.chancery("audit").expectError(ExitStatus.USAGE, "audit verify");
        assertThat(directory.resolve("chains")).doesNotExist();
    }

    @Test
    void a_log_that_was_emptied_or_replaced_is_noticed_and_begun_anew_only_on_request() throws IOException {
        audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        Files.move(log, shell.file("away"));

        audited("sign", "--key", "mine", message).expectError(ExitStatus.FAILED, "is not in " + log, "there is none");
        assertThat(log.resolve("chains")).doesNotExist();
        audited("--new", "sign", "--key", "mine", message).expect(ExitStatus.DONE);
        audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        Files.move(log, shell.file("second"));
        Files.move(shell.file("away"), log);
        audited("sign", "--key", "mine", message).expectError(ExitStatus.FAILED, "another is");
    }

    @Test
    void the_audit_key_is_rotated_and_followed_only_on_request() {
        audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        String before = shell.chancery("--audit-key", auditKey, "audit", "key").line();
        Path other = shell.file("other.pem");
        AuditSigner.create(other);

        String after = audited("audit", "rotate-key", log, "--to", other)
                .expect(ExitStatus.DONE)
                .line();

        audited("sign", "--key", "mine", message).expectError(ExitStatus.USAGE, "is kept with the audit key");
        shell.chancery("--audit", log, "--audit-key", other, "sign", "--key", "mine", message)
                .expect(ExitStatus.DONE);
        shell.chancery("audit", "verify", log, "--key", after).expect(ExitStatus.DONE);
        assertThat(shell.chancery("audit", "verify", log, "--key", before)
                        .expect(ExitStatus.NEGATIVE)
                        .output())
                .anyMatch(line -> line.contains(after));
        shell.chancery("audit", "verify", log, "--key", before, "--follow").expect(ExitStatus.DONE);
    }

    @Test
    void impact_names_every_signature_of_a_key_and_the_report_of_a_compromise_names_impact() {
        audited("sign", "--as", "alice", "--key", "mine", message).expect(ExitStatus.DONE);
        audited("sign", "--as", "bob", "--key", "mine", message).expect(ExitStatus.DONE);
        assertThat(audited("compromise", "mine").expect(ExitStatus.DONE).output())
                .anyMatch(line -> line.startsWith("What it has signed: chancery audit impact " + log + " mine"));

        assertThat(audited("audit", "impact", log, "mine")
                        .expect(ExitStatus.DONE)
                        .output())
                .anyMatch(line -> line.contains("alice (") && line.contains("checkpointed") && line.contains("sha256:"))
                .contains("2 signatures");
        assertThat(Json.listOf(audited("audit", "impact", log, "mine", "--json").raw()))
                .hasSize(2)
                .allSatisfy(signature -> assertThat(signature).containsKeys("user_id", "digest", "signature_sha256"));
        assertThat(audited("audit", "impact", log, "mine", "--csv").output()).hasSize(3);
        audited("audit", "impact", log, "mien").expectError(ExitStatus.FAILED, "knows no key 'mien'");
        assertThat(audited("audit", "impact", log, "mine", "--since", "2100-01-01T00:00:00Z")
                        .output())
                .contains("0 signatures");
    }

    @Test
    void reconcile_finds_a_store_that_was_put_back_and_keys_that_the_log_knows_nothing_of() throws IOException {
        assertThat(audited("audit", "reconcile", log.resolveSibling("none")).status())
                .isEqualTo(ExitStatus.USAGE);
        audited("generate", "ecdsa", "known").expect(ExitStatus.DONE);
        assertThat(audited("audit", "reconcile", log)
                        .expect(ExitStatus.NEGATIVE)
                        .output())
                .containsExactly("mine: The log knows nothing of this key.");
        audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        audited("audit", "reconcile", log).expect(ExitStatus.DONE);

        audited("generate", "ecdsa", "gone").expect(ExitStatus.DONE);
        Path material = shell.file("keys/private/gone.pem");
        String copy = Files.readString(material);
        audited("deactivate", "gone").expect(ExitStatus.DONE);
        audited("destroy", "gone", "--yes").expect(ExitStatus.DONE);
        shell.writeSecret("keys/private/gone.pem", copy);
        assertThat(audited("audit", "reconcile", log)
                        .expect(ExitStatus.NEGATIVE)
                        .output())
                .singleElement()
                .asString()
                .contains("gone: It is destroyed, and its private half is still there.");
        Files.delete(material);

        Path record = shell.file("keys/known.json");
        String before = Files.readString(record);
        audited("suspend", "known").expect(ExitStatus.DONE);
        audited("compromise", "known").expect(ExitStatus.DONE);
        Files.writeString(record, before);

        assertThat(Json.listOf(audited("audit", "reconcile", log, "--json")
                        .expect(ExitStatus.NEGATIVE)
                        .raw()))
                .singleElement()
                .satisfies(difference -> assertThat(difference)
                        .containsEntry("key", "known")
                        .hasEntrySatisfying(
                                "what", what -> assertThat(what).asString().contains("as compromised since")));
    }

    @Test
    void reconcile_knows_a_compromise_in_a_copy_that_lies_elsewhere() {
        audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        Path copy = shell.file("copy");
        shell.program("cp", "-a", shell.file("keys"), copy);
        audited("compromise", "mine").expect(ExitStatus.DONE);

        assertThat(shell.chanceryElsewhere("--store", copy, "--audit-key", auditKey, "audit", "reconcile", log)
                        .expect(ExitStatus.NEGATIVE)
                        .output())
                .singleElement()
                .asString()
                .contains("mine: The log has this key as compromised");
    }

    @Test
    void a_witness_is_named_by_its_key_and_its_cosignature_is_asked_for() {
        audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        String key = "witness.example+1f0b2c3d+" + "A".repeat(44);
        audited("audit", "witness", log, "--url", "http://127.0.0.1:1", "--witness", key)
                .expectError(ExitStatus.USAGE, "name+hash+key");
        verify("--witness", key).expect(ExitStatus.USAGE);
        String genuine = "sigsum.org+8b2f1e0c+BA==";
        verify("--witness", genuine).expect(ExitStatus.USAGE);
    }

    // --- receipts

    @Test
    void a_receipt_proves_a_signature_to_who_has_only_the_verification_key() throws IOException {
        audited("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        String vkey = shell.chancery("--audit-key", auditKey, "audit", "key").line();
        audited("audit", "prove", log, "1/4").expectError(ExitStatus.USAGE, "audit checkpoint");
        audited("audit", "checkpoint", log).expect(ExitStatus.DONE);
        Path receipt = shell.write(
                "receipt",
                String.join(
                                "\n",
                                audited("audit", "prove", log, "1/4")
                                        .expect(ExitStatus.DONE)
                                        .output()) + "\n");

        assertThat(shell.chancery("audit", "check", receipt, "--key", vkey, "--signature", shell.file("message.sig"))
                        .expect(ExitStatus.DONE)
                        .output())
                .anyMatch(line -> line.startsWith("proven: record 4 of chancery/audit/"))
                .contains("event=SIGNATURE_GENERATED", "key_id=mine");
        assertThat(Json.of(shell.chancery("audit", "check", receipt, "--key", vkey, "--signature", message, "--json")
                        .expect(ExitStatus.NEGATIVE)
                        .raw()))
                .containsEntry("proven", false);
        shell.chancery("audit", "check", receipt, "--key", vkey, "--log", "0".repeat(32))
                .expect(ExitStatus.NEGATIVE);
        audited("audit", "prove", log, "four").expectError(ExitStatus.USAGE, "1/4");
        assertThat(Json.of(audited("audit", "prove", log, "1/2", "--json")
                        .expect(ExitStatus.DONE)
                        .raw()))
                .containsKey("receipt");
    }

    // --- show and stats

    @Test
    void show_filters_by_key_caller_event_and_time() {
        shell.chancery("generate", "ecdsa", "other").expect(ExitStatus.DONE);
        audited("sign", "--as", "alice", "--key", "mine", message).expect(ExitStatus.DONE);
        Instant between = Instant.parse(
                        (String) records("--caller", "alice").get(2).get("timestamp"))
                .plusNanos(1_000);
        audited("sign", "--as", "bob", "--key", "other", message).expect(ExitStatus.DONE);

        assertThat(records("--key-id", "mine")).hasSize(2);
        assertThat(records("--caller", "bob", "--key-id", "mine")).isEmpty();
        assertThat(records("--event", "SIGNATURE_GENERATED")).hasSize(2);
        assertThat(records("--event", "SIGNATURE_GENERATED", "--since", between))
                .extracting(record -> record.get("key_id"))
                .containsExactly("other");
        assertThat(records("--event", "SIGNATURE_GENERATED", "--until", between))
                .extracting(record -> record.get("key_id"))
                .containsExactly("mine");
        shell.chancery("audit", "show", log, "--since", "yesterday")
                .expectError(ExitStatus.USAGE, "--since", "2026-11-23T12:00:00Z");
        shell.chancery("audit", "show", log, "--event", "NOTHING").expectError(ExitStatus.USAGE, "KEY_USED");
    }

    @Test
    void a_record_is_one_line_whatever_a_caller_calls_itself() {
        audited("sign", "--as", "eve\n\u001b[2J\" outcome=done key_id=other", "--key", "mine", message)
                .expect(ExitStatus.DONE);
        List<String> lines = shell.chancery("audit", "show", log, "--event", "SIGNATURE_GENERATED")
                .expect(ExitStatus.DONE)
                .output();
        assertThat(lines).hasSize(1);
        assertThat(lines.get(0))
                .contains(" 1/4 unproven SIGNATURE_GENERATED operation=sign ")
                .contains("user_id=\"eve\\u000a\\u001b[2J\\\" outcome=done key_id=other (" + USER + ")\"");
    }

    @Test
    void a_hidden_caller_is_found_by_who_has_the_key() throws IOException {
        byte[] secret = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        AuditOptions hiding = AuditOptions.builder()
                .pseudonymKey(new SecretKeySpec(secret, "HmacSHA256"))
                .build();
        try (KeyStore store = AuditedKeyStore.wrap(
                        KeyStores.open(shell.store()), AuditLog.open(log, AuditSigner.ofFile(auditKey), hiding));
                Caller.Scope scope = Caller.of("alice").enter()) {
            store.signer(new KeyId("mine")).sign(message);
        }
        Path file = shell.writeSecret("hmac", new String(secret, StandardCharsets.US_ASCII));
        assertThat(records("--caller", "alice")).isEmpty();
        assertThat(records("--caller", "alice", "--hmac-key-file", file)).hasSize(2);
        assertThat(records("--caller", "bob", "--hmac-key-file", file)).isEmpty();
        shell.chancery("audit", "show", log, "--hmac-key-file", file).expectError(ExitStatus.USAGE, "--caller");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        shell.chancery("audit", "show", log, "--caller", "alice", "--hmac-key-file", file)
                .expectError(ExitStatus.FAILED, "chmod 600");
    }

    @Test
    void stats_count_events_keys_and_callers() {
        audited("sign", "--as", "alice", "--key", "mine", message).expect(ExitStatus.DONE);
        assertThat(Json.of(shell.chancery("audit", "stats", log, "--json").raw()))
                .containsEntry("records", 5L)
                .containsEntry("proofs", Map.of("unproven", 5L))
                .containsKeys("first", "last")
                .containsEntry("keys", Map.of("mine", 2L))
                .containsEntry("callers", Map.of("alice (" + USER + ")", 3L))
                .extractingByKey("events")
                .isEqualTo(
                        Map.of("SEGMENT_OPENED", 2L, "COMMAND_GIVEN", 1L, "KEY_USED", 1L, "SIGNATURE_GENERATED", 1L));
        assertThat(shell.chancery("audit", "stats", log).output())
                .anyMatch(line -> line.startsWith("5 records from "))
                .anyMatch(line -> line.matches("mine +2"))
                .anyMatch(line -> line.matches("alice .* +3"));
    }

    private Shell.Outcome audited(Object... arguments) {
        List<Object> all = new ArrayList<>(List.of("--audit", log, "--audit-key", auditKey));
        all.addAll(List.of(arguments));
        Shell.Outcome outcome = shell.chancery(all.toArray());
        Matcher atWork = Pattern.compile("Process ([0-9]+) goes on trying").matcher(outcome.errors());
        if (atWork.find()) { // on a busy machine
            ProcessHandle.of(Long.parseLong(atWork.group(1)))
                    .ifPresent(process -> process.onExit().join());
        }
        return outcome;
    }

    private Shell.Outcome verify(Object... options) {
        List<Object> all = new ArrayList<>(List.of("--audit-key", auditKey, "audit", "verify", log));
        all.addAll(List.of(options));
        return shell.chancery(all.toArray());
    }

    private List<Map<String, Object>> records(Object... filters) {
        List<Object> all = new ArrayList<>(List.of("audit", "show", log, "--json"));
        all.addAll(List.of(filters));
        return Json.listOf(shell.chancery(all.toArray()).expect(ExitStatus.DONE).raw()).stream()
                .map(stored -> map(stored.get("record")))
                .toList();
    }

    private List<Object> events() {
        return records().stream().map(record -> record.get("event")).toList();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> maps(Object value) {
        return (List<Map<String, Object>>) value;
    }
}
