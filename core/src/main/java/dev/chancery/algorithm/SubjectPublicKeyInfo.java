package dev.chancery.algorithm;

import dev.chancery.algorithm.DerReader.MalformedException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.spi.support.Printable;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A public key by its encoding, read strictly (RFC 5280, 4.1.2.7, in DER) and judged here, so that one key has one fingerprint and
 * one verdict whichever JCA provider computes with it. Immutable and thread-safe.
 */
public final class SubjectPublicKeyInfo {
    private static final String RSA = "1.2.840.113549.1.1.1";
    private static final String RSAES_OAEP = "1.2.840.113549.1.1.7";
    private static final String RSASSA_PSS = "1.2.840.113549.1.1.10";
    private static final String EC = "1.2.840.10045.2.1";
    private static final String ED25519 = "1.3.101.112";
    private static final Map<String, String> OTHERS = Map.of(
            "1.2.840.10040.4.1", "DSA",
            "1.2.840.113549.1.3.1", "Diffie-Hellman",
            "1.3.101.110", "X25519",
            "1.3.101.111", "X448",
            "1.3.101.113", "Ed448");

    private final byte[] encoded;
    private final KeySpec spec;
    private final Set<SignatureAlgorithm> algorithms;
    private final Optional<RsaModulus> modulus;
    private final String jcaName;

    private SubjectPublicKeyInfo(
            byte[] encoded,
            KeySpec spec,
            Set<SignatureAlgorithm> algorithms,
            Optional<RsaModulus> modulus,
            String jcaName) {
        this.encoded = encoded;
        this.spec = spec;
        this.algorithms = Collections.unmodifiableSet(algorithms);
        this.modulus = modulus;
        this.jcaName = jcaName;
    }

    /**
     * Judges a key object by its encoding.
     *
     * @param key a public key of any JCA provider
     * @return what the encoding says
     * @throws UnsupportedException if the key is of no supported kind, or none that an honest generator makes; the message says why
     */
    public static SubjectPublicKeyInfo of(PublicKey key) {
        byte[] encoded = key.getEncoded();
        if (encoded == null || !"X.509".equals(key.getFormat())) {
            throw new UnsupportedException(
                    "The public key of type " + Printable.of(key.getAlgorithm()) + " gives no SubjectPublicKeyInfo.");
        }
        return read(encoded);
    }

    /**
     * Reads and judges a key.
     *
     * @param der the encoding, and nothing behind it
     * @return what it says
     * @throws UnsupportedException if the key is of no supported kind, or none that an honest generator makes, or if these bytes are
     *     not its one right encoding; the message says why
     */
    public static SubjectPublicKeyInfo read(byte[] der) {
        byte[] encoded = der.clone();
        try {
            DerReader all = new DerReader(encoded);
            DerReader info = all.enter(DerReader.SEQUENCE, "the SubjectPublicKeyInfo");
            all.requireEnd("the SubjectPublicKeyInfo");
            DerReader identifier = info.enter(DerReader.SEQUENCE, "the algorithm");
            String algorithm = identifier.objectIdentifier("the algorithm");
            byte[] bits = info.bitString("the public key");
            info.requireEnd("the SubjectPublicKeyInfo");
            return judge(encoded, algorithm, identifier, bits);
        } catch (MalformedException e) {
            throw new UnsupportedException(
                    "These bytes are not a public key in its one right encoding (SubjectPublicKeyInfo in DER): "
                            + e.getMessage() + ".",
                    e);
        }
    }

    /**
     * Reads and judges the one public key of a PEM file.
     *
     * @param pem the file: {@code PUBLIC KEY}, or the {@code RSA PUBLIC KEY} of older tools
     * @return what it says
     * @throws UnsupportedException as {@link #read}, and if the file holds something else than a public key; the message says what, and
     *     the command that makes a public key of it
     * @throws IntegrityException if the file is damaged, or holds no key or several
     * @throws IOException if the file cannot be read, or is far larger than any key's
     */
    public static SubjectPublicKeyInfo readPem(Path pem) throws IOException {
        byte[] content;
        try (InputStream file = new FileInputStream(pem.toFile())) {
            content = file.readNBytes(PublicKeyPem.MAX_BYTES + 1);
        } catch (FileNotFoundException e) {
            throw unopened(pem, e);
        }
        if (content.length > PublicKeyPem.MAX_BYTES) {
            throw new FileSystemException(pem.toString(), null, "it is too large for a public key");
        }
        byte[] der = PublicKeyPem.read(content, pem.toString());
        try {
            return read(der);
        } catch (UnsupportedException e) {
            throw new UnsupportedException(pem + ": " + e.getMessage(), e);
        }
    }

    /** The JDK has one exception for a file that is not there and for one that must not be read. */
    private static IOException unopened(Path file, FileNotFoundException e) {
        IOException why = Files.notExists(file)
                ? new NoSuchFileException(file.toString())
                : Files.isDirectory(file)
                        ? new FileSystemException(file.toString(), null, "it is a directory")
                        : new AccessDeniedException(file.toString());
        why.initCause(e);
        return why;
    }

    private static SubjectPublicKeyInfo judge(byte[] encoded, String algorithm, DerReader identifier, byte[] bits)
            throws MalformedException {
        switch (algorithm) {
            case RSA -> {
                identifier
                        .enter(DerReader.NULL, "the parameter NULL of an RSA key")
                        .requireEnd("NULL");
                identifier.requireEnd("the algorithm");
                RsaModulus modulus = RsaModulus.read(bits);
                return rsa(encoded, modulus, modulus.spec().algorithms(), "RSA");
            }
            case RSASSA_PSS -> {
                Set<SignatureAlgorithm> allowed = PssParameters.algorithms(identifier);
                identifier.requireEnd("the algorithm");
                return rsa(encoded, RsaModulus.read(bits), allowed, "RSASSA-PSS");
            }
            case RSAES_OAEP ->
                throw new UnsupportedException(
                        "The RSA key is confined to RSAES-OAEP, which encrypts: it verifies no signatures.");
            case EC -> {
                KeySpec spec = NistCurve.read(identifier, bits);
                return other(encoded, spec);
            }
            case ED25519 -> {
                identifier.requireEnd("the algorithm of an Ed25519 key, which has no parameters,");
                Ed25519Point.requireSound(bits);
                return other(encoded, KeySpec.ED25519);
            }
            default -> {
                KeySpec spec = MlDsaPublicKey.specOf(algorithm, bits.length)
                        .orElseThrow(() -> new UnsupportedException("Keys of type "
                                + OTHERS.getOrDefault(algorithm, algorithm)
                                + " are not supported; RSA, P-256, P-384, P-521, Ed25519 and ML-DSA are."));
                identifier.requireEnd("the algorithm of an ML-DSA key, which has no parameters,");
                return other(encoded, spec);
            }
        }
    }

    private static SubjectPublicKeyInfo rsa(
            byte[] encoded, RsaModulus modulus, Set<SignatureAlgorithm> algorithms, String jcaName) {
        return new SubjectPublicKeyInfo(encoded, modulus.spec(), algorithms, Optional.of(modulus), jcaName);
    }

    private static SubjectPublicKeyInfo other(byte[] encoded, KeySpec spec) {
        return new SubjectPublicKeyInfo(
                encoded,
                spec,
                spec.algorithms(),
                Optional.empty(),
                spec.algorithm().jcaName());
    }

    /**
     * The key's kind.
     *
     * @return the kind
     */
    public KeySpec spec() {
        return spec;
    }

    /**
     * What the key may be used with: an RSASSA-PSS key says so itself (RFC 4055, 1.2), any other takes all of its kind.
     *
     * @return an unmodifiable set, in the order of the enumeration
     */
    public Set<SignatureAlgorithm> algorithms() {
        return algorithms;
    }

    /**
     * What the key is used with where nothing else is asked for.
     *
     * @return the default of its kind, or what its own parameters demand
     */
    public SignatureAlgorithm defaultAlgorithm() {
        return algorithms.contains(spec.defaultAlgorithm())
                ? spec.defaultAlgorithm()
                : algorithms.iterator().next();
    }

    /**
     * The modulus of an RSA key.
     *
     * @return the modulus, empty for every other key
     */
    public Optional<BigInteger> modulus() {
        return modulus.map(RsaModulus::number);
    }

    /**
     * The key as an object of the JDK, or of our own for ML-DSA, which the JDK knows from Java 24 on.
     *
     * @return the key
     * @throws UnsupportedException if this Java runtime refuses it
     */
    public PublicKey publicKey() {
        if (spec.algorithm() == KeyAlgorithm.ML_DSA) {
            return new MlDsaPublicKey(spec, encoded);
        }
        try {
            return spec.algorithm().readPublicKey(encoded, jcaName);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new UnsupportedException("This Java runtime cannot read the " + spec + " public key.", e);
        }
    }

    /** The kind of the key. */
    @Override
    public String toString() {
        return spec + " public key";
    }
}
