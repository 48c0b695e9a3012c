package dev.chancery.provider.pkcs11.keys;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** Public keys out of a token's attributes and into them, as tolerantly as tokens differ and no more. */
final class PublicKeys {
    private static final long[] NAMED = {Ck.CKA_ID, Ck.CKA_LABEL, Ck.CKA_KEY_TYPE};
    private static final long[] OF_RSA = {Ck.CKA_MODULUS, Ck.CKA_PUBLIC_EXPONENT};
    private static final long[] OF_CURVES = {Ck.CKA_EC_PARAMS, Ck.CKA_EC_POINT};
    private static final long[] OF_ML_DSA = {Ck.CKA_VALUE};

    private static final HexFormat HEX = HexFormat.of();

    /** A curve: CKA_EC_PARAMS, and the bytes of a point. */
    private record Curve(KeySpec spec, String parameters, int pointLength) {}

    private static final List<Curve> CURVES = List.of(
            new Curve(KeySpec.EC_P256, "06082a8648ce3d030107", 65),
            new Curve(KeySpec.EC_P384, "06052b81040022", 97),
            new Curve(KeySpec.EC_P521, "06052b81040023", 133),
            new Curve(KeySpec.ED25519, "06032b6570", 32));

    private static final int OCTET_STRING = 0x04;
    private static final int BIT_STRING = 0x03;
    private static final int UNCOMPRESSED = 0x04;

    private PublicKeys() {}

    private static Curve curve(KeySpec spec) {
        return CURVES.stream()
                .filter(curve -> curve.spec() == spec)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(spec + " is on no curve."));
    }

    private static Optional<Curve> curve(byte[] parameters) {
        String wanted = HEX.formatHex(parameters);
        return CURVES.stream()
                .filter(curve -> curve.parameters().equals(wanted))
                .findFirst();
    }

    /** The curve of a kind of key as CKA_EC_PARAMS wants it. */
    static byte[] ecParameters(KeySpec spec) {
        return HEX.parseHex(curve(spec).parameters());
    }

    /** The point as CKA_EC_POINT wants it, before it is wrapped into an OCTET STRING. */
    static byte[] ecPoint(PublicKey key, KeySpec spec) {
        byte[] encoded = key.getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - curve(spec).pointLength(), encoded.length);
    }

    /** How many bytes a coordinate has on the curve of CKA_EC_PARAMS; empty for one that is not supported. */
    static Optional<Integer> fieldLength(byte[] parameters) {
        return curve(parameters).map(curve -> fieldLength(curve.spec()));
    }

    static int fieldLength(KeySpec spec) {
        return (spec.bits() + 7) / 8;
    }

    /** What has to be read of an object for {@link #of}, and what it is called; asking for more makes a token refuse the rest too. */
    static long[] attributes(long keyType) {
        long[] own = keyType == Ck.CKK_RSA ? OF_RSA : keyType == Ck.CKK_ML_DSA ? OF_ML_DSA : OF_CURVES;
        return LongStream.concat(Arrays.stream(NAMED), Arrays.stream(own)).toArray();
    }

    /** CKA_KEY_TYPE of a key, or a negative number. */
    static long keyType(PublicKey key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> Ck.CKK_RSA;
            case "EC" -> Ck.CKK_EC;
            case "EdDSA", "Ed25519" -> Ck.CKK_EC_EDWARDS;
            default -> -1;
        };
    }

    /**
     * The key of an object, or empty if the object does not say.
     *
     * @throws UnsupportedException if it is of no supported kind, or its point is not on its curve
     * @throws IntegrityException if its parts contradict each other
     */
    static Optional<PublicKey> of(CkAttributes attributes) {
        long type = attributes.number(Ck.CKA_KEY_TYPE).orElse(-1L);
        if (type == Ck.CKK_RSA) {
            return rsa(attributes);
        }
        if (type == Ck.CKK_EC || type == Ck.CKK_EC_EDWARDS) {
            return onCurve(attributes);
        }
        if (type == Ck.CKK_ML_DSA) {
            return mlDsa(attributes.bytes(Ck.CKA_VALUE));
        }
        throw new UnsupportedException("Its CKA_KEY_TYPE is 0x" + Long.toHexString(type)
                + "; RSA, EC, Edwards and ML-DSA keys are supported.");
    }

    /** By its length: the wrapper, which stands at PKCS#11 3.0, does not read CKA_PARAMETER_SET. */
    private static Optional<PublicKey> mlDsa(byte[] key) {
        return switch (key.length) {
            case 0 -> Optional.empty();
            case 1312 -> Optional.of(KeySpec.ML_DSA_44.rawPublicKey(key));
            case 1952 -> Optional.of(KeySpec.ML_DSA_65.rawPublicKey(key));
            case 2592 -> Optional.of(KeySpec.ML_DSA_87.rawPublicKey(key));
            default ->
                throw new IntegrityException("Its CKA_VALUE has " + key.length + " bytes, as no ML-DSA key has.");
        };
    }

    private static Optional<PublicKey> rsa(CkAttributes attributes) {
        Optional<BigInteger> modulus = attributes.bigInteger(Ck.CKA_MODULUS);
        Optional<BigInteger> exponent = attributes.bigInteger(Ck.CKA_PUBLIC_EXPONENT);
        if (modulus.isEmpty() || exponent.isEmpty()) {
            return Optional.empty();
        }
        try {
            RSAPublicKeySpec numbers = new RSAPublicKeySpec(modulus.get(), exponent.get());
            return Optional.of(KeyFactory.getInstance("RSA").generatePublic(numbers));
        } catch (GeneralSecurityException e) {
            throw new IntegrityException("Its public half makes no key.", e);
        }
    }

    private static Optional<PublicKey> onCurve(CkAttributes attributes) {
        byte[] parameters = attributes.bytes(Ck.CKA_EC_PARAMS);
        byte[] point = attributes.bytes(Ck.CKA_EC_POINT);
        if (parameters.length == 0 || point.length == 0) {
            return Optional.empty();
        }
        Curve curve = curve(parameters)
                .orElseThrow(() -> new UnsupportedException(
                        "Its curve is not supported; P-256, P-384, P-521 and Ed25519 are, each by its name."));
        boolean edwards = curve.spec() == KeySpec.ED25519;
        boolean coordinates = !edwards && point.length == curve.pointLength() - 1;
        byte[] raw = coordinates ? uncompressed(point) : unwrap(point, curve.pointLength());
        if (!edwards && raw[0] != UNCOMPRESSED) {
            throw new IntegrityException("Its CKA_EC_POINT is no uncompressed point.");
        }
        return Optional.of(curve.spec().rawPublicKey(raw));
    }

    private static byte[] uncompressed(byte[] coordinates) {
        return ByteBuffer.allocate(coordinates.length + 1)
                .put((byte) UNCOMPRESSED)
                .put(coordinates)
                .array();
    }

    /**
     * The point itself: as it is, or out of an OCTET STRING, as the standard has it, or a BIT STRING. What surrounds it may be
     * malformed, as some tokens have it, as long as the point is where it belongs: at the end.
     */
    private static byte[] unwrap(byte[] point, int length) {
        if (point.length == length) {
            return point;
        }
        boolean wrapped = point.length > length
                && point.length <= length + 4
                && (point[0] == OCTET_STRING || point[0] == BIT_STRING);
        if (!wrapped) {
            throw new IntegrityException(
                    "Its CKA_EC_POINT has " + point.length + " bytes, where the point alone has " + length + ".");
        }
        return Arrays.copyOfRange(point, point.length - length, point.length);
    }

    /** The key of an X.509 certificate. */
    static Optional<PublicKey> ofCertificate(byte[] der) {
        try {
            return Optional.of(CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der))
                    .getPublicKey());
        } catch (CertificateException e) {
            return Optional.empty();
        }
    }
}
