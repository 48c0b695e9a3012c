package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.cli.output.StderrLogging;
import dev.chancery.cli.output.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Help.Ansi;

/** Runs chancery in this process, on one store, and other programs beside it. */
public final class Shell {
    static {
        StderrLogging.install();
    }

    private final Path directory;

    public Shell(Path directory) {
        this.directory = directory;
    }

    /** What a command did. */
    public record Outcome(int status, List<String> output, String errors, String raw) {
        /** Its only line of output. */
        public String line() {
            assertThat(output).as(errors).hasSize(1);
            return output.get(0);
        }

        public Outcome expect(int expected) {
            assertThat(status).as("%s%s", output, errors).isEqualTo(expected);
            return this;
        }

        /** An error is one line that says what to do, and no answer; how long it took is nobody's business. */
        public Outcome expectError(int expected, String... parts) {
            expect(expected);
            List<String> lines =
                    errors.lines().filter(line -> !isProgress(line)).toList();
            assertThat(lines).as(errors).hasSize(1);
            assertThat(lines.get(0))
                    .matches("(chancery: |\\{\"error\":).*")
                    .doesNotContain("Exception", "null", "\tat ");
            assertThat(parts).allSatisfy(part -> assertThat(lines.get(0)).contains(part));
            return this;
        }
    }

    /** Slow machines have more to tell than fast ones. */
    static boolean isProgress(String line) {
        return line.endsWith(" …") || line.startsWith("… for ");
    }

    Path store() {
        return directory.resolve("keys");
    }

    public Path file(String name) {
        return directory.resolve(name);
    }

    public Path write(String name, String text) throws IOException {
        return Files.writeString(file(name), text);
    }

    public Path writeSecret(String name, String text) throws IOException {
        Path file = write(name, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    /** A key for audit logs that only its owner can read, by OpenSSL. */
    public Path makeAuditKey() throws IOException {
        Path key = file("audit.pem");
        program("openssl", "genpkey", "-algorithm", "ed25519", "-out", key);
        return Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    }

    /** The words of two lists, one after the other. */
    public static Object[] join(Object[] words, Object... more) {
        return Stream.concat(Stream.of(words), Stream.of(more)).toArray();
    }

    /** Runs chancery on the store. */
    public Outcome chancery(Object... arguments) {
        return chanceryWithInput("", arguments);
    }

    /** Runs chancery on a store that the arguments name. */
    public Outcome chanceryElsewhere(Object... arguments) {
        return run("", Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    }

    public Outcome chanceryWithInput(String input, Object... arguments) {
        List<String> words = new ArrayList<>(List.of("--store", store().toString()));
        for (Object argument : arguments) {
            words.add(argument.toString());
        }
        return run(input, words.toArray(String[]::new));
    }

    /** Runs chancery with exactly these arguments. */
    static Outcome run(String input, String... arguments) {
        return run(false, input, arguments);
    }

    /** The same on a terminal. */
    public Outcome shown(Object... arguments) {
        List<String> words = new ArrayList<>(List.of("--store", store().toString()));
        Stream.of(arguments).map(Object::toString).forEach(words::add);
        return run(true, "", words.toArray(String[]::new));
    }

    private static Outcome run(boolean shown, String input, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.ISO_8859_1)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Ansi.OFF,
                shown);
        int status = Chancery.run(terminal, arguments);
        String text = out.toString(StandardCharsets.UTF_8);
        return new Outcome(
                status,
                text.lines().toList(),
                err.toString(StandardCharsets.UTF_8),
                out.toString(StandardCharsets.ISO_8859_1));
    }

    /** Runs another program and expects it to succeed. */
    public Outcome program(Object... command) {
        Outcome outcome = attempt(command);
        assertThat(outcome.status())
                .as("%s: %s", List.of(command), outcome.output())
                .isZero();
        return outcome;
    }

    /** Runs another program. */
    public Outcome attempt(Object... command) {
        try {
            List<String> words = new ArrayList<>();
            for (Object word : command) {
                words.add(word.toString());
            }
            Process process = new ProcessBuilder(words)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as(words.toString())
                    .isTrue();
            return new Outcome(process.exitValue(), output.lines().toList(), "", output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
