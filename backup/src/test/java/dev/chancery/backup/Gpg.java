package dev.chancery.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

/** The real gpg and tar, with a home of their own: the witnesses that share no code with us. */
final class Gpg implements AutoCloseable {
    private final Path home;

    Gpg(Path directory) throws IOException {
        home = Files.createTempDirectory(
                directory, "g", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Runs a line of a shell in a directory and returns what it said; it must succeed. */
    String shell(Path directory, String line) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-o", "pipefail", "-c", line)
                .redirectErrorStream(true)
                .directory(directory.toFile());
        builder.environment().put("GNUPGHOME", home.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(line + "\n" + said).isZero();
        return said;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        shell(home, "gpgconf --kill all || true");
    }
}
