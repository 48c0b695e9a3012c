package dev.chancery.algorithm;

import dev.chancery.error.UnsupportedException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.util.Arrays;

/** Recognises the three NIST prime curves by their numbers, since each JCA provider names them in its own way. */
@SuppressWarnings("ImmutableEnumChecker") // ECParameterSpec is immutable, only not annotated so
enum NistCurve {
    P256(KeySpec.EC_P256, "secp256r1"),
    P384(KeySpec.EC_P384, "secp384r1"),
    P521(KeySpec.EC_P521, "secp521r1");

    private final KeySpec spec;
    private final ECParameterSpec parameters;

    NistCurve(KeySpec spec, String name) {
        this.spec = spec;
        try {
            AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
            named.init(new ECGenParameterSpec(name));
            this.parameters = named.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java runtime has no " + name + ".", e);
        }
    }

    static KeySpec of(ECPublicKey key) {
        NistCurve curve = Arrays.stream(values())
                .filter(c -> c.equalsCurve(key.getParams()))
                .findFirst()
                .orElseThrow(() -> new UnsupportedException("The elliptic curve ("
                        + key.getParams().getOrder().bitLength()
                        + " bits) is not supported; P-256, P-384 and P-521 are."));
        if (!curve.contains(key.getW())) {
            throw new UnsupportedException("The public point is not on the curve " + curve.spec + ".");
        }
        return curve.spec;
    }

    private boolean equalsCurve(ECParameterSpec other) {
        return parameters.getCurve().getField().equals(other.getCurve().getField())
                && parameters.getCurve().getA().equals(other.getCurve().getA())
                && parameters.getCurve().getB().equals(other.getCurve().getB())
                && parameters.getGenerator().equals(other.getGenerator())
                && parameters.getOrder().equals(other.getOrder())
                && parameters.getCofactor() == other.getCofactor();
    }

    private boolean contains(ECPoint point) {
        if (point.equals(ECPoint.POINT_INFINITY)) {
            return false;
        }
        BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        if (x.signum() < 0 || x.compareTo(p) >= 0 || y.signum() < 0 || y.compareTo(p) >= 0) {
            return false;
        }
        BigInteger right = x.pow(3)
                .add(parameters.getCurve().getA().multiply(x))
                .add(parameters.getCurve().getB())
                .mod(p);
        return y.pow(2).mod(p).equals(right);
    }
}
