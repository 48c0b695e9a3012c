package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures that say whose they are. Sigstore's own library, which npm brings, is asked, too. */
class SigstoreBundleTest {
    @TempDir
    Path directory;

    private Shell shell;
    private Path message;

    @BeforeEach
    void message() throws IOException {
        shell = new Shell(directory);
        message = shell.write("contract.txt", "Pay 100 to Alice");
    }

    @ParameterizedTest
    @CsvSource({"EC_P256, SHA2_256", "EC_P384, SHA2_384", "ED25519, SHA2_256", "RSA_3072, SHA2_256"})
    void a_bundle_names_its_key_and_what_it_signed(String spec, String hash) throws Exception {
        shell.chancery("generate", "other", "--spec", spec).expect(ExitStatus.DONE);
        shell.chancery("generate", "mine", "--spec", spec).expect(ExitStatus.DONE);
        shell.chancery("sign", "--key", "mine", "--bundle", message).expect(ExitStatus.DONE);
        Path bundle = shell.file("contract.txt.sigstore.json");

        Map<String, Object> json = Json.of(Files.readString(bundle));
        assertThat(json).containsEntry("mediaType", "application/vnd.dev.sigstore.bundle.v0.3+json");
        byte[] spki = Base64.getMimeDecoder()
                .decode(shell.chancery("public-key", "mine").raw().replaceAll("-----[A-Z ]+-----", ""));
        assertThat(json.get("verificationMaterial"))
                .isEqualTo(Map.of("publicKey", Map.of("hint", base64("SHA-256", spki))));
        Map<?, ?> signed = (Map<?, ?>) json.get("messageSignature");
        assertThat(signed.get("messageDigest"))
                .isEqualTo(Map.of(
                        "algorithm",
                        hash,
                        "digest",
                        base64(hash.replace("SHA2_", "SHA-"), Files.readAllBytes(message))));

        for (List<Object> named : List.of(
                List.<Object>of("--bundle", bundle),
                List.<Object>of("--signature", bundle),
                List.<Object>of("--key", "mine", "--bundle", bundle))) {
            assertThat(verify(named).expect(ExitStatus.DONE).line()).startsWith("valid");
        }
        Files.writeString(message, "Pay 900 to Alice");
        assertThat(verify(List.of("--bundle", bundle))
                        .expect(ExitStatus.NEGATIVE)
                        .line())
                .startsWith("not valid");
    }

    private Shell.Outcome verify(List<Object> named) {
        java.util.ArrayList<Object> all = new java.util.ArrayList<>(List.of("verify"));
        all.addAll(named);
        all.add(message);
        return shell.chancery(all.toArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC_P256", "ED25519", "RSA_3072"})
    void a_public_key_verifies_without_a_store(String spec) throws Exception {
        shell.chancery("generate", "mine", "--spec", spec).expect(ExitStatus.DONE);
        shell.chancery("sign", "--key", "mine", message).expect(ExitStatus.DONE);
        shell.chancery("sign", "--key", "mine", "--bundle", message).expect(ExitStatus.DONE);
        Path pem = shell.write("mine.pub", shell.chancery("public-key", "mine").raw());
        shell.chancery("generate", "other", "--spec", spec).expect(ExitStatus.DONE);
        Path other =
                shell.write("other.pub", shell.chancery("public-key", "other").raw());
        Files.move(shell.file("keys"), shell.file("elsewhere"));

        for (String signature : List.of("contract.txt.sig", "contract.txt.sigstore.json")) {
            shell.chancery("verify", "--public-key", pem, "--signature", shell.file(signature), message)
                    .expect(ExitStatus.DONE);
            shell.chancery("verify", "--public-key", other, "--signature", shell.file(signature), message)
                    .expect(ExitStatus.NEGATIVE);
        }
        assertThat(shell.file("keys")).doesNotExist();
        shell.chancery(
                        "verify",
                        "--public-key",
                        shell.file("none"),
                        "--signature",
                        shell.file("contract.txt.sig"),
                        message)
                .expectError(ExitStatus.FAILED, "none");
        shell.chancery(
                        "verify",
                        "--public-key",
                        pem,
                        "--key",
                        "mine",
                        "--signature",
                        shell.file("contract.txt.sig"),
                        message)
                .expectError(ExitStatus.USAGE, "--key");
    }

    /** One of 256 raw signatures does. */
    @Test
    void a_raw_signature_that_begins_as_a_bundle_does_is_judged_as_a_signature() throws IOException {
        shell.chancery("generate", "ed25519", "mine").expect(ExitStatus.DONE);
        byte[] raw = new byte[64];
        raw[0] = '{';
        Path signature = Files.write(shell.file("raw.sig"), raw);

        assertThat(shell.chancery("verify", "--key", "mine", "--signature", signature, message)
                        .expect(ExitStatus.NEGATIVE)
                        .output())
                .first()
                .asString()
                .startsWith("not valid");
    }

    @Test
    void what_is_no_bundle_or_of_no_key_here_is_told() throws IOException {
        shell.chancery("generate", "mine", "--spec", "EC_P256").expect(ExitStatus.DONE);
        shell.chancery("sign", "--key", "mine", "--bundle", message).expect(ExitStatus.DONE);
        Path bundle = shell.file("contract.txt.sigstore.json");
        String good = Files.readString(bundle);
        for (String bad : List.of(
                "{}",
                "{",
                good.replace("sigstore.bundle", "other"),
                good.replace("signature\":\"", "signature\":\"!"))) {
            verify(List.of("--bundle", shell.write("bad.json", bad))).expectError(ExitStatus.FAILED, "bad.json");
        }
        shell.chancery("verify", message).expectError(ExitStatus.USAGE, "--bundle");
        shell.chancery("sign", "--key", "mine", "--bundle", "--encoding", "p1363", message)
                .expectError(ExitStatus.USAGE, "DER");
        Files.move(shell.file("keys"), shell.file("elsewhere"));
        shell.chancery("generate", "another", "--spec", "EC_P256").expect(ExitStatus.DONE);
        verify(List.of("--bundle", bundle)).expectError(ExitStatus.FAILED, "--public-key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC_P256", "EC_P384", "RSA_3072"})
    void other_tools_verify_it(String spec) throws Exception {
        Path modules = installSigstore();
        shell.chancery("generate", "mine", "--spec", spec).expect(ExitStatus.DONE);
        shell.chancery("sign", "--key", "mine", "--bundle", message).expect(ExitStatus.DONE);
        Path pem = shell.write("mine.pub", shell.chancery("public-key", "mine").raw());

        assertThat(sigstore(modules, pem)).isZero();
        Files.writeString(message, "Pay 900 to Alice");
        assertThat(sigstore(modules, pem)).isNotZero();
    }

    /** In the build's own directory, once. */
    private static Path installSigstore() throws Exception {
        Path modules = Files.createDirectories(Path.of("target/sigstore").toAbsolutePath());
        if (Files.notExists(modules.resolve("node_modules/@sigstore/verify"))) {
            Files.copy(
                    Path.of("src/test/sigstore/package.json"),
                    modules.resolve("package.json"),
                    StandardCopyOption.REPLACE_EXISTING);
            Process npm = new ProcessBuilder(
                            "npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--silent")
                    .directory(modules.toFile())
                    .inheritIO()
                    .start();
            assertThat(npm.waitFor()).as("npm install").isZero();
        }
        return modules;
    }

    private int sigstore(Path modules, Path pem) throws Exception {
        ProcessBuilder node = new ProcessBuilder(
                        "node",
                        Path.of("src/test/sigstore/verify.mjs").toAbsolutePath().toString(),
                        shell.file("contract.txt.sigstore.json").toString(),
                        message.toString(),
                        pem.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("node.log").toFile());
        node.environment().put("SIGSTORE_MODULES", modules.toString());
        return node.start().waitFor();
    }

    private static String base64(String hash, byte[] bytes) throws Exception {
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance(hash).digest(bytes));
    }
}
