package dev.chancery.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.testkit.witness.OpenSsl;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each example is run as a reader would run it: a program of its own, and its effects are what it says. */
class ExamplesTest {
    @TempDir
    Path directory;

    private Path keys;
    private Path file;

    @BeforeEach
    void writeFile() throws IOException {
        keys = directory.resolve("keys");
        file = Files.writeString(directory.resolve("invoice.txt"), "Pay 100 to Alice\n");
    }

    @Test
    void sign_a_file() throws Exception {
        Run run = run(Map.of(), SignFile.class, keys, file);

        assertThat(run.output()).contains("invoices").contains("ECDSA_SHA256").contains("VALID");
        assertThat(run.status()).isZero();
        assertThat(opensslSays("invoice.txt.sig", "invoice.txt")).contains("Verified OK");
    }

    /** An application that manages Jackson's version itself, as one with Spring Boot does, is served by each from this one on. */
    @Test
    void the_lowest_jackson_reads_and_writes_keys() throws Exception {
        Path lowest =
                Path.of(System.getProperty("target"), "lowest/jackson-core.jar").toAbsolutePath();
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(jar -> Path.of(jar).getFileName().toString().startsWith("jackson-core-") ? lowest.toString() : jar)
                .collect(Collectors.joining(File.pathSeparator));
        assertThat(classPath).contains(lowest.toString());

        Run run = run(Map.of("CLASSPATH", classPath), SignFile.class, keys, file);

        assertThat(run.output()).contains("VALID");
        assertThat(run.status()).isZero();
    }

    @Test
    void configure_from_the_environment() throws Exception {
        assertThat(run(Map.of(), SignFile.class, keys, file).status()).isZero();

        Run run = run(
                Map.of("CRYPTO_KEYS_PATH", keys.toString(), "CRYPTO_CURRENT_KEY_ID", "invoices"),
                ConfigureFromEnvironment.class,
                file);

        assertThat(run.status()).as(run.output()).isZero();
        String[] words = run.output().strip().split(" ");
        assertThat(words).hasSize(3).startsWith("invoices", "ECDSA_SHA256");
        Files.write(directory.resolve("environment.sig"), HexFormat.of().parseHex(words[2]));
        assertThat(opensslSays("environment.sig", "invoice.txt")).contains("Verified OK");
    }

    @Test
    void verify_with_only_a_public_key() throws Exception {
        assertThat(run(Map.of(), SignFile.class, keys, file).status()).isZero();
        Path publicKey = Files.move(keys.resolve("public/invoices.pub"), directory.resolve("invoices.pub"));
        Path signature = directory.resolve("invoice.txt.sig");

        Run right = run(Map.of(), VerifyWithPublicKey.class, publicKey, file, signature);
        assertThat(right.output()).contains("The signature is valid.");
        assertThat(right.status()).isZero();

        Files.writeString(file, "Pay 900 to Alice\n");
        Run wrong = run(Map.of(), VerifyWithPublicKey.class, publicKey, file, signature);
        assertThat(wrong.output()).contains("not this key's signature");
        assertThat(wrong.status()).isEqualTo(1);
    }

    private String opensslSays(String signature, String message) {
        return OpenSsl.run(
                directory, "dgst", "-sha256", "-verify", "keys/public/invoices.pub", "-signature", signature, message);
    }

    /** How a program ended, and what it wrote to standard output. */
    private record Run(int status, String output) {}

    private static Run run(Map<String, String> environment, Class<?> program, Path... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                program.getName()));
        for (Path argument : arguments) {
            command.add(argument.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().keySet().removeIf(name -> name.startsWith("CRYPTO_") || name.startsWith("CHANCERY_"));
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output);
    }
}
