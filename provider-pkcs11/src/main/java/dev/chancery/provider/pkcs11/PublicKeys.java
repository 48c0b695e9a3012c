package dev.chancery.provider.pkcs11;

import dev.chancery.IntegrityException;
import dev.chancery.KeySpec;
import dev.chancery.UnsupportedException;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Public keys out of a token's attributes and into them, as tolerantly as tokens differ and no more. */
final class PublicKeys {
    private static final long[] RSA_ATTRIBUTES = {Ck.CKA_KEY_TYPE, Ck.CKA_MODULUS, Ck.CKA_PUBLIC_EXPONENT};
    private static final long[] EC_ATTRIBUTES = {Ck.CKA_KEY_TYPE, Ck.CKA_EC_PARAMS, Ck.CKA_EC_POINT};

    private static final HexFormat HEX = HexFormat.of();

    /** CKA_EC_PARAMS, the object identifier of the curve in DER. */
    private static final Map<String, KeySpec> CURVES = Map.of(
            "06082a8648ce3d030107", KeySpec.EC_P256,
            "06052b81040022", KeySpec.EC_P384,
            "06052b81040023", KeySpec.EC_P521,
            "06032b6570", KeySpec.ED25519);

    /** RFC 8410: everything before the 32 bytes of the point. */
    private static final byte[] ED25519_PREFIX = HEX.parseHex("302a300506032b6570032100");

    private static final int OCTET_STRING = 0x04;
    private static final int BIT_STRING = 0x03;
    private static final int UNCOMPRESSED = 0x04;

    private PublicKeys() {}

    /** The curve of a kind of key as CKA_EC_PARAMS wants it. */
    static byte[] ecParameters(KeySpec spec) {
        return CURVES.entrySet().stream()
                .filter(curve -> curve.getValue() == spec)
                .map(curve -> HEX.parseHex(curve.getKey()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(spec + " is on no curve."));
    }

    /** The point as CKA_EC_POINT wants it, before it is wrapped into an OCTET STRING. */
    static byte[] ecPoint(PublicKey key, KeySpec spec) {
        if (spec == KeySpec.ED25519) {
            byte[] encoded = key.getEncoded();
            return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        }
        ECPoint point = ((ECPublicKey) key).getW();
        int length = fieldLength(spec);
        byte[] bytes = new byte[1 + 2 * length];
        bytes[0] = UNCOMPRESSED;
        put(point.getAffineX(), bytes, 1 + length);
        put(point.getAffineY(), bytes, 1 + 2 * length);
        return bytes;
    }

    private static void put(BigInteger number, byte[] into, int end) {
        byte[] bytes = number.toByteArray();
        int from = bytes.length > 1 && bytes[0] == 0 ? 1 : 0;
        System.arraycopy(bytes, from, into, end - bytes.length + from, bytes.length - from);
    }

    static int fieldLength(KeySpec spec) {
        return (spec.bits() + 7) / 8;
    }

    /** What has to be read of an object for {@link #of}; asking for more makes a token refuse the rest too. */
    static long[] attributes(long keyType) {
        return keyType == Ck.CKK_RSA ? RSA_ATTRIBUTES : EC_ATTRIBUTES;
    }

    /**
     * The key of an object, or empty if the object does not say.
     *
     * @throws UnsupportedException if it is of no supported kind, or its point is not on its curve
     * @throws IntegrityException if its parts contradict each other
     */
    static Optional<PublicKey> of(CkAttributes attributes) {
        long type = attributes.number(Ck.CKA_KEY_TYPE).orElse(-1L);
        try {
            if (type == Ck.CKK_RSA) {
                return rsa(attributes);
            }
            if (type == Ck.CKK_EC || type == Ck.CKK_EC_EDWARDS) {
                return onCurve(attributes);
            }
        } catch (GeneralSecurityException e) {
            throw new IntegrityException("its public half makes no key", e);
        }
        throw new UnsupportedException(
                "its CKA_KEY_TYPE is 0x" + Long.toHexString(type) + "; RSA, EC and Edwards keys are" + " supported");
    }

    private static Optional<PublicKey> rsa(CkAttributes attributes) throws GeneralSecurityException {
        Optional<BigInteger> modulus = attributes.bigInteger(Ck.CKA_MODULUS);
        Optional<BigInteger> exponent = attributes.bigInteger(Ck.CKA_PUBLIC_EXPONENT);
        if (modulus.isEmpty() || exponent.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus.get(), exponent.get())));
    }

    private static Optional<PublicKey> onCurve(CkAttributes attributes) throws GeneralSecurityException {
        byte[] parameters = attributes.bytes(Ck.CKA_EC_PARAMS);
        byte[] point = attributes.bytes(Ck.CKA_EC_POINT);
        if (parameters == null || point == null || point.length == 0) {
            return Optional.empty();
        }
        KeySpec spec = CURVES.get(HEX.formatHex(parameters));
        if (spec == null) {
            throw new UnsupportedException(
                    "its curve is not supported; P-256, P-384, P-521 and Ed25519 are, each by its name");
        }
        PublicKey key = spec == KeySpec.ED25519 ? ed25519(point) : ec(spec, point);
        KeySpec.of(key); // that the point is on the curve
        return Optional.of(key);
    }

    private static PublicKey ed25519(byte[] point) throws GeneralSecurityException {
        byte[] raw = unwrapped(point, 32);
        byte[] encoded = Arrays.copyOf(ED25519_PREFIX, ED25519_PREFIX.length + raw.length);
        System.arraycopy(raw, 0, encoded, ED25519_PREFIX.length, raw.length);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    private static PublicKey ec(KeySpec spec, byte[] point) throws GeneralSecurityException {
        int length = fieldLength(spec);
        byte[] raw = point.length == 2 * length ? point : unwrapped(point, 1 + 2 * length);
        int from = raw.length - 2 * length;
        if (from == 1 && raw[0] != UNCOMPRESSED) {
            throw new IntegrityException("its CKA_EC_POINT is no uncompressed point");
        }
        ECPoint w = new ECPoint(new BigInteger(1, raw, from, length), new BigInteger(1, raw, from + length, length));
        AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
        named.init(new ECGenParameterSpec("secp" + spec.bits() + "r1"));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(w, named.getParameterSpec(ECParameterSpec.class)));
    }

    /**
     * The point itself: as it is, or out of an OCTET STRING, as the standard has it, or a BIT STRING. What surrounds it may be
     * malformed, as some tokens have it, as long as the point is where it belongs: at the end.
     */
    private static byte[] unwrapped(byte[] point, int length) {
        if (point.length == length) {
            return point;
        }
        boolean wrapped = point.length > length
                && point.length <= length + 4
                && (point[0] == OCTET_STRING || point[0] == BIT_STRING);
        if (!wrapped) {
            throw new IntegrityException(
                    "its CKA_EC_POINT has " + point.length + " bytes, where the point alone has " + length);
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

    /** @throws GeneralSecurityException if the bytes are no SubjectPublicKeyInfo of a supported kind */
    static PublicKey decode(byte[] spki) throws GeneralSecurityException {
        GeneralSecurityException last = null;
        for (String family : new String[] {"EC", "RSA", "Ed25519"}) {
            try {
                return KeyFactory.getInstance(family).generatePublic(new X509EncodedKeySpec(spki));
            } catch (GeneralSecurityException e) {
                last = e;
            }
        }
        throw new GeneralSecurityException("No SubjectPublicKeyInfo of a supported kind.", last);
    }
}
