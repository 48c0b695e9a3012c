package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each side makes a key, and each side verifies what the other has signed with it. */
class OpenSslTest {

    @TempDir
    Path directory;

    private Shell shell;

    @BeforeEach
    void message() throws IOException {
        shell = new Shell(directory);
        shell.write("message", "to be signed\n".repeat(1000));
        shell.write("tampered", "to be Signed\n".repeat(1000));
    }

    @ParameterizedTest
    @CsvSource({
        "RSA_2048, RSA_PSS_SHA256",
        "RSA_3072, RSA_PSS_SHA384",
        "RSA_4096, RSA_PSS_SHA512",
        "RSA_2048, RSA_PKCS1_SHA256",
        "RSA_2048, RSA_PKCS1_SHA384",
        "RSA_3072, RSA_PKCS1_SHA512",
        "EC_P256,  ECDSA_SHA256",
        "EC_P384,  ECDSA_SHA384",
        "EC_P384,  ECDSA_SHA256",
        "EC_P521,  ECDSA_SHA512",
        "ED25519,  ED25519",
    })
    void a_key_of_chancery_signs_for_both_and_verifies_for_both(String spec, String algorithm) throws IOException {
        shell.chancery("generate", "mine", "--spec", spec).expect(ExitStatus.DONE);
        eachVerifiesTheOther(algorithm);
    }

    @ParameterizedTest
    @CsvSource({
        "RSA_PSS_SHA256,   -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
        "RSA_PKCS1_SHA256, -algorithm RSA -pkeyopt rsa_keygen_bits:3072",
        "ECDSA_SHA256,     -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -pkeyopt ec_param_enc:named_curve",
        "ECDSA_SHA384,     -algorithm EC -pkeyopt ec_paramgen_curve:P-384",
        "ECDSA_SHA512,     -algorithm EC -pkeyopt ec_paramgen_curve:P-521",
        "ED25519,          -algorithm ED25519",
    })
    void a_key_of_openssl_in_a_directory_signs_for_both_and_verifies_for_both(String algorithm, String options)
            throws IOException {
        opensslStore(options);
        assertThat(Json.of(shell.chancery("show", "mine", "--json")
                        .expect(ExitStatus.DONE)
                        .raw()))
                .containsEntry("origin", "FOREIGN");
        eachVerifiesTheOther(algorithm);
    }

    @ParameterizedTest
    @CsvSource({
        "RSA_PSS_SHA256, -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
        "ECDSA_SHA256,   -algorithm EC -pkeyopt ec_paramgen_curve:P-256",
        "ED25519,        -algorithm ED25519",
    })
    void an_encrypted_key_of_openssl_is_imported_and_signs_for_both(String algorithm, String options)
            throws IOException {
        shell.writeSecret("passphrase", "correct horse\n");
        openssl("genpkey " + options + " -aes256 -pass file:passphrase -out made-elsewhere.pem");
        shell.chancery(
                        "import",
                        "mine",
                        shell.file("made-elsewhere.pem"),
                        "--in-passphrase-file",
                        shell.file("passphrase"))
                .expect(ExitStatus.DONE);
        eachVerifiesTheOther(algorithm);
    }

    private void opensslStore(String options) throws IOException {
        Files.createDirectory(
                shell.store(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createDirectory(shell.file("keys/private"));
        Files.createDirectory(shell.file("keys/public"));
        openssl("genpkey " + options + " -out keys/private/mine.pem");
        openssl("pkey -in keys/private/mine.pem -pubout -out keys/public/mine.pub");
    }

    private void eachVerifiesTheOther(String algorithm) throws IOException {
        Files.writeString(
                shell.file("public.pem"),
                shell.chancery("public-key", "mine").expect(ExitStatus.DONE).raw());

        shell.chancery(
                        "sign",
                        "--key",
                        "mine",
                        "--algorithm",
                        algorithm,
                        "--out",
                        shell.file("ours.sig"),
                        shell.file("message"))
                .expect(ExitStatus.DONE);
        assertThat(opensslVerifies(algorithm, "ours.sig", "message")).isTrue();
        assertThat(opensslVerifies(algorithm, "ours.sig", "tampered")).isFalse();

        opensslSigns(algorithm, "theirs.sig");
        chanceryVerifies(algorithm, "theirs.sig", "message").expect(ExitStatus.DONE);
        chanceryVerifies(algorithm, "theirs.sig", "tampered").expect(ExitStatus.NEGATIVE);
    }

    private Shell.Outcome chanceryVerifies(String algorithm, String signature, String file) {
        return shell.chancery(
                "verify",
                "--key",
                "mine",
                "--algorithm",
                algorithm,
                "--signature",
                shell.file(signature),
                shell.file(file));
    }

    private boolean opensslVerifies(String algorithm, String signature, String file) {
        Stream<String> command = algorithm.equals("ED25519")
                ? Stream.of(
                        "openssl",
                        "pkeyutl",
                        "-verify",
                        "-rawin",
                        "-pubin",
                        "-inkey",
                        "public.pem",
                        "-sigfile",
                        signature,
                        "-in",
                        file)
                : Stream.of(dgst(algorithm), List.of("-verify", "public.pem", "-signature", signature, file))
                        .flatMap(List::stream);
        return shell.attempt(command.toArray()).status() == 0;
    }

    private void opensslSigns(String algorithm, String signature) {
        // The store's own file: what Chancery wrote, OpenSSL signs with.
        String key = "keys/private/mine.pem";
        Stream<String> command = algorithm.equals("ED25519")
                ? Stream.of("openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key, "-out", signature, "-in", "message")
                : Stream.of(dgst(algorithm), List.of("-sign", key, "-out", signature, "message"))
                        .flatMap(List::stream);
        shell.program(command.toArray());
    }

    private static List<String> dgst(String algorithm) {
        String bits = algorithm.substring(algorithm.length() - 3);
        List<String> command = new ArrayList<>(List.of("openssl", "dgst", "-sha" + bits));
        if (algorithm.startsWith("RSA_PSS")) {
            int salt = Integer.parseInt(bits) / Byte.SIZE;
            command.addAll(List.of("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:" + salt));
        }
        return command;
    }

    private void openssl(String arguments) {
        shell.program(Stream.concat(Stream.of("openssl"), Stream.of(arguments.split(" ")))
                .toArray());
    }
}
