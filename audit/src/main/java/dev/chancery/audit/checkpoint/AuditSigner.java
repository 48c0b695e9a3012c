package dev.chancery.audit.checkpoint;

import dev.chancery.KeyImport;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.key.KeyName;
import dev.chancery.spi.files.DurableFiles;
import dev.chancery.spi.files.FileErrors;
import dev.chancery.spi.files.FileModes;
import dev.chancery.spi.files.RefusedFileException;
import dev.chancery.spi.files.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The audit key: signs checkpoints, with Ed25519. It belongs neither into the audited store nor beside the log, for a
 * holder of log and key can write both anew. Thread-safe; shows nothing of the private half.
 */
public final class AuditSigner {
    /** What a key of a file is called in the checkpoints. */
    private static final KeyName NAME = new KeyName("chancery-audit");

    private static final int LARGEST_FILE = 64 << 10;

    private static final int SHORTEST_SEAL_KEY = 32;
    private static final String SEAL = "chancery/audit-seal/v2";

    private final VerificationKey verificationKey;
    private final UnaryOperator<byte[]> engine;

    /** What makes the key material of a log's seals from the log's id. */
    private final Function<String, byte[]> sealMaterial;

    private final Map<String, byte[]> materials = new ConcurrentHashMap<>();

    private AuditSigner(VerificationKey verificationKey, UnaryOperator<byte[]> engine) {
        this.verificationKey = verificationKey;
        this.engine = engine;
        this.sealMaterial = this::signTwice;
    }

    private AuditSigner(AuditSigner signer, byte[] sealKey) {
        this.verificationKey = signer.verificationKey;
        this.engine = signer.engine;
        this.sealMaterial = log -> sealKey;
    }

    /**
     * Signs with a key of a store, which must not be the audited one.
     *
     * @param name what the key is called in the checkpoints: no spaces and no {@code +}
     * @param signer a signer of an Ed25519 key
     * @return the signer of checkpoints
     * @throws ConfigurationException if the key is of another kind
     */
    public static AuditSigner of(String name, Signer signer) {
        if (signer.key().spec() != KeySpec.ED25519) {
            throw new ConfigurationException("Checkpoints are signed with Ed25519; "
                    + signer.key().id() + " is " + signer.key().spec() + ".");
        }
        return new AuditSigner(
                VerificationKey.of(name, signer.key().publicKey()),
                text -> signer.sign(text).value());
    }

    /**
     * Signs with a key in memory.
     *
     * @param name what the key is called in the checkpoints: no spaces and no {@code +}
     * @param pair an Ed25519 key pair
     * @return the signer of checkpoints
     * @throws ConfigurationException if the key is of another kind
     */
    public static AuditSigner of(String name, KeyPair pair) {
        return new AuditSigner(VerificationKey.of(name, pair.getPublic()), text -> {
            try {
                Signature signature = Signature.getInstance("Ed25519");
                signature.initSign(pair.getPrivate());
                signature.update(text);
                return signature.sign();
            } catch (GeneralSecurityException e) {
                throw new ConfigurationException("The audit key '" + name + "' does not sign.", e);
            }
        });
    }

    /**
     * Signs with the key of a file.
     *
     * @param file a PEM file with an Ed25519 key, as {@code openssl genpkey -algorithm ed25519} writes it, that its owner alone
     *     may read
     * @return the signer of checkpoints
     * @throws KeyAccessException if the file cannot be read, or others may read it
     * @throws ConfigurationException if it is not there, or holds no such key
     */
    public static AuditSigner ofFile(Path file) {
        byte[] pem = read(Objects.requireNonNull(file, "file"));
        try {
            KeyImport key = KeyImport.fromPem(NAME, pem, Optional.empty(), Optional.empty());
            return of(NAME.value(), new KeyPair(key.publicKey(), key.privateKey()));
        } finally {
            Arrays.fill(pem, (byte) 0);
        }
    }

    private static byte[] read(Path file) {
        try {
            return SecretFile.read(file, LARGEST_FILE);
        } catch (RefusedFileException e) {
            throw new KeyAccessException("The audit key cannot be used: " + e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(
                    "There is no audit key " + file
                            + ". Check the path, or make one: (umask 077 && openssl genpkey -algorithm ed25519 -out "
                            + file
                            + ")",
                    e);
        } catch (IOException e) {
            throw new KeyAccessException("The audit key " + file + " cannot be read: " + FileErrors.reason(e) + ".", e);
        }
    }

    /**
     * Makes a key in a file, which must not exist, readable by its owner alone.
     *
     * @param file the PEM file to make; what verifies is written beside it, with {@code .vkey} behind its name
     * @return the signer of checkpoints
     * @throws KeyAccessException if the file exists or cannot be written
     */
    public static AuditSigner create(Path file) {
        KeyPair pair = generate();
        AuditSigner signer = of(NAME.value(), pair);
        byte[] encoded = pair.getPrivate().getEncoded();
        byte[] pem = pem(encoded);
        try {
            Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
            new DurableFiles().create(file, pem, FileModes.of(file, "rw-------"));
            Files.writeString(file.resolveSibling(file.getFileName() + ".vkey"), signer.verificationKey + "\n");
        } catch (FileAlreadyExistsException e) {
            throw new KeyAccessException("The audit key " + file + " exists, and is not overwritten.", e);
        } catch (IOException e) {
            throw new KeyAccessException(
                    "The audit key " + file + " cannot be written: " + FileErrors.reason(e) + ".", e);
        } finally {
            Arrays.fill(encoded, (byte) 0);
            Arrays.fill(pem, (byte) 0);
        }
        return signer;
    }

    private static KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform since 15 has Ed25519.", e);
        }
    }

    private static byte[] pem(byte[] encoded) {
        byte[] base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(encoded);
        byte[] begin = "-----BEGIN PRIVATE KEY-----\n".getBytes(StandardCharsets.US_ASCII);
        byte[] end = "\n-----END PRIVATE KEY-----\n".getBytes(StandardCharsets.US_ASCII);
        byte[] pem = Arrays.copyOf(begin, begin.length + base64.length + end.length);
        System.arraycopy(base64, 0, pem, begin.length, base64.length);
        System.arraycopy(end, 0, pem, begin.length + base64.length, end.length);
        Arrays.fill(base64, (byte) 0);
        return pem;
    }

    /**
     * The same audit key with a seal key of its own, for one that does not sign the same text the same way each time. Who has the
     * seal key can seal lines, and cannot sign checkpoints.
     *
     * @param file the seal key: 32 bytes or more, readable by its owner alone
     * @return the audit key with that seal key
     * @throws KeyAccessException if the file cannot be read, or others may read it
     * @throws ConfigurationException if it is shorter
     */
    public AuditSigner withSealKey(Path file) {
        byte[] key = read(file);
        if (key.length < SHORTEST_SEAL_KEY) {
            throw new ConfigurationException("The seal key " + file + " has 32 bytes or more, from a random source.");
        }
        return new AuditSigner(this, key);
    }

    /**
     * The key that seals the lines of one chain. What it is made of is a signature that is published nowhere, so a token that keeps
     * the audit key can make it, too.
     *
     * @param origin the chain
     * @return a key for HMAC-SHA-256
     * @throws ConfigurationException if the audit key signs the same text differently each time and has no seal key
     */
    public SecretKey sealKey(Origin origin) {
        byte[] material = materials.computeIfAbsent(origin.log(), sealMaterial);
        return new SecretKeySpec(Hkdf.derive(material, SEAL, origin.toString()), "HmacSHA256");
    }

    private byte[] signTwice(String log) {
        byte[] text = (SEAL + "\n" + log + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] signature = sign(text);
        if (!Arrays.equals(signature, sign(text))) {
            throw new ConfigurationException("The audit key " + verificationKey.name()
                    + " signs the same text differently each time, so no seal can be made from it. Give it a seal key in a"
                    + " file: AuditSigner.withSealKey.");
        }
        return signature;
    }

    /**
     * What verifies the checkpoints.
     *
     * @return the public half
     */
    public VerificationKey verificationKey() {
        return verificationKey;
    }

    byte[] sign(byte[] text) {
        return engine.apply(text);
    }

    /** Returns the public half. */
    @Override
    public String toString() {
        return "AuditSigner[" + verificationKey + "]";
    }
}
