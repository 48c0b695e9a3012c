package dev.chancery.provider.file.formats;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SubjectPublicKeyInfo;
import dev.chancery.error.UnsupportedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;

/**
 * ML-DSA keys (FIPS 204) in PKCS#8 as RFC 9881, section 6 has them: the seed, the expanded key, or both. Written is the seed, where it is known. In
 * memory a key is expanded: that is the one form that every JCA provider reads.
 */
final class MlDsaKeys {
    private static final int SEED = 32;

    /** Where s1 begins in an expanded key: behind rho, K and tr. */
    private static final int SECRETS = 128;

    private static final int COEFFICIENTS = 256;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A parameter set; the length of its expanded private key, and what its secret polynomials are like (FIPS 204, tables 1 and 2). */
    private enum Kind {
        ML_DSA_44(NISTObjectIdentifiers.id_ml_dsa_44, MLDSAParameters.ml_dsa_44, 2560, 2, 8),
        ML_DSA_65(NISTObjectIdentifiers.id_ml_dsa_65, MLDSAParameters.ml_dsa_65, 4032, 4, 11),
        ML_DSA_87(NISTObjectIdentifiers.id_ml_dsa_87, MLDSAParameters.ml_dsa_87, 4896, 2, 15);

        @SuppressWarnings("ImmutableEnumChecker") // an object identifier is immutable, only not annotated so
        private final ASN1ObjectIdentifier identifier;

        @SuppressWarnings("ImmutableEnumChecker") // as above
        private final MLDSAParameters parameters;

        private final int expandedBytes;
        private final int eta;
        private final int polynomials;

        Kind(ASN1ObjectIdentifier identifier, MLDSAParameters parameters, int expandedBytes, int eta, int polynomials) {
            this.identifier = identifier;
            this.parameters = parameters;
            this.expandedBytes = expandedBytes;
            this.eta = eta;
            this.polynomials = polynomials;
        }

        /** Whether each coefficient of s1 and s2 lies within eta: others can be written, and BouncyCastle reads them. */
        boolean isInRange(byte[] expanded) {
            int width = eta == 2 ? 3 : 4;
            int at = 8 * SECRETS;
            for (int coefficient = 0; coefficient < COEFFICIENTS * polynomials; coefficient++) {
                int value = 0;
                for (int bit = 0; bit < width; bit++, at++) {
                    value |= (expanded[at / 8] >>> at % 8 & 1) << bit;
                }
                if (value > 2 * eta) {
                    return false;
                }
            }
            return true;
        }

        AlgorithmIdentifier algorithm() {
            return new AlgorithmIdentifier(identifier);
        }
    }

    /** The private half, whose encoding is expanded. It prints nothing of itself. */
    private static final class Expanded implements PrivateKey {
        private static final long serialVersionUID = 1L;

        private final String algorithm;
        private final byte[] pkcs8;
        private final byte[] written;

        /** @param written what {@link #write} gives for it */
        Expanded(String algorithm, byte[] pkcs8, byte[] written) {
            this.algorithm = algorithm;
            this.pkcs8 = pkcs8;
            this.written = written;
        }

        @Override
        public String getAlgorithm() {
            return algorithm;
        }

        @Override
        public String getFormat() {
            return "PKCS#8";
        }

        @Override
        public byte[] getEncoded() {
            return pkcs8.clone();
        }

        @Override
        public String toString() {
            return algorithm + " private key";
        }
    }

    private MlDsaKeys() {}

    static boolean isOne(AlgorithmIdentifier identifier) {
        return kind(identifier).isPresent();
    }

    private static Optional<Kind> kind(AlgorithmIdentifier identifier) {
        return Arrays.stream(Kind.values())
                .filter(kind -> kind.identifier.equals(identifier.getAlgorithm()))
                .findFirst();
    }

    static KeyPair generate(KeySpec spec) {
        byte[] seed = new byte[SEED];
        RANDOM.nextBytes(seed);
        try {
            return pair(Kind.valueOf(spec.name()), Optional.of(seed), Optional.empty());
        } catch (MalformedException e) {
            throw new IllegalStateException("Every seed makes a key.", e);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    static KeyPair read(AlgorithmIdentifier identifier, byte[] octets) throws MalformedException {
        Kind kind = kind(identifier).orElseThrow();
        if (identifier.getParameters() != null) {
            throw new MalformedException("DER: parameters that the key's algorithm does not have");
        }
        return StrictDer.read(octets, ASN1Encodable.class::cast, content -> {
            if (content instanceof ASN1TaggedObject tagged && tagged.hasContextTag(0) && !tagged.isExplicit()) {
                return pair(kind, Optional.of(octets(ASN1OctetString.getInstance(tagged, false))), Optional.empty());
            }
            if (content instanceof ASN1OctetString expanded) {
                return pair(kind, Optional.empty(), Optional.of(octets(expanded)));
            }
            ASN1Sequence both = ASN1Sequence.getInstance(content);
            if (both.size() != 2) {
                throw new MalformedException("an ML-DSA private key in an unknown form");
            }
            return pair(
                    kind,
                    Optional.of(octets(ASN1OctetString.getInstance(both.getObjectAt(0)))),
                    Optional.of(octets(ASN1OctetString.getInstance(both.getObjectAt(1)))));
        });
    }

    private static byte[] octets(ASN1OctetString string) {
        return string.getOctets();
    }

    private static KeyPair pair(Kind kind, Optional<byte[]> seed, Optional<byte[]> expanded) throws MalformedException {
        if (seed.filter(bytes -> bytes.length != SEED).isPresent()
                || expanded.filter(bytes -> bytes.length != kind.expandedBytes).isPresent()) {
            throw new MalformedException("an " + kind + " private key of a wrong length");
        }
        if (expanded.filter(bytes -> !kind.isInRange(bytes)).isPresent()) {
            throw new MalformedException("an " + kind + " private key whose numbers are out of range");
        }
        MLDSAPrivateKeyParameters key;
        try {
            key = new MLDSAPrivateKeyParameters(kind.parameters, seed.orElseGet(expanded::orElseThrow), null);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("an " + kind + " private key whose numbers are out of range", e);
        }
        byte[] full = expandedOf(key);
        if (expanded.filter(given -> !Arrays.equals(given, full)).isPresent()) {
            throw new MalformedException("the seed and the expanded key in the file are of two keys");
        }
        byte[] pkcs8 = pkcs8(kind, new DEROctetString(full));
        byte[] written = seed.map(bytes -> pkcs8(kind, new DERTaggedObject(false, 0, new DEROctetString(bytes))))
                .orElse(pkcs8);
        Arrays.fill(full, (byte) 0);
        return new KeyPair(
                SubjectPublicKeyInfo.read(encoded(new org.bouncycastle.asn1.x509.SubjectPublicKeyInfo(
                                kind.algorithm(), key.getPublicKey())))
                        .publicKey(),
                new Expanded(kind.name().replace('_', '-'), pkcs8, written));
    }

    private static byte[] expandedOf(MLDSAPrivateKeyParameters key) {
        return key.withPreferredFormat(MLDSAPrivateKeyParameters.EXPANDED_KEY).getEncoded();
    }

    /**
     * PKCS#8 with the seed; with the expanded key where no seed is known.
     *
     * @throws UnsupportedException if a foreign key's encoding is no ML-DSA key's
     */
    static byte[] write(PrivateKey key) {
        if (key instanceof Expanded own) {
            return own.written.clone();
        }
        try {
            KeyPair pair = StrictDer.read(key.getEncoded(), sequence -> {
                PrivateKeyInfo info = PrivateKeyInfo.getInstance(sequence);
                return read(info.getPrivateKeyAlgorithm(), info.getPrivateKey().getOctets());
            });
            return ((Expanded) pair.getPrivate()).written.clone();
        } catch (MalformedException e) {
            throw new UnsupportedException("The ML-DSA private key does not show itself in a form of RFC 9881.", e);
        }
    }

    private static byte[] pkcs8(Kind kind, ASN1Encodable privateKey) {
        try {
            return encoded(new PrivateKeyInfo(kind.algorithm(), privateKey));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] encoded(ASN1Object structure) {
        try {
            return structure.getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
