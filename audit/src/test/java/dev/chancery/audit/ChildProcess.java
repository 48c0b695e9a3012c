package dev.chancery.audit;

import dev.chancery.audit.checkpoint.AuditSigner;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A process of a test's own, on its class path, that writes to logs with the test's audit key. */
final class ChildProcess {
    private static final KeyPair PAIR = Logs.pair();

    /** What the processes sign checkpoints with. */
    static final AuditSigner SIGNER = AuditSigner.of("tests", PAIR);

    private ChildProcess() {}

    /** Starts the {@code main} of a class; it must call {@link #auditSigner} first. */
    static Process start(Class<?> main, String... arguments) throws IOException {
        return start(command(main, arguments));
    }

    /** The command that does so. */
    static List<String> command(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Starts a command that ends with such a {@code main}. */
    static Process start(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Base64.Encoder base64 = Base64.getEncoder();
        String keys = base64.encodeToString(PAIR.getPublic().getEncoded()) + "\n"
                + base64.encodeToString(PAIR.getPrivate().getEncoded()) + "\n";
        process.getOutputStream().write(keys.getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
        return process;
    }

    /** In the process: the test's audit key, from standard input. */
    static AuditSigner auditSigner() throws IOException, GeneralSecurityException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        byte[] publicKey = Base64.getDecoder().decode(input.readLine());
        byte[] privateKey = Base64.getDecoder().decode(input.readLine());
        KeyFactory factory = KeyFactory.getInstance("Ed25519");
        return AuditSigner.of(
                "tests",
                new KeyPair(
                        factory.generatePublic(new X509EncodedKeySpec(publicKey)),
                        factory.generatePrivate(new PKCS8EncodedKeySpec(privateKey))));
    }
}
