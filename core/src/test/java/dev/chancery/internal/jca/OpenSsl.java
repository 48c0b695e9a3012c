package dev.chancery.internal.jca;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The {@code openssl} command, in a directory: the witness that did not make the signature. */
record OpenSsl(Path directory) {

    /** Writes a file for a command to read. */
    void write(String name, byte[] content) {
        try {
            Files.write(directory.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void writePem(String name, String label, Key key) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        write(
                name,
                ("-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    byte[] read(String name) {
        try {
            return Files.readAllBytes(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the command ends with status 0. */
    boolean succeeds(String... arguments) {
        return run(List.of(arguments)) == 0;
    }

    /** Runs a command that has to work. */
    void run(String... arguments) {
        if (run(List.of(arguments)) != 0) {
            throw new AssertionError("openssl " + String.join(" ", arguments) + ": "
                    + new String(read("openssl.log"), StandardCharsets.UTF_8));
        }
    }

    private int run(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(arguments);
        try {
            return new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("openssl.log").toFile())
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new AssertionError(
                    "The tests need the openssl command: apt-get install openssl, dnf install openssl,"
                            + " brew install openssl.",
                    e);
        } catch (InterruptedException e) {
            throw new AssertionError("Interrupted while openssl ran.", e);
        }
    }
}
