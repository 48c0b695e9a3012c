package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignAndVerifyTest {

    @TempDir
    Path directory;

    private Shell shell;
    private Path message;
    private Path signature;

    @BeforeEach
    void oneKeyAndOneFile() throws IOException {
        shell = new Shell(directory);
        shell.chancery("generate", "ecdsa", "mine").expect(ExitStatus.DONE);
        message = shell.write("message", "to be signed");
        signature = shell.file("message.sig");
    }

    @Test
    void a_signature_goes_beside_the_file_and_is_valid() {
        assertThat(sign(message).line()).isEqualTo(signature + ": ECDSA_SHA256 by mine");
        assertThat(verify(message).expect(ExitStatus.DONE).line()).startsWith("valid, key mine (ACTIVE)");
        shell.chancery("public-key", "mine").expect(ExitStatus.DONE);
    }

    @Test
    void a_changed_message_is_answered_with_status_1() throws IOException {
        sign(message);
        shell.write("message", "to be Signed");
        assertThat(verify(message).expect(ExitStatus.NEGATIVE).line()).startsWith("not valid, key mine (ACTIVE)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "0\u0006\u0002\u0001\u0001\u0002\u0001\u0001"})
    void what_is_no_signature_is_answered_with_status_1(String bytes) throws IOException {
        Files.write(signature, bytes.getBytes(StandardCharsets.ISO_8859_1));
        verify(message).expect(ExitStatus.NEGATIVE);
    }

    @Test
    void a_signature_of_another_key_is_answered_with_status_1() {
        shell.chancery("generate", "ecdsa", "other").expect(ExitStatus.DONE);
        sign(message);
        shell.chancery("verify", "--key", "other", "--signature", signature, message)
                .expect(ExitStatus.NEGATIVE);
    }

    @Test
    void standard_input_and_output_carry_message_and_signature() throws IOException {
        Shell.Outcome signed = shell.chanceryWithInput("to be signed", "sign", "--key", "mine", "-");
        Files.write(signature, signed.expect(ExitStatus.DONE).raw().getBytes(StandardCharsets.ISO_8859_1));
        verify(message).expect(ExitStatus.DONE);
        shell.chanceryWithInput("to be signed", "verify", "--key", "mine", "--signature", signature, "-")
                .expect(ExitStatus.DONE);
        shell.chanceryWithInput(signed.raw(), "verify", "--key", "mine", "--signature", "-", message)
                .expect(ExitStatus.DONE);

        Shell.Outcome piped = shell.chancery("sign", "--key", "mine", "--out", "-", message);
        shell.chanceryWithInput(piped.raw(), "verify", "--key", "mine", "--signature", "-", message)
                .expect(ExitStatus.DONE);
    }

    @Test
    void p1363_is_another_way_to_write_the_same_and_is_never_mistaken_for_it() {
        shell.chancery("sign", "--key", "mine", "--encoding", "p1363", message).expect(ExitStatus.DONE);
        assertThat(signature).hasSize(64);
        shell.chancery("verify", "--key", "mine", "--encoding", "p1363", "--signature", signature, message)
                .expect(ExitStatus.DONE);
        verify(message).expect(ExitStatus.NEGATIVE);
    }

    @Test
    void json_says_what_was_done() {
        assertThat(Json.of(shell.chancery("sign", "--key", "mine", "--json", message)
                        .raw()))
                .containsEntry("id", "mine")
                .containsEntry("algorithm", "ECDSA_SHA256")
                .containsEntry("encoding", "der")
                .containsEntry("signatureFile", signature.toString());
        assertThat(Json.of(shell.chancery("verify", "--key", "mine", "--signature", signature, "--json", message)
                        .raw()))
                .containsEntry("valid", true)
                .containsEntry("status", "VALID")
                .containsEntry("id", "mine")
                .containsEntry("state", "ACTIVE");
        shell.chancery("generate", "ecdsa", "other").expect(ExitStatus.DONE);
        assertThat(Json.of(shell.chancery("verify", "--key", "other", "--signature", signature, "--json", message)
                        .expect(ExitStatus.NEGATIVE)
                        .raw()))
                .containsEntry("valid", false)
                .containsEntry("status", "INVALID");
    }

    @Test
    void a_rings_name_signs_with_its_current_key_and_verifies_with_all() {
        shell.chancery("generate", "ecdsa", "first", "--ring", "release").expect(ExitStatus.DONE);
        for (String option : new String[] {"--key", "--ring"}) {
            assertThat(shell.chancery("sign", option, "release", message).line())
                    .endsWith("by first");
            assertThat(shell.chancery("verify", option, "release", "--signature", signature, message)
                            .expect(ExitStatus.DONE)
                            .line())
                    .startsWith("valid, key first");
        }
    }

    @Test
    void without_a_key_the_configuration_decides() throws IOException {
        shell.chancery("sign", message)
                .expectError(ExitStatus.USAGE, "CRYPTO_CURRENT_KEY_ID", "CHANCERY_RING", "name the key");
        Path env = shell.write(".env", "CRYPTO_CURRENT_KEY_ID=mine\n");
        assertThat(shell.chancery("--env-file", env, "sign", message).line()).endsWith("by mine");
        shell.chancery("verify", "--env-file", env, "--signature", signature, message)
                .expect(ExitStatus.DONE);
        Path wrong = shell.write("wrong.env", "CRYPTO_CURRENT_KEY_ID=gone\n");
        shell.chancery("--env-file", wrong, "sign", message).expectError(ExitStatus.FAILED, "gone", "chancery list");
    }

    @Test
    void an_algorithm_must_fit_the_key() {
        shell.chancery("sign", "--key", "mine", "--algorithm", "ecdsa_sha512", message)
                .expect(ExitStatus.DONE);
        verify(message).expect(ExitStatus.NEGATIVE);
        shell.chancery("verify", "--key", "mine", "--algorithm", "ECDSA_SHA512", "--signature", signature, message)
                .expect(ExitStatus.DONE);
        shell.chancery("sign", "--key", "mine", "--algorithm", "ED25519", message)
                .expectError(ExitStatus.FAILED, "ED25519");
        shell.chancery("sign", "--key", "mine", "--algorithm", "MD5", message)
                .expectError(ExitStatus.USAGE, "MD5", "ECDSA_SHA256");
    }

    @Test
    void the_signed_file_is_never_overwritten() throws IOException {
        Path link = Files.createSymbolicLink(shell.file("link"), message);
        shell.chancery("sign", "--key", "mine", "--out", message, message).expectError(ExitStatus.USAGE, "--out");
        shell.chancery("sign", "--key", "mine", "--out", link, message).expectError(ExitStatus.USAGE, "--out");
        assertThat(message).hasContent("to be signed");
    }

    @Test
    void an_output_that_cannot_be_written_is_a_failure_and_leaves_nothing() {
        shell.chancery("sign", "--key", "mine", "--out", shell.file("none/sig"), message)
                .expectError(ExitStatus.FAILED, "none/sig", "directory does not exist");
        shell.chancery("sign", "--key", "mine", "--out", directory, message)
                .expectError(ExitStatus.FAILED, "it is a directory");
        shell.chancery("sign", "--key", "mine", "--out", "/dev/full", message).expectError(ExitStatus.FAILED);
        assertThat(directory).isDirectoryContaining(path -> path.equals(message));
        assertThat(directory).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
    }

    @Test
    void a_message_or_signature_that_cannot_be_read_is_a_failure() throws IOException {
        shell.chancery("sign", "--key", "mine", shell.file("none")).expectError(ExitStatus.FAILED, "There is no file");
        shell.chancery("sign", "--key", "mine", directory).expectError(ExitStatus.FAILED, "it is a directory");
        verify(message).expectError(ExitStatus.FAILED, "There is no file", "message.sig");
        Files.write(signature, new byte[100_000]);
        verify(message).expectError(ExitStatus.FAILED, "larger than 65536 bytes");
    }

    @Test
    void what_cannot_be_meant_is_refused() {
        assertThat(shell.chancery("sign", "--key", "mine", "--json", "-")
                        .expect(ExitStatus.USAGE)
                        .errors())
                .contains("--json", "--out");
        shell.chancery("verify", "--key", "mine", "--signature", "-", "-")
                .expectError(ExitStatus.USAGE, "standard input");
        shell.chancery("verify", "--key", "mine", message).expectError(ExitStatus.USAGE, "--signature");
        shell.chancery("sign", "--key", "mine", "--ring", "release", message)
                .expectError(ExitStatus.USAGE, "mutually exclusive");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../escape", "a/b", "line\nbreak", "esc\u001b[31m", "nul\u0000", "Upper", ""})
    void a_key_that_cannot_exist_is_a_usage_error_with_no_control_character_in_it(String id) {
        Shell.Outcome outcome = shell.chancery("sign", "--key", id, message).expectError(ExitStatus.USAGE);
        assertThat(outcome.errors().strip().chars()).noneMatch(Character::isISOControl);
    }

    @Test
    void a_key_that_does_not_exist_is_a_failure_that_says_how_to_find_those_that_do() {
        shell.chancery("sign", "--key", "other", message).expectError(ExitStatus.FAILED, "other", "chancery list");
    }

    private Shell.Outcome sign(Path file) {
        return shell.chancery("sign", "--key", "mine", file).expect(ExitStatus.DONE);
    }

    private Shell.Outcome verify(Path file) {
        return shell.chancery("verify", "--key", "mine", "--signature", signature, file);
    }
}
