package dev.chancery.provider.file.formats;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** EC private keys as SEC 1 writes them (RFC 5915), alone or inside PKCS#8. */
final class Sec1 {
    private static final int VERSION = 1;

    private Sec1() {}

    /**
     * A key pair. The public half is what the file says; only where it says nothing is it computed.
     *
     * @param outer the curve that surrounds the structure: of PKCS#8, or of an {@code EC PARAMETERS} block
     */
    static KeyPair readPrivate(byte[] der, @Nullable NamedCurve outer) throws MalformedException {
        DerReader key = new DerReader(der).onlySequence();
        if (key.smallInteger() != VERSION) {
            throw new MalformedException("an EC private key of an unknown version");
        }
        byte[] scalarBytes = key.octetString();
        try {
            NamedCurve curve = outer;
            if (key.nextIs(DerReader.context(0))) {
                DerReader parameters = key.element(DerReader.context(0));
                curve = NamedCurve.read(parameters);
                parameters.requireEnd();
            }
            if (curve == null) {
                throw new MalformedException("an EC private key that does not name its curve");
            }
            if (outer != null && curve != outer) {
                throw new MalformedException("an EC private key that names two curves");
            }
            // OpenSSL before 1.0.2 left out leading zeros, so a shorter number is one too.
            if (scalarBytes.length > curve.fieldBytes()) {
                throw new MalformedException("the private number of the EC key is longer than its curve");
            }
            BigInteger scalar = new BigInteger(1, scalarBytes);
            PrivateKey privateKey = curve.privateKey(scalar);
            if (!key.nextIs(DerReader.context(1))) {
                key.requireEnd();
                return new KeyPair(BouncyCastle.publicKey(curve, scalar), privateKey);
            }
            DerReader bits = key.element(DerReader.context(1));
            PublicKey publicKey = curve.publicKey(bits.bitString());
            bits.requireEnd();
            key.requireEnd();
            return new KeyPair(publicKey, privateKey);
        } finally {
            Arrays.fill(scalarBytes, (byte) 0);
        }
    }

    /** With the public point, so that no reader has to compute it; the curve is named outside. */
    static byte[] encode(ECPrivateKey privateKey, ECPublicKey publicKey) {
        NamedCurve curve = NamedCurve.of(publicKey.getParams());
        byte[] scalar = curve.encode(privateKey.getS());
        try {
            return Der.sequence(
                    Der.integer(VERSION),
                    Der.octetString(scalar),
                    Der.context(1, Der.bitString(curve.encode(publicKey.getW()))));
        } finally {
            Arrays.fill(scalar, (byte) 0);
        }
    }
}
