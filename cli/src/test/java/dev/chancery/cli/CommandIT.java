package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.chancery.cli.Checkout.Outcome;
import dev.chancery.cli.Checkout.Running;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What only a process of its own can show: its streams, its exit status, and the demo as a reader sees it. */
class CommandIT {

    @TempDir
    static Path shared;

    private static Checkout checkout;

    @TempDir
    Path directory;

    @BeforeAll
    static void builtCheckout() throws Exception {
        checkout = new Checkout(shared);
        assertThat(checkout.run("./chancery", "--version").status()).isZero();
    }

    @Test
    void standard_streams_carry_message_signature_and_answer() throws Exception {
        String store = directory.resolve("my keys").toString();
        Outcome generated = checkout.run("./chancery", "--store", store, "generate", "ecdsa", "mine", "--json");
        assertThat(Json.of(generated.output())).containsEntry("id", "mine");
        assertThat(generated.errors().lines()).allMatch(Shell::isProgress);

        Path message = Files.writeString(directory.resolve("möçage.txt"), "to be signed");
        Outcome signed = checkout.run(
                "/bin/sh", "-c", "./chancery --store '" + store + "' sign --key mine - < '" + message + "' > sig");
        assertThat(signed.status()).as(signed.errors()).isZero();
        for (String locale : List.of("C", "C.UTF-8", "")) {
            List<String> verify = List.of(
                    "./chancery",
                    "--store",
                    store,
                    "verify",
                    "--key",
                    "mine",
                    "--signature",
                    "sig",
                    message.toString());
            Outcome verified = checkout.start(checkout.root(), verify, Map.of("LC_ALL", locale))
                    .finish();
            assertThat(verified.status()).as(verified.errors()).isZero();
        }
        assertThat(checkout.mavenInput()).isEmptyFile();
    }

    /** A pseudo-terminal in which a person has typed half of each word. */
    @Tag("one-jdk")
    @Timeout(120)
    @ParameterizedTest
    @CsvSource({"bash --norc --noprofile -i, ''", "zsh -f -i, autoload -Uz compinit && compinit -u -D"})
    void shells_complete_what_is_typed(String shell, String first) throws Exception {
        Path commands = Files.createDirectories(directory.resolve("commands"));
        Files.createSymbolicLink(commands.resolve("chancery"), checkout.root().resolve("chancery"));
        String keys = directory.resolve("keys").toString();
        Outcome generated =
                checkout.run("./chancery", "--store", keys, "generate", "ecdsa", "mine", "--ring", "release");
        assertThat(generated.status()).as(generated.errors()).isZero();
        Running terminal = checkout.start(
                directory,
                List.of("script", "-qfec", shell, "/dev/null"),
                Map.of(
                        "CHANCERY_STORE",
                        keys,
                        "PATH",
                        commands + ":" + System.getenv("PATH"),
                        "TERM",
                        "vt100",
                        "PS1",
                        "$ "));
        try (PrintStream keyboard = new PrintStream(terminal.process().getOutputStream(), true)) {
            type(keyboard, terminal, first + "\necho rea''dy", "ready");
            type(keyboard, terminal, "source <(chancery completion)\necho rea''dy again", "ready again");
            type(keyboard, terminal, "chancery pub\tmi\t", "BEGIN PUBLIC KEY");
            type(keyboard, terminal, "chancery ring sh\trel\t", "GENERATION");
            type(keyboard, terminal, "chancery policy show web\t", "webpki");
            keyboard.println("exit");
            terminal.finish();
        }
    }

    /** Types a line, and waits for what answers it: what is typed earlier would be taken for what the shell is doing then. */
    private static void type(PrintStream keyboard, Running terminal, String line, String answer) throws Exception {
        int before =
                Files.readString(terminal.output(), StandardCharsets.ISO_8859_1).length();
        keyboard.println(line);
        while (!Files.readString(terminal.output(), StandardCharsets.ISO_8859_1)
                .substring(before)
                .contains(answer)) {
            Thread.sleep(20);
        }
    }

    /** As a container has it whose .env is mounted alone: what is mounted cannot be renamed over. */
    @Test
    void an_environment_file_that_is_mounted_alone_is_written_in_place() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root mounts");
        String store = directory.resolve("keys").toString();
        String first = checkout.run("./chancery", "--store", store, "generate", "ecdsa", "--ring", "release")
                .output()
                .strip();
        Path env = Files.writeString(directory.resolve("app.env"), "\uFEFFCRYPTO_CURRENT_KEY_ID=" + first + "\nA=1\n");
        Outcome rotated = checkout.run(
                "unshare",
                "-m",
                "/bin/sh",
                "-c",
                "mount --bind \"$1\" \"$1\" && exec ./chancery --store \"$2\" --env-file \"$1\" rotate release",
                "sh",
                env.toString(),
                store);

        assertThat(rotated.status()).as(rotated.errors()).isZero();
        assertThat(env)
                .content()
                .isEqualTo("\uFEFFCRYPTO_CURRENT_KEY_ID=" + rotated.output().strip() + "\nA=1\n");
        assertThat(rotated.output().strip()).isNotEqualTo(first);
        assertThat(directory).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void output_that_cannot_be_written_is_a_failure() throws Exception {
        Outcome outcome = checkout.run("/bin/sh", "-c", "./chancery providers > /dev/full");
        assertThat(outcome.status()).isEqualTo(3);
        assertThat(outcome.errors()).contains("Standard output could not be written");
    }

    @Test
    void a_warning_is_one_line_on_standard_error() throws Exception {
        String store = directory.resolve("keys").toString();
        Outcome outcome = checkout.run("./chancery", "--store", store, "generate", "mine", "--spec", "RSA_2048");
        assertThat(outcome.output()).isEqualTo("mine\n");
        assertThat(outcome.errors().lines().filter(line -> line.contains("112 bits")))
                .hasSize(1)
                .allMatch(line -> line.startsWith("chancery: warning: "));
    }

    @Test
    void work_of_more_than_a_second_is_announced_on_standard_error() throws Exception {
        Path fifo = directory.resolve("slow");
        checkout.run("mkfifo", fifo.toString());
        String store = directory.resolve("keys").toString();
        checkout.run("./chancery", "--store", store, "generate", "ecdsa", "mine");
        Running signing = checkout.start(
                checkout.root(),
                List.of("./chancery", "--store", store, "sign", "--key", "mine", "--out", "slow.sig", fifo.toString()),
                Map.of());
        // The message is held back until the progress is there; nothing depends on how long that takes.
        while (Files.size(signing.errors()) == 0 && signing.process().isAlive()) {
            Thread.onSpinWait();
        }
        Files.writeString(fifo, "to be signed", StandardOpenOption.WRITE);
        Outcome outcome = signing.finish();
        assertThat(outcome.status()).isZero();
        assertThat(outcome.errors()).startsWith("Signing " + fifo + " …\n");
        assertThat(outcome.errors().lines()).allMatch(Shell::isProgress);
        assertThat(outcome.output()).isEqualTo("slow.sig: ECDSA_SHA256 by mine\n");
    }

    @Test
    void debug_alone_shows_a_stack_trace() throws Exception {
        Outcome plain = checkout.run("./chancery", "--store", "nowhere:x", "list");
        assertThat(plain.status()).isEqualTo(2);
        assertThat(plain.errors()).hasLineCount(1).doesNotContain("\tat ");
        Outcome debug = checkout.run("./chancery", "--store", "nowhere:x", "list", "--debug");
        assertThat(debug.status()).isEqualTo(2);
        assertThat(debug.errors()).contains("\tat dev.chancery");
    }

    @Test
    void the_demo_shows_what_a_shell_repeats() throws Exception {
        Outcome demo = checkout.run("./chancery", "demo");
        assertThat(demo.status()).as(demo.output() + demo.errors()).isZero();
        assertThat(demo.output())
                .contains("valid, key demo-rsa (ACTIVE)", "valid, key demo-p256 (ACTIVE)")
                .contains("OpenSSL", "Verified OK", "Verification failure")
                .contains("not valid, key demo-rsa (ACTIVE)", "not valid, key demo-p256 (ACTIVE)");

        List<String> shown = demo.output()
                .lines()
                .filter(line -> line.startsWith("$ "))
                .map(line -> line.substring(2))
                .toList();
        Path script = Files.write(directory.resolve("repeat.sh"), shown);
        Outcome repeated = checkout.run("/bin/sh", script.toString());
        // Where the signatures went is the only thing that differs: each has a directory of its own.
        assertThat(repeated.output().lines().filter(line -> !line.contains(".sig:")))
                .as(repeated.errors())
                .containsExactlyElementsOf(demo.output()
                        .lines()
                        .filter(line -> !line.isEmpty() && !line.startsWith("#") && !line.startsWith("$ "))
                        .filter(line -> !line.contains(".sig:"))
                        .toList());
    }

    @Test
    void the_demo_fails_when_something_does_not_happen_as_shown() throws Exception {
        checkout.tool("openssl", "[ \"$1\" != version ] || echo OpenSSL 0", "exit 0");
        try {
            Outcome demo = checkout.run("./chancery", "demo");
            assertThat(demo.status()).isEqualTo(3);
            assertThat(demo.errors())
                    .contains("The demo failed: `openssl dgst -sha256")
                    .contains("tampered");
        } finally {
            Files.delete(checkout.tools().resolve("openssl"));
        }
    }
}
