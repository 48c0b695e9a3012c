package dev.chancery.provider.file.formats;

import dev.chancery.error.UnsupportedException;
import java.math.BigInteger;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECCurve;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.jspecify.annotations.Nullable;

/** The parameters of EC keys (RFC 3279, section 2.3.5) and their points in each form (SEC 1, section 2.3.4). */
final class EcParameters {
    private EcParameters() {}

    /**
     * The curve that a key's parameters mean: its name, or explicit numbers that are those of the named curve.
     *
     * @throws UnsupportedException if it is another curve
     */
    static NamedCurve curve(@Nullable ASN1Encodable parameters) throws MalformedException {
        if (parameters instanceof ASN1ObjectIdentifier oid) {
            String name = ECNamedCurveTable.getName(oid);
            return Arrays.stream(NamedCurve.values())
                    .filter(curve -> oid.equals(ECNamedCurveTable.getOID(curve.standardName())))
                    .findFirst()
                    .orElseThrow(() -> JdkKeys.unsupported("The elliptic curve " + (name == null ? oid : name)));
        }
        if (parameters instanceof ASN1Sequence explicit) {
            return explicitCurve(explicit);
        }
        throw new MalformedException("EC parameters are neither a curve's name nor its numbers");
    }

    /**
     * Every number is compared, the generator too: a curve that differs only in its generator lets anyone claim a public key
     * (CVE-2020-0601). The seed is not: it has no part in the arithmetic. BouncyCastle's own reader computes with the file's numbers.
     */
    private static NamedCurve explicitCurve(ASN1Sequence parameters) {
        ASN1Sequence field = ASN1Sequence.getInstance(parameters.getObjectAt(1));
        if (!field.getObjectAt(0).equals(X9ObjectIdentifiers.prime_field)) {
            throw JdkKeys.unsupported("A binary-field curve");
        }
        ASN1Sequence coefficients = ASN1Sequence.getInstance(parameters.getObjectAt(2));
        byte[] generator =
                ASN1OctetString.getInstance(parameters.getObjectAt(3)).getOctets();
        List<BigInteger> numbers = List.of(
                StrictDer.integer(field, 1),
                octets(coefficients.getObjectAt(0)),
                octets(coefficients.getObjectAt(1)),
                StrictDer.integer(parameters, 4),
                parameters.size() > 5 ? StrictDer.integer(parameters, 5) : BigInteger.ONE);
        for (NamedCurve named : NamedCurve.values()) {
            X9ECParameters known = known(named);
            ECCurve curve = known.getCurve();
            if (numbers.equals(List.of(
                            curve.getField().getCharacteristic(),
                            curve.getA().toBigInteger(),
                            curve.getB().toBigInteger(),
                            known.getN(),
                            known.getH()))
                    && curve.decodePoint(generator).equals(known.getG())) {
                return named;
            }
        }
        throw JdkKeys.unsupported("A curve given by explicit parameters that are none of a known curve");
    }

    private static BigInteger octets(ASN1Encodable number) {
        return new BigInteger(1, ASN1OctetString.getInstance(number).getOctets());
    }

    /** A point in any form that OpenSSL writes: uncompressed, compressed or hybrid. */
    static PublicKey publicKey(NamedCurve curve, byte[] point) throws MalformedException {
        try {
            return publicKey(curve, known(curve).getCurve().decodePoint(point));
        } catch (IllegalArgumentException e) {
            throw curve.offCurve(e);
        }
    }

    /** The public key of a private key that came without it. */
    static PublicKey publicKey(NamedCurve curve, BigInteger number) throws MalformedException {
        return publicKey(
                curve, new FixedPointCombMultiplier().multiply(known(curve).getG(), number));
    }

    private static PublicKey publicKey(NamedCurve curve, ECPoint point) throws MalformedException {
        ECPoint affine = point.normalize();
        return curve.publicKey(
                affine.getAffineXCoord().toBigInteger(),
                affine.getAffineYCoord().toBigInteger());
    }

    private static X9ECParameters known(NamedCurve curve) {
        return CustomNamedCurves.getByName(curve.standardName());
    }
}
