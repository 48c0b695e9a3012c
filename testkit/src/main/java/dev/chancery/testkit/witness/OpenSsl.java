package dev.chancery.testkit.witness;

import dev.chancery.algorithm.SignatureAlgorithm;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The real {@code openssl} command: the witness that shares no code with us. A test that needs it fails where it is missing,
 * and says how to get it.
 */
public final class OpenSsl {
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----(.*)-----END PRIVATE KEY-----", Pattern.DOTALL);

    private OpenSsl() {}

    /**
     * What a run of the command ended with.
     *
     * @param status its exit status
     * @param output what it wrote to standard output and standard error
     */
    public record Result(int status, String output) {}

    /**
     * Verifies.
     *
     * @param key the public key, of any JCA provider
     * @param algorithm the algorithm that is said to have made the signature; PSS with a salt as long as the hash
     * @param message the message
     * @param signature the signature, DER for ECDSA
     * @return whether {@code openssl} finds it right
     */
    public static boolean verify(PublicKey key, SignatureAlgorithm algorithm, byte[] message, byte[] signature) {
        try {
            Path directory = Files.createTempDirectory("chancery-openssl");
            try {
                Files.writeString(directory.resolve("key.pem"), pem(key));
                Files.write(directory.resolve("message"), message);
                Files.write(directory.resolve("signature"), signature);
                return answer(attempt(directory, verifyCommand(algorithm)));
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With a key that it cannot load, {@code openssl} leaves with 1 as it does for a wrong signature. */
    private static boolean answer(Result result) {
        String output = result.output().toLowerCase(Locale.ROOT);
        if (result.status() == 0) {
            return true;
        }
        if (output.contains("verification failure") || output.contains("error verifying")) {
            return false;
        }
        throw new AssertionError("openssl could not verify (status " + result.status() + "):\n" + result.output());
    }

    private static String[] verifyCommand(SignatureAlgorithm algorithm) {
        if (algorithm.digest().isEmpty()) {
            return new String[] {
                "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "message", "-sigfile", "signature"
            };
        }
        String hash = algorithm.digest().get().replace("-", "").toLowerCase(Locale.ROOT);
        List<String> command = new ArrayList<>(List.of("dgst", "-" + hash));
        if (algorithm.scheme() == SignatureAlgorithm.Scheme.RSA_PSS) {
            command.addAll(List.of("-sigopt", "rsa_padding_mode:pss"));
            command.addAll(List.of("-sigopt", "rsa_pss_saltlen:" + algorithm.digestLength()));
            command.addAll(List.of("-sigopt", "rsa_mgf1_md:" + hash));
        }
        command.addAll(List.of("-verify", "key.pem", "-signature", "signature", "message"));
        return command.toArray(String[]::new);
    }

    /**
     * Writes a public key as {@code openssl} reads it.
     *
     * @param key a public key with an X.509 encoding
     * @return its SubjectPublicKeyInfo in PEM
     */
    public static String pem(PublicKey key) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
    }

    /**
     * Makes an RSA key pair, for which the JDK takes seconds.
     *
     * @param bits the length of its modulus
     * @return the pair, as the JDK has read it
     * @throws AssertionError if {@code openssl} fails or is not installed, or the JDK does not read its key
     */
    public static KeyPair rsaKeyPair(int bits) {
        String output = run(Path.of("."), "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:" + bits);
        Matcher pem = PRIVATE_KEY.matcher(output); // progress stands before it
        if (!pem.find()) {
            throw new AssertionError("openssl genpkey wrote no private key.");
        }
        return rsaKeyPair(pem.group(1));
    }

    private static KeyPair rsaKeyPair(String base64) {
        try {
            KeyFactory factory = KeyFactory.getInstance("RSA");
            RSAPrivateCrtKey key = (RSAPrivateCrtKey) factory.generatePrivate(
                    new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
            RSAPublicKeySpec publicKey = new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent());
            return new KeyPair(factory.generatePublic(publicKey), key);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("The JDK does not read the key that openssl made.", e);
        }
    }

    /**
     * An RSA key pair that {@code openssl} has made once for all tests: a longer one takes it seconds. All the world knows its private half.
     *
     * @param bits the length of its modulus
     * @param number which one of this length, from 0 on
     * @return the pair; where there are fewer ready, a new one
     * @throws AssertionError as {@link #rsaKeyPair} says
     */
    public static KeyPair readyRsaKeyPair(int bits, int number) {
        try (InputStream ready = OpenSsl.class.getResourceAsStream("rsa-" + bits + ".txt")) {
            List<String> lines = ready == null
                    ? List.of()
                    : new String(ready.readAllBytes(), StandardCharsets.US_ASCII)
                            .lines()
                            .toList();
            return number < lines.size() ? rsaKeyPair(lines.get(number)) : rsaKeyPair(bits);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs {@code openssl} and insists on success.
     *
     * @param directory where to run it
     * @param arguments its arguments, nothing secret among them
     * @return what it wrote
     * @throws AssertionError if it fails or is not installed
     */
    public static String run(Path directory, String... arguments) {
        Result result = attempt(directory, arguments);
        if (result.status() != 0) {
            throw new AssertionError("openssl " + String.join(" ", arguments) + " failed (status " + result.status()
                    + "):\n" + result.output());
        }
        return result.output();
    }

    /**
     * Runs {@code openssl}, which may fail.
     *
     * @param directory where to run it
     * @param arguments its arguments, nothing secret among them
     * @return how it ended
     * @throws AssertionError if it is not installed
     */
    public static Result attempt(Path directory, String... arguments) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new AssertionError(
                    "openssl does not start, and signatures are checked with it. Install it (apt-get install openssl,"
                            + " dnf install openssl, brew install openssl) and put it on the PATH.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while openssl ran.", e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
