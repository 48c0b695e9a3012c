package dev.chancery.provider.pkcs11;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The programs and libraries that these tests call. A test that needs one fails where it is missing, and says how to get it. */
public final class Programs {
    static final String HOW_TO_GET_THEM = """
            These tests need SoftHSM 2, NSS, p11-kit, OpenSC's pkcs11-tool, opencryptoki, tpm2-pkcs11 with tpm2-abrmd, swtpm, dbus-daemon and gcc:
              Debian, Ubuntu:  apt-get install softhsm2 libnss3-tools p11-kit p11-kit-modules opensc opencryptoki \\
                               libtpm2-pkcs11-1 tpm2-abrmd libtss2-tcti-tabrmd0 libtss2-tcti-swtpm0 \\
                               dbus-daemon swtpm gcc libc6-dev
              Fedora:          dnf install softhsm nss-tools p11-kit-server opensc opencryptoki-swtok \\
                               tpm2-pkcs11 tpm2-abrmd dbus-daemon swtpm gcc
            opencryptoki's token wants root, or a user in its group pkcs11 and pkcsslotd running.""";

    private static final Path SOFTHSM = library(
            "/usr/lib/softhsm/libsofthsm2.so",
            "/usr/lib64/softhsm/libsofthsm2.so",
            "/usr/lib64/pkcs11/libsofthsm2.so",
            "/usr/local/lib/softhsm/libsofthsm2.so",
            "/opt/homebrew/lib/softhsm/libsofthsm2.so");
    private static final Path NSS = library(
            "/usr/lib/x86_64-linux-gnu/libsoftokn3.so",
            "/usr/lib/aarch64-linux-gnu/libsoftokn3.so",
            "/usr/lib64/libsoftokn3.so",
            "/usr/local/lib/libsoftokn3.dylib",
            "/opt/homebrew/lib/libsoftokn3.dylib");
    private static final Path P11_KIT_CLIENT = library(
            "/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so",
            "/usr/lib/aarch64-linux-gnu/pkcs11/p11-kit-client.so",
            "/usr/lib64/pkcs11/p11-kit-client.so",
            "/usr/local/lib/pkcs11/p11-kit-client.so",
            "/opt/homebrew/lib/pkcs11/p11-kit-client.so");

    private static final Path TPM2_PKCS11 = library(
            "/usr/lib/x86_64-linux-gnu/pkcs11/libtpm2_pkcs11.so",
            "/usr/lib/aarch64-linux-gnu/pkcs11/libtpm2_pkcs11.so",
            "/usr/lib64/pkcs11/libtpm2_pkcs11.so");
    private static final Path OPENCRYPTOKI = library(
            "/usr/lib/x86_64-linux-gnu/pkcs11/libopencryptoki.so",
            "/usr/lib/aarch64-linux-gnu/pkcs11/libopencryptoki.so",
            "/usr/lib64/pkcs11/libopencryptoki.so");
    private static final Path SPY = library(
            "/usr/lib/x86_64-linux-gnu/pkcs11/pkcs11-spy.so",
            "/usr/lib/aarch64-linux-gnu/pkcs11/pkcs11-spy.so",
            "/usr/lib64/pkcs11/pkcs11-spy.so",
            "/usr/lib64/pkcs11-spy.so",
            "/opt/homebrew/lib/pkcs11/pkcs11-spy.so");
    private static final Path P11_KIT_PROXY = library(
            "/usr/lib/x86_64-linux-gnu/p11-kit-proxy.so",
            "/usr/lib/aarch64-linux-gnu/p11-kit-proxy.so",
            "/usr/lib64/p11-kit-proxy.so",
            "/usr/local/lib/p11-kit-proxy.dylib",
            "/opt/homebrew/lib/p11-kit-proxy.dylib");

    private Programs() {}

    public static Path softHsm() {
        return required(SOFTHSM);
    }

    public static Path nss() {
        return required(NSS);
    }

    public static Path p11KitClient() {
        return required(P11_KIT_CLIENT);
    }

    public static Path tpm2Pkcs11() {
        return required(TPM2_PKCS11);
    }

    public static Path openCryptoki() {
        return required(OPENCRYPTOKI);
    }

    public static Path spy() {
        return required(SPY);
    }

    public static Path p11KitProxy() {
        return required(P11_KIT_PROXY);
    }

    /** The first that is there, or the first one. */
    private static Path library(String... candidates) {
        List<Path> paths = Stream.of(candidates).map(Path::of).toList();
        return paths.stream().filter(Files::exists).findFirst().orElse(paths.get(0));
    }

    private static Path required(Path library) {
        if (!Files.exists(library)) {
            throw new AssertionError(library + " is missing. " + HOW_TO_GET_THEM);
        }
        return library;
    }

    /** Runs a program and insists on success. */
    public static String run(Map<String, String> environment, String... command) {
        return run(environment, "", command);
    }

    static String runWithInput(String input, String... command) {
        return run(Map.of(), input, command);
    }

    static String tool(Path module, Map<String, String> environment, String... arguments) {
        Stream<String> command = Stream.of("pkcs11-tool", "--module", module.toString());
        return run(environment, Stream.concat(command, Stream.of(arguments)).toArray(String[]::new));
    }

    private static String run(Map<String, String> environment, String input, String... command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            Process process = builder.start();
            try (OutputStream to = process.getOutputStream()) {
                to.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + " failed:\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new AssertionError(command[0] + " does not start. " + HOW_TO_GET_THEM, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while " + command[0] + " ran.", e);
        }
    }

    public static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
