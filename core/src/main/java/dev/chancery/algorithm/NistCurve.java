package dev.chancery.algorithm;

import dev.chancery.algorithm.DerReader.MalformedException;
import dev.chancery.error.UnsupportedException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.util.Arrays;
import java.util.Map;

/** The three NIST prime curves, by the object identifiers of RFC 5480. */
@SuppressWarnings("ImmutableEnumChecker") // ECParameterSpec is immutable, only not annotated so
enum NistCurve {
    P256(KeySpec.EC_P256, "secp256r1", "1.2.840.10045.3.1.7"),
    P384(KeySpec.EC_P384, "secp384r1", "1.3.132.0.34"),
    P521(KeySpec.EC_P521, "secp521r1", "1.3.132.0.35");

    private static final int UNCOMPRESSED = 4;
    private static final Map<String, String> OTHERS = Map.of(
            "1.2.840.10045.3.1.1", "P-192",
            "1.3.132.0.33", "P-224",
            "1.3.132.0.10", "secp256k1",
            "1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1",
            "1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1",
            "1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1",
            "1.2.156.10197.1.301", "SM2");

    private final KeySpec spec;
    private final String objectIdentifier;
    private final ECParameterSpec parameters;

    NistCurve(KeySpec spec, String name, String objectIdentifier) {
        this.spec = spec;
        this.objectIdentifier = objectIdentifier;
        try {
            AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
            named.init(new ECGenParameterSpec(name));
            this.parameters = named.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java runtime has no " + name + ".", e);
        }
    }

    /**
     * The kind of key whose point this is.
     *
     * @param identifier behind the object identifier that says EC
     */
    static KeySpec read(DerReader identifier, byte[] point) throws MalformedException {
        if (identifier.isNext(DerReader.SEQUENCE)) {
            throw new UnsupportedException(
                    "The elliptic curve is given by explicit numbers, not by its name; name it with"
                            + " 'openssl ec -pubin -param_enc named_curve' if it is P-256, P-384 or P-521.");
        }
        String name = identifier.objectIdentifier("the curve's name");
        identifier.requireEnd("the algorithm");
        NistCurve curve = Arrays.stream(values())
                .filter(each -> each.objectIdentifier.equals(name))
                .findFirst()
                .orElseThrow(() -> new UnsupportedException("The elliptic curve " + OTHERS.getOrDefault(name, name)
                        + " is not supported; P-256, P-384 and P-521 are."));
        int length = (curve.spec.bits() + 7) / 8;
        if (point.length != 1 + 2 * length || point[0] != UNCOMPRESSED) {
            throw new UnsupportedException("The public point of a " + curve.spec + " key has " + (1 + 2 * length)
                    + " bytes, the first of them 4; this one has " + point.length
                    + (point.length == 0 ? "" : ", and the first is " + point[0])
                    + ". A compressed one is written out by 'openssl ec -pubin -conv_form uncompressed'.");
        }
        if (!curve.contains(
                new ECPoint(new BigInteger(1, point, 1, length), new BigInteger(1, point, 1 + length, length)))) {
            throw new UnsupportedException("The public point is not on the curve " + curve.spec + ".");
        }
        return curve.spec;
    }

    private boolean contains(ECPoint point) {
        BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0) {
            return false;
        }
        BigInteger right = x.pow(3)
                .add(parameters.getCurve().getA().multiply(x))
                .add(parameters.getCurve().getB())
                .mod(p);
        return y.pow(2).mod(p).equals(right);
    }
}
