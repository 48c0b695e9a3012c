package dev.chancery.provider.file.formats;

import dev.chancery.error.UnsupportedException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Map;

/** The curves that Chancery signs on (FIPS 186-5, SP 800-186), and the encodings of their parameters and points (SEC 1). */
enum NamedCurve {
    P_256("1.2.840.10045.3.1.7", "secp256r1"),
    P_384("1.3.132.0.34", "secp384r1"),
    P_521("1.3.132.0.35", "secp521r1");

    private static final String PRIME_FIELD = "1.2.840.10045.1.1";

    /** Curves that are not used, by the names a person knows them by. */
    private static final Map<String, String> OTHERS = Map.ofEntries(
            Map.entry("1.2.840.10045.3.1.1", "P-192"),
            Map.entry("1.3.132.0.33", "P-224"),
            Map.entry("1.3.132.0.10", "secp256k1"),
            Map.entry("1.2.156.10197.1.301", "SM2"),
            Map.entry("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"),
            Map.entry("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1"),
            Map.entry("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1"));

    private final String oid;
    private final ECParameterSpec parameters;
    private final BigInteger prime;
    private final int fieldBytes;

    NamedCurve(String oid, String standardName) {
        this.oid = oid;
        try {
            AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
            named.init(new ECGenParameterSpec(standardName));
            this.parameters = named.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no curve " + standardName, e);
        }
        this.prime = ((ECFieldFp) parameters.getCurve().getField()).getP();
        this.fieldBytes = (prime.bitLength() + 7) / 8;
    }

    String oid() {
        return oid;
    }

    int fieldBytes() {
        return fieldBytes;
    }

    /**
     * The curve that a key's parameters mean: its name, or explicit numbers that are those of the named curve.
     *
     * @throws UnsupportedException if it is another curve
     */
    static NamedCurve read(DerReader ecParameters) throws MalformedException {
        if (ecParameters.nextIs(DerReader.OBJECT_IDENTIFIER)) {
            String oid = ecParameters.objectIdentifier();
            return Arrays.stream(values())
                    .filter(curve -> curve.oid.equals(oid))
                    .findFirst()
                    .orElseThrow(() -> unsupported("The elliptic curve " + OTHERS.getOrDefault(oid, oid)));
        }
        if (ecParameters.nextIs(DerReader.SEQUENCE)) {
            return readExplicit(ecParameters.sequence());
        }
        throw new MalformedException("EC parameters are neither a curve's name nor its numbers");
    }

    static NamedCurve of(ECParameterSpec parameters) {
        return Arrays.stream(values())
                .filter(curve -> curve.parameters.getCurve().equals(parameters.getCurve())
                        && curve.parameters.getGenerator().equals(parameters.getGenerator())
                        && curve.parameters.getOrder().equals(parameters.getOrder()))
                .findFirst()
                .orElseThrow(() -> unsupported("The elliptic curve of this key"));
    }

    /**
     * ECParameters of RFC 3279, section 2.3.5. Every number is compared, the generator too: a curve that differs only in
     * its generator lets anyone claim a public key (CVE-2020-0601). The seed is not: it has no part in the arithmetic.
     */
    private static NamedCurve readExplicit(DerReader parameters) throws MalformedException {
        parameters.smallInteger();
        DerReader field = parameters.sequence();
        if (!field.objectIdentifier().equals(PRIME_FIELD)) {
            throw unsupported("A binary-field curve");
        }
        BigInteger p = field.integer();
        field.requireEnd();
        DerReader curve = parameters.sequence();
        BigInteger a = new BigInteger(1, curve.octetString());
        BigInteger b = new BigInteger(1, curve.octetString());
        if (!curve.atEnd()) {
            curve.bitString();
        }
        curve.requireEnd();
        byte[] generator = parameters.octetString();
        BigInteger order = parameters.integer();
        BigInteger cofactor = parameters.atEnd() ? BigInteger.ONE : parameters.integer();
        parameters.requireEnd();
        for (NamedCurve named : values()) {
            if (named.prime.equals(p)
                    && named.parameters.getCurve().getA().equals(a)
                    && named.parameters.getCurve().getB().equals(b)
                    && named.parameters.getGenerator().equals(named.point(generator))
                    && named.parameters.getOrder().equals(order)
                    && cofactor.equals(BigInteger.ONE)) {
                return named;
            }
        }
        throw unsupported("A curve given by explicit parameters that are none of a known curve");
    }

    private static UnsupportedException unsupported(String what) {
        return new UnsupportedException(what + " is not supported; P-256, P-384 and P-521 are.");
    }

    /** @throws MalformedException if the bytes are no point of this curve */
    PublicKey publicKey(byte[] point) throws MalformedException {
        return publicKey(point(point));
    }

    PublicKey publicKey(ECPoint point) {
        try {
            return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, parameters));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime refuses a point of " + parameters, e);
        }
    }

    /** @throws MalformedException if the number is not between 0 and the curve's order */
    PrivateKey privateKey(BigInteger scalar) throws MalformedException {
        if (scalar.signum() <= 0 || scalar.compareTo(parameters.getOrder()) >= 0) {
            throw new MalformedException("the private number of the EC key is not in the range of its curve");
        }
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(scalar, parameters));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime refuses a private key on " + parameters, e);
        }
    }

    /** Uncompressed, as SEC 1 (section 2.3.3) writes it. */
    byte[] encode(ECPoint point) {
        byte[] encoded = new byte[1 + 2 * fieldBytes];
        encoded[0] = 4;
        fixedLength(point.getAffineX(), encoded, 1);
        fixedLength(point.getAffineY(), encoded, 1 + fieldBytes);
        return encoded;
    }

    /** The private number in as many bytes as the field has; for these curves that is the order's length too. */
    byte[] encode(BigInteger scalar) {
        byte[] encoded = new byte[fieldBytes];
        fixedLength(scalar, encoded, 0);
        return encoded;
    }

    private void fixedLength(BigInteger value, byte[] target, int offset) {
        byte[] bytes = value.toByteArray();
        int skip = Math.max(0, bytes.length - fieldBytes);
        System.arraycopy(bytes, skip, target, offset + fieldBytes - (bytes.length - skip), bytes.length - skip);
        Arrays.fill(bytes, (byte) 0);
    }

    /** A point in any form that OpenSSL writes: uncompressed, compressed or hybrid (X9.62, 4.3.6). */
    private ECPoint point(byte[] encoded) throws MalformedException {
        int form = encoded.length == 0 ? 0 : encoded[0];
        boolean compressed = form == 2 || form == 3;
        boolean hybrid = form == 6 || form == 7;
        if (!(compressed && encoded.length == 1 + fieldBytes)
                && !((form == 4 || hybrid) && encoded.length == 1 + 2 * fieldBytes)) {
            throw new MalformedException("the EC point is not in a form of its curve");
        }
        BigInteger x = new BigInteger(1, encoded, 1, fieldBytes);
        if (x.compareTo(prime) >= 0) {
            throw notOnCurve();
        }
        BigInteger square = x.multiply(x)
                .add(parameters.getCurve().getA())
                .multiply(x)
                .add(parameters.getCurve().getB())
                .mod(prime);
        BigInteger y;
        if (compressed) {
            // All three primes are 3 mod 4, so this power is a square root where there is one (SEC 1, 2.3.4).
            y = square.modPow(prime.add(BigInteger.ONE).shiftRight(2), prime);
            if (y.testBit(0) != (form == 3)) {
                y = prime.subtract(y);
            }
        } else {
            y = new BigInteger(1, encoded, 1 + fieldBytes, fieldBytes);
        }
        boolean parityLies = hybrid && y.testBit(0) != (form == 7);
        if (y.compareTo(prime) >= 0 || parityLies || !y.multiply(y).mod(prime).equals(square)) {
            throw notOnCurve();
        }
        return new ECPoint(x, y);
    }

    private MalformedException notOnCurve() {
        return new MalformedException("the public point is not on its curve " + name().replace('_', '-'));
    }
}
