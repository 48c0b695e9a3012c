package dev.chancery.algorithm;

import dev.chancery.algorithm.DerReader.MalformedException;
import dev.chancery.error.UnsupportedException;
import java.math.BigInteger;
import java.util.EnumSet;
import java.util.Set;

/**
 * What an RSASSA-PSS key is confined to by its own parameters (RFC 4055, 1.2 and 3.1): one hash, MGF1 with one hash, and a shortest salt.
 * Read from the encoding, for some JCA providers' key objects forget them.
 */
final class PssParameters {
    private static final String SHA_1 = "1.3.14.3.2.26";
    private static final String MGF1 = "1.2.840.113549.1.1.8";
    private static final int CONTEXT = 0xa0;

    private String hash = SHA_1;
    private String maskHash = SHA_1;
    private String mask = MGF1;
    private BigInteger salt = BigInteger.valueOf(20);
    private BigInteger trailer = BigInteger.ONE;

    private PssParameters(DerReader fields) throws MalformedException {
        if (fields.isNext(CONTEXT)) {
            DerReader field = fields.enter(CONTEXT, "the hash");
            hash = hash(field);
            field.requireEnd("the hash");
        }
        if (fields.isNext(CONTEXT + 1)) {
            DerReader field = fields.enter(CONTEXT + 1, "the mask generation");
            DerReader identifier = field.enter(DerReader.SEQUENCE, "the mask generation");
            mask = identifier.objectIdentifier("the mask generation");
            if (mask.equals(MGF1)) {
                maskHash = hash(identifier);
                identifier.requireEnd("the mask generation");
            }
            field.requireEnd("the mask generation");
        }
        if (fields.isNext(CONTEXT + 2)) {
            salt = number(fields.enter(CONTEXT + 2, "the salt's length"), "the salt's length");
        }
        if (fields.isNext(CONTEXT + 3)) {
            trailer = number(fields.enter(CONTEXT + 3, "the trailer"), "the trailer");
        }
        fields.requireEnd("the list of RSASSA-PSS parameters");
    }

    /**
     * The algorithms that the parameters allow.
     *
     * @param identifier behind the algorithm's object identifier; without parameters a key takes any hash
     * @throws UnsupportedException if they leave none
     */
    static Set<SignatureAlgorithm> algorithms(DerReader identifier) throws MalformedException {
        EnumSet<SignatureAlgorithm> allowed = EnumSet.noneOf(SignatureAlgorithm.class);
        PssParameters parameters = identifier.isAtEnd()
                ? null
                : new PssParameters(identifier.enter(DerReader.SEQUENCE, "the list of RSASSA-PSS parameters"));
        for (SignatureAlgorithm algorithm : KeySpec.RSA_2048.algorithms()) {
            if (algorithm.scheme() == SignatureAlgorithm.Scheme.RSA_PSS
                    && (parameters == null || parameters.fit(algorithm))) {
                allowed.add(algorithm);
            }
        }
        if (allowed.isEmpty()) {
            throw new UnsupportedException(
                    "The RSASSA-PSS key's own parameters allow no supported algorithm: it takes SHA-256, SHA-384 or SHA-512,"
                            + " MGF1 with the same hash, and a salt no longer than the hash.");
        }
        return allowed;
    }

    private boolean fit(SignatureAlgorithm algorithm) {
        String wanted = switch (algorithm.digestLength()) {
            case 32 -> "2.16.840.1.101.3.4.2.1";
            case 48 -> "2.16.840.1.101.3.4.2.2";
            default -> "2.16.840.1.101.3.4.2.3";
        };
        return hash.equals(wanted)
                && mask.equals(MGF1)
                && maskHash.equals(wanted)
                && salt.compareTo(BigInteger.valueOf(algorithm.digestLength())) <= 0
                && trailer.equals(BigInteger.ONE);
    }

    /** RFC 4055, 2.1: its parameters may be NULL or absent. */
    private static String hash(DerReader in) throws MalformedException {
        DerReader identifier = in.enter(DerReader.SEQUENCE, "the hash");
        String name = identifier.objectIdentifier("the hash");
        if (!identifier.isAtEnd()) {
            identifier.enter(DerReader.NULL, "the hash's parameter").requireEnd("the hash's parameter");
            identifier.requireEnd("the hash");
        }
        return name;
    }

    private static BigInteger number(DerReader field, String what) throws MalformedException {
        BigInteger number = field.positive(what);
        field.requireEnd(what);
        return number;
    }
}
