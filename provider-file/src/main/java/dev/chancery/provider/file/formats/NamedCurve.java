package dev.chancery.provider.file.formats;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.UnsupportedException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The curves that Chancery signs on (FIPS 186-5, SP 800-186), named as in {@link KeySpec}. OpenSSL writes the keys of one curve always at the same
 * length, with the private number and the public point at the same places, so that no parser is needed for them.
 */
enum NamedCurve {
    EC_P256("secp256r1", "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420", "a14403420004"),
    EC_P384("secp384r1", "3081b6020100301006072a8648ce3d020106052b8104002204819e30819b0201010430", "a16403620004"),
    EC_P521("secp521r1", "3081ee020100301006072a8648ce3d020106052b810400230481d63081d30201010442", "a181890381860004");

    private static final HexFormat HEX = HexFormat.of();

    /** As SEC 2 and the JDK call it. */
    private final String standardName;

    private final ECParameterSpec parameters;
    private final int fieldBytes;
    private final String beforeNumber;
    private final String beforePoint;

    /**
     * @param beforeNumber PKCS#8 in hexadecimal, up to the private number
     * @param beforePoint what follows the number, up to the coordinates of the public point
     */
    NamedCurve(String standardName, String beforeNumber, String beforePoint) {
        this.standardName = standardName;
        try {
            AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
            named.init(new ECGenParameterSpec(standardName));
            this.parameters = named.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no curve " + standardName, e);
        }
        this.fieldBytes = (parameters.getOrder().bitLength() + 7) / 8;
        this.beforeNumber = beforeNumber;
        this.beforePoint = beforePoint;
    }

    /** @throws UnsupportedException if it is a key on another curve */
    static NamedCurve of(PublicKey key) {
        return valueOf(KeySpec.of(key).name());
    }

    String standardName() {
        return standardName;
    }

    /** PKCS#8 of a key pair, as OpenSSL writes it. */
    byte[] write(ECPrivateKey privateKey, ECPublicKey publicKey) {
        return ByteBuffer.allocate(pkcs8Bytes())
                .put(HEX.parseHex(beforeNumber))
                .put(fixedLength(privateKey.getS()))
                .put(HEX.parseHex(beforePoint))
                .put(fixedLength(publicKey.getW().getAffineX()))
                .put(fixedLength(publicKey.getW().getAffineY()))
                .array();
    }

    /** Reads what {@link #write} wrote. Other bytes of that length make some pair too, which the caller writes again and compares. */
    KeyPair read(byte[] pkcs8) throws GeneralSecurityException, MalformedException {
        int y = pkcs8.length - fieldBytes;
        int x = y - fieldBytes;
        PublicKey publicKey =
                publicKey(new BigInteger(1, pkcs8, x, fieldBytes), new BigInteger(1, pkcs8, y, fieldBytes));
        return new KeyPair(publicKey, privateKey(new BigInteger(1, pkcs8, beforeNumber.length() / 2, fieldBytes)));
    }

    /** How much {@link #write} writes. */
    int pkcs8Bytes() {
        return (beforeNumber.length() + beforePoint.length()) / 2 + 3 * fieldBytes;
    }

    /** A number in as many bytes as the field has; for these curves that is the order's length too. */
    private byte[] fixedLength(BigInteger value) {
        byte[] bytes = value.toByteArray();
        byte[] fixed = new byte[fieldBytes];
        int length = Math.min(bytes.length, fieldBytes);
        System.arraycopy(bytes, bytes.length - length, fixed, fieldBytes - length, length);
        Arrays.fill(bytes, (byte) 0);
        return fixed;
    }

    /** @throws MalformedException if that is no point of this curve */
    PublicKey publicKey(BigInteger x, BigInteger y) throws MalformedException {
        try {
            PublicKey key =
                    KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(new ECPoint(x, y), parameters));
            KeySpec.of(key);
            return key;
        } catch (GeneralSecurityException | UnsupportedException e) {
            throw offCurve(e);
        }
    }

    MalformedException offCurve(Exception cause) {
        return new MalformedException("the public point is not on its curve " + name().replace("EC_P", "P-"), cause);
    }

    /** @throws MalformedException if the number is not between 0 and the curve's order */
    PrivateKey privateKey(BigInteger number) throws GeneralSecurityException, MalformedException {
        if (number.signum() <= 0 || number.compareTo(parameters.getOrder()) >= 0) {
            throw new MalformedException("the private number of the EC key is not in the range of its curve");
        }
        return KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(number, parameters));
    }
}
