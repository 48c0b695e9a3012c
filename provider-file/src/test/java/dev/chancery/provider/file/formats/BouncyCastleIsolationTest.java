package dev.chancery.provider.file.formats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.error.UnsupportedException;
import dev.chancery.provider.file.OpenSsl;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** BouncyCastle is loaded for what the JDK cannot do, and for nothing else: it costs half a second. */
class BouncyCastleIsolationTest {
    private static final String PASSPHRASE = "swordfish";
    private static final String[] JDK_ALONE = {"rsa.pem", "p256.pem", "ed25519.pem", "pkcs1.pem", "pbkdf2.pem"};

    @TempDir
    private static Path directory;

    /** What the tests start: reads each file that it is given, and says what it found. */
    static final class Read {
        private Read() {}

        public static void main(String[] files) throws IOException {
            for (String file : files) {
                try {
                    LoadedKey key = new PrivateKeyReader("")
                            .read(Files.readAllBytes(Path.of(file)), () -> Optional.of(PASSPHRASE.toCharArray()), file);
                    PrivateKeyWriter.write(
                            key.privateKey(),
                            key.publicKey(),
                            Optional.of(PASSPHRASE.toCharArray())
                                    .filter(p -> key.encoding().encrypted()));
                    System.out.println("read " + file + ": " + key);
                } catch (UnsupportedException e) {
                    System.out.println(e.getMessage());
                }
            }
        }
    }

    @BeforeAll
    static void keys() {
        OpenSsl openssl = new OpenSsl(directory);
        openssl.write("pass", PASSPHRASE.getBytes(UTF_8));
        openssl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem");
        openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p256.pem");
        openssl.run("genpkey -algorithm ED25519 -out ed25519.pem");
        openssl.run("rsa -in rsa.pem -traditional -out pkcs1.pem");
        openssl.run("pkcs8 -topk8 -in rsa.pem -passout file:pass -out pbkdf2.pem");
        openssl.run("pkcs8 -topk8 -in rsa.pem -scrypt -passout file:pass -out scrypt.pem");
    }

    @Test
    void plainAndPbkdf2KeysAreReadWithoutBouncyCastle() throws IOException, InterruptedException {
        String output = read(classPathWithoutBouncyCastle(), List.of(), JDK_ALONE);

        assertThat(output.lines()).hasSize(JDK_ALONE.length).allMatch(line -> line.startsWith("read "));
    }

    @Test
    void theOthersSayWhatIsMissing() throws IOException, InterruptedException {
        assertThat(read(classPathWithoutBouncyCastle(), List.of(), "scrypt.pem"))
                .isEqualToIgnoringNewLines("scrypt.pem: this form of key is read with BouncyCastle;"
                        + " add org.bouncycastle:bcprov-jdk18on.");
    }

    @Test
    void bouncyCastleStaysUnloadedWhereItIsPresent() throws IOException, InterruptedException {
        List<String> logged = List.of("-Xlog:class+load");

        assertThat(read(classPath(), logged, JDK_ALONE))
                .contains("read rsa.pem")
                .doesNotContain("org.bouncycastle");
        assertThat(read(classPath(), logged, "scrypt.pem")).contains("read scrypt.pem", "org.bouncycastle");
    }

    private static String classPath() {
        return classPath(entry -> true);
    }

    private static String classPathWithoutBouncyCastle() {
        String without = classPath(entry -> !entry.getFileName().toString().startsWith("bc"));
        assertThat(without).isNotEqualTo(classPath());
        return without;
    }

    /** Of this JVM, in absolute paths: the other one runs elsewhere. */
    private static String classPath(Predicate<Path> wanted) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath())
                .filter(wanted)
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String read(String classPath, List<String> options, String... files)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, Read.class.getName()));
        command.addAll(List.of(files));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
