package dev.chancery.cli;

import dev.chancery.cli.output.ExitStatus;
import dev.chancery.cli.output.Terminal;
import dev.chancery.spi.support.Printable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Help.Ansi;

/** Shows commands as a shell would be given them, really runs each, and ends when one does not do what it must. */
final class DemoScript {
    /** The file that is signed. */
    static final String FILE = "README.md";

    private static final String STORE = "$DIR/keys";

    private final Terminal terminal;
    private final Path home;
    private final Path directory;

    /** Something did not happen as the demo says it does. */
    static final class NotAsShownException extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        NotAsShownException(String message) {
            super(message);
        }
    }

    /** What a command did. */
    private record Outcome(int status, String output) {}

    /**
     * Begins a script.
     *
     * @param home where the file to sign is, and where the shown commands run
     * @param directory what {@code $DIR} stands for
     */
    DemoScript(Terminal terminal, Path home, Path directory) {
        this.terminal = terminal;
        this.home = home;
        this.directory = directory;
    }

    void title(String text) {
        terminal.out().println();
        terminal.out().println(terminal.strong("# " + text));
    }

    void begin() {
        show("cd " + quote(home.toString()));
        show("DIR=$(mktemp -d)");
    }

    void end() {
        title("All of this really happened. Its keys are gone again; yours go with:");
        show("rm -r \"$DIR\"");
    }

    /** Runs a chancery command and shows its output. */
    void chancery(int expected, String... arguments) {
        String shown = chanceryLine(arguments);
        show(shown);
        Outcome outcome = run(arguments);
        print(outcome);
        require(outcome.status() == expected, shown, "exit status " + expected, outcome.status());
    }

    /** Runs a chancery command with its output in a file. */
    void chanceryInto(String file, String... arguments) throws IOException {
        String shown = chanceryLine(arguments) + " > " + quote(file);
        show(shown);
        Outcome outcome = run(arguments);
        Files.writeString(Path.of(real(file)), outcome.output());
        require(outcome.status() == ExitStatus.DONE, shown, "exit status 0", outcome.status());
    }

    /** Runs openssl and shows its answer; the trace of its own sources that goes with a refusal is left out. */
    void openssl(boolean accepted, String... arguments) throws IOException {
        String shown = "openssl " + quote(arguments);
        show(shown);
        Outcome outcome = process(arguments);
        print(outcome);
        require(
                (outcome.status() == 0) == accepted,
                shown,
                accepted ? "exit status 0" : "another exit status than 0",
                outcome.status());
    }

    /** What openssl calls itself, or empty where there is none. */
    Optional<String> opensslVersion() {
        try {
            String[] words = process("version").output().split(" ");
            return Optional.of(Arrays.stream(words).limit(2).collect(Collectors.joining(" ")));
        } catch (IOException notInstalled) {
            return Optional.empty();
        }
    }

    void copyWithFirstByteChanged(String to) throws IOException {
        byte[] content = Files.readAllBytes(home.resolve(FILE));
        char other = content[0] == 'X' ? 'Y' : 'X';
        show("{ printf " + other + "; tail -c +2 " + FILE + "; } > " + quote(to));
        content[0] = (byte) other;
        Files.write(Path.of(real(to)), content);
    }

    private static String chanceryLine(String... arguments) {
        return "./chancery --store " + quote(STORE) + " " + quote(arguments);
    }

    private Outcome run(String... arguments) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        Terminal captured = new Terminal(
                InputStream.nullInputStream(),
                new PrintStream(output, true, StandardCharsets.UTF_8),
                terminal.err(),
                Ansi.OFF,
                false);
        String[] words = Stream.concat(
                        Stream.of("--store", real(STORE)),
                        Arrays.stream(arguments).map(this::realArgument))
                .toArray(String[]::new);
        return new Outcome(Chancery.run(captured, words), output.toString(StandardCharsets.UTF_8));
    }

    private Outcome process(String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of("openssl"));
        Arrays.stream(arguments).map(this::real).forEach(words::add);
        Process process = new ProcessBuilder(words)
                .directory(home.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return new Outcome(process.waitFor(), output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while openssl ran.", e);
        }
    }

    /** The shown commands run in {@link #home}; this process may be elsewhere. */
    private String realArgument(String argument) {
        return argument.equals(FILE) ? home.resolve(FILE).toString() : real(argument);
    }

    private String real(String text) {
        return text.replace("$DIR", directory.toString());
    }

    private static String quote(String... words) {
        return Arrays.stream(words)
                .map(word -> word.matches("[A-Za-z0-9_./:=+-]+") ? word : '"' + word + '"')
                .collect(Collectors.joining(" "));
    }

    private void show(String command) {
        terminal.out().println("$ " + command);
    }

    private void print(Outcome outcome) {
        outcome.output().strip().lines().forEach(line -> terminal.out().println(Printable.line(line)));
    }

    private static void require(boolean asShown, String command, String expected, int status) {
        if (!asShown) {
            throw new NotAsShownException("`" + command + "` ended with exit status " + status + ", not with "
                    + expected + ". Run it by hand with --debug.");
        }
    }
}
