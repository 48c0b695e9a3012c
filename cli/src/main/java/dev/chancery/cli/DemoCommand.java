package dev.chancery.cli;

import static dev.chancery.cli.DemoScript.FILE;

import dev.chancery.cli.command.Command;
import dev.chancery.cli.command.GlobalOptions;
import dev.chancery.cli.output.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Shows that it works, to someone who has nothing but this repository. */
final class DemoCommand extends Command {
    public DemoCommand(GlobalOptions options) {
        super(
                options,
                "Generates keys, signs a real file, verifies it with Chancery and with openssl, and shows a refusal; all in a temporary directory.");
        example("chancery demo");
    }

    /** The commands that it gives are. */
    @Override
    public boolean isAudited() {
        return false;
    }

    @Override
    public Integer call() throws IOException {
        Path home = Path.of(System.getProperty("chancery.home", "")).toAbsolutePath();
        if (!Files.isRegularFile(home.resolve(FILE))) {
            terminal()
                    .error("The demo signs " + FILE + " of the repository, and " + home
                            + " has none. Run it through the repository's ./chancery.");
            return ExitStatus.FAILED;
        }
        Path directory = Files.createTempDirectory("chancery-demo-");
        try {
            play(new DemoScript(terminal(), home, directory));
            return ExitStatus.DONE;
        } catch (DemoScript.NotAsShownException e) {
            terminal().error("The demo failed: " + e.getMessage());
            return ExitStatus.FAILED;
        } finally {
            delete(directory);
        }
    }

    private static void play(DemoScript script) throws IOException {
        script.title("To repeat this, type what stands behind each $:");
        script.begin();

        script.title("Two keys");
        script.chancery(ExitStatus.DONE, "generate", "rsa", "demo-rsa");
        script.chancery(ExitStatus.DONE, "generate", "ecdsa", "demo-p256");
        script.chancery(ExitStatus.DONE, "list");

        script.title("A real file signed with each");
        script.chancery(ExitStatus.DONE, "sign", "--key", "demo-rsa", "--out", "$DIR/rsa.sig", FILE);
        script.chancery(ExitStatus.DONE, "sign", "--key", "demo-p256", "--out", "$DIR/p256.sig", FILE);

        script.title("Chancery verifies");
        script.chancery(ExitStatus.DONE, "verify", "--key", "demo-rsa", "--signature", "$DIR/rsa.sig", FILE);
        script.chancery(ExitStatus.DONE, "verify", "--key", "demo-p256", "--signature", "$DIR/p256.sig", FILE);

        Optional<String> openssl = script.opensslVersion();
        script.title(openssl.map(version -> version + " verifies, knowing the public keys only")
                .orElse("openssl is not installed, so nothing else verifies here"));
        if (openssl.isPresent()) {
            script.chanceryInto("$DIR/rsa.pub", "public-key", "demo-rsa");
            script.chanceryInto("$DIR/p256.pub", "public-key", "demo-p256");
            script.openssl(true, opensslVerify("rsa", FILE));
            script.openssl(true, opensslVerify("p256", FILE));
        }

        script.title("One byte changed, and all refuse");
        script.copyWithFirstByteChanged("$DIR/tampered");
        script.chancery(
                ExitStatus.NEGATIVE, "verify", "--key", "demo-rsa", "--signature", "$DIR/rsa.sig", "$DIR/tampered");
        script.chancery(
                ExitStatus.NEGATIVE, "verify", "--key", "demo-p256", "--signature", "$DIR/p256.sig", "$DIR/tampered");
        if (openssl.isPresent()) {
            script.openssl(false, opensslVerify("rsa", "$DIR/tampered"));
            script.openssl(false, opensslVerify("p256", "$DIR/tampered"));
        }
        script.end();
    }

    private static String[] opensslVerify(String key, String file) {
        Stream<String> padding = key.equals("rsa")
                ? Stream.of("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32")
                : Stream.empty();
        Stream<String> rest = Stream.of("-verify", "$DIR/" + key + ".pub", "-signature", "$DIR/" + key + ".sig", file);
        return Stream.of(Stream.of("dgst", "-sha256"), padding, rest)
                .flatMap(words -> words)
                .toArray(String[]::new);
    }

    private static void delete(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(directory)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }
}
