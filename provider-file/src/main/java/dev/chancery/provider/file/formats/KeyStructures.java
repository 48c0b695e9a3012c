package dev.chancery.provider.file.formats;

import dev.chancery.error.UnsupportedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;

/**
 * Keys in each encoding, by BouncyCastle's parsers: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017, appendix A.1), SEC 1 (RFC 5915) and SPKI
 * (RFC 5280, section 4.1), told apart by their content and not by the label above it.
 */
final class KeyStructures {
    private static final String RSA = "1.2.840.113549.1.1.1";
    private static final String RSASSA_PSS = "1.2.840.113549.1.1.10";
    private static final String EC = "1.2.840.10045.2.1";
    private static final String ED25519 = "1.3.101.112";

    private KeyStructures() {}

    /** Whether this is DER that begins as every private key does, with a version; noise that a wrong passphrase makes is not. */
    static boolean looksLikePrivateKey(byte[] der) {
        try {
            // 0 or 1.
            return StrictDer.read(
                    der, key -> StrictDer.integer(key, 0).shiftRight(1).signum() == 0);
        } catch (MalformedException e) {
            return false;
        }
    }

    /**
     * A private key and its public half: what the file says of it, computed only where it says nothing.
     *
     * @param ecParameters what an {@code EC PARAMETERS} block beside the key holds
     * @throws UnsupportedException if no {@link dev.chancery.algorithm.KeySpec} describes the key
     */
    static LoadedKey readPrivate(byte[] der, Optional<byte[]> ecParameters) throws MalformedException {
        return StrictDer.read(der, key -> {
            ASN1Encodable second = key.getObjectAt(1);
            if (second instanceof ASN1Sequence) {
                return LoadedKey.plain("PKCS#8", pkcs8(PrivateKeyInfo.getInstance(key)));
            }
            if (second instanceof ASN1OctetString) {
                Optional<NamedCurve> outer = ecParameters.isPresent()
                        ? Optional.of(
                                StrictDer.read(ecParameters.get(), ASN1Encodable.class::cast, EcParameters::curve))
                        : Optional.empty();
                return LoadedKey.plain("SEC 1", sec1(key, outer));
            }
            if (key.size() == 6 && second instanceof ASN1Integer) {
                throw JdkKeys.unsupported("A DSA key");
            }
            return LoadedKey.plain("PKCS#1", pkcs1(key));
        });
    }

    private static KeyPair pkcs8(PrivateKeyInfo info) throws IOException, MalformedException {
        AlgorithmIdentifier identifier = info.getPrivateKeyAlgorithm();
        byte[] octets = info.getPrivateKey().getOctets();
        try {
            if (MlDsaKeys.isOne(identifier)) {
                return MlDsaKeys.read(identifier, octets);
            }
            requireFitting(identifier);
            KeyPair pair = switch (identifier.getAlgorithm().getId()) {
                case RSA -> StrictDer.read(octets, KeyStructures::pkcs1);
                case RSASSA_PSS -> confined(identifier, StrictDer.read(octets, KeyStructures::pkcs1));
                case EC -> {
                    Optional<NamedCurve> curve = Optional.of(EcParameters.curve(identifier.getParameters()));
                    yield StrictDer.read(octets, sec1 -> sec1(sec1, curve));
                }
                default -> StrictDer.read(octets, ASN1OctetString::getInstance, KeyStructures::ed25519);
            };
            if (info.hasPublicKey()
                    && !publicKey(identifier, info.getPublicKeyData().getBytes())
                            .equals(pair.getPublic())) {
                throw new MalformedException("the public key in the file does not belong to the private key");
            }
            return pair;
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    /** The public half says what the key is confined to (RFC 4055, 1.2). */
    private static KeyPair confined(AlgorithmIdentifier identifier, KeyPair plain) throws IOException {
        SubjectPublicKeyInfo info =
                SubjectPublicKeyInfo.getInstance(plain.getPublic().getEncoded());
        return new KeyPair(judged(identifier, info.getPublicKeyData().getBytes()), plain.getPrivate());
    }

    private static KeyPair pkcs1(ASN1Sequence key) throws GeneralSecurityException, MalformedException {
        if (StrictDer.integer(key, 0).equals(BigInteger.ONE)
                && StrictDer.integer(key, 1).signum() > 0) {
            throw new UnsupportedException("An RSA key with more than two primes is not supported.");
        }
        if (key.size() != 9 || StrictDer.integer(key, 0).signum() != 0) {
            throw new MalformedException("an RSA key of an unknown version");
        }
        BigInteger[] n = IntStream.range(0, key.size())
                .mapToObj(index -> StrictDer.integer(key, index))
                .toArray(BigInteger[]::new);
        return RsaPair.of(new RSAPrivateCrtKeySpec(n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8]));
    }

    private static KeyPair sec1(ASN1Sequence key, Optional<NamedCurve> outer)
            throws GeneralSecurityException, MalformedException {
        ECPrivateKey ec = ECPrivateKey.getInstance(key);
        BigInteger number = ec.getKey();
        Arrays.fill(ASN1OctetString.getInstance(key.getObjectAt(1)).getOctets(), (byte) 0);
        boolean namesCurve = ec.getParametersObject() != null;
        boolean hasPublicKey = ec.getPublicKey() != null;
        if (!StrictDer.integer(key, 0).equals(BigInteger.ONE)
                || key.size() != 2 + (namesCurve ? 1 : 0) + (hasPublicKey ? 1 : 0)) {
            throw new MalformedException("an EC private key of an unknown version");
        }
        if (outer.isEmpty() && !namesCurve) {
            throw new MalformedException("an EC private key that does not name its curve");
        }
        NamedCurve curve = namesCurve ? EcParameters.curve(ec.getParametersObject()) : outer.orElseThrow();
        if (outer.isPresent() && outer.get() != curve) {
            throw new MalformedException("an EC private key that names two curves");
        }
        // GnuTLS and mbedTLS put zeros before the number, OpenSSL before 1.0.2 left some out: its value counts.
        PrivateKey privateKey = curve.privateKey(number);
        return new KeyPair(
                hasPublicKey
                        ? EcParameters.publicKey(curve, ec.getPublicKey().getBytes())
                        : EcParameters.publicKey(curve, number),
                privateKey);
    }

    private static KeyPair ed25519(ASN1OctetString octets)
            throws GeneralSecurityException, IOException, MalformedException {
        byte[] seed = octets.getOctets();
        if (seed.length != Ed25519PrivateKeyParameters.KEY_SIZE) {
            throw new MalformedException("an Ed25519 private key that is not 32 bytes long");
        }
        try {
            byte[] point =
                    new Ed25519PrivateKeyParameters(seed).generatePublicKey().getEncoded();
            PrivateKey privateKey = KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
            return new KeyPair(judged(new AlgorithmIdentifier(new ASN1ObjectIdentifier(ED25519)), point), privateKey);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /**
     * A public key: SPKI, or the bare RSA key that {@code openssl rsa -RSAPublicKey_out} writes.
     *
     * @throws UnsupportedException if no {@link dev.chancery.algorithm.KeySpec} describes the key
     */
    static PublicKey readPublic(byte[] der) throws MalformedException {
        return StrictDer.read(der, key -> {
            if (key.getObjectAt(0) instanceof ASN1Integer) {
                return rsa(key);
            }
            SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(key);
            requireFitting(info.getAlgorithm());
            return publicKey(info.getAlgorithm(), info.getPublicKeyData().getBytes());
        });
    }

    private static PublicKey publicKey(AlgorithmIdentifier identifier, byte[] bits)
            throws IOException, MalformedException {
        return switch (identifier.getAlgorithm().getId()) {
            case RSA -> StrictDer.read(bits, KeyStructures::rsa);
            case EC -> EcParameters.publicKey(EcParameters.curve(identifier.getParameters()), bits);
            default -> judged(identifier, bits);
        };
    }

    /** As core judges it, by its encoding. */
    private static PublicKey judged(AlgorithmIdentifier identifier, byte[] bits) throws IOException {
        return dev.chancery.algorithm.SubjectPublicKeyInfo.read(
                        new SubjectPublicKeyInfo(identifier, bits).getEncoded(ASN1Encoding.DER))
                .publicKey();
    }

    private static PublicKey rsa(ASN1Sequence key) throws MalformedException {
        if (key.size() != 2) {
            throw new MalformedException("an RSA public key of " + key.size() + " numbers");
        }
        return RsaPair.publicKey(StrictDer.integer(key, 0), StrictDer.integer(key, 1));
    }

    private static void requireFitting(AlgorithmIdentifier identifier) throws MalformedException {
        String oid = identifier.getAlgorithm().getId();
        ASN1Encodable parameters = identifier.getParameters();
        // RFC 3279 demands the NULL of RSA; some tools forget it and OpenSSL reads those too.
        boolean fitting = switch (oid) {
            case RSA -> parameters == null || parameters.equals(DERNull.INSTANCE);
            case ED25519 -> parameters == null;
            case EC, RSASSA_PSS -> true;
            default -> throw JdkKeys.unsupported(ObjectIdentifiers.name(oid, "A key of algorithm "));
        };
        if (!fitting) {
            throw new MalformedException("DER: parameters that the key's algorithm does not have");
        }
    }

    /** PKCS#8 under the algorithm of its public half: a key that is confined stays so. */
    static byte[] confine(byte[] pkcs8, PublicKey publicKey) {
        ASN1Encodable[] elements = ASN1Sequence.getInstance(pkcs8).toArray();
        elements[1] = SubjectPublicKeyInfo.getInstance(publicKey.getEncoded()).getAlgorithm();
        try {
            return new DERSequence(elements).getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
