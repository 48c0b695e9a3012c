package dev.chancery.provider.file.formats;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.UnsupportedException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the AlgorithmIdentifier of a PKCS#8 or SPKI structure says of its key (RFC 3279, 4055, 5480 and 8410).
 *
 * @param curve of an EC key
 * @param restriction the only algorithms that the key may be used with, where its owner confined it (RSASSA-PSS keys)
 */
record KeyAlgorithmIdentifier(
        KeyAlgorithm algorithm, @Nullable NamedCurve curve, Optional<Set<SignatureAlgorithm>> restriction) {
    static final String RSA_OID = "1.2.840.113549.1.1.1";
    static final String RSASSA_PSS_OID = "1.2.840.113549.1.1.10";
    static final String EC_OID = "1.2.840.10045.2.1";
    static final String ED25519_OID = "1.3.101.112";

    private static final String MGF1_OID = "1.2.840.113549.1.1.8";
    private static final String SHA1_OID = "1.3.14.3.2.26";
    private static final Map<SignatureAlgorithm, String> PSS_HASHES = Map.of(
            SignatureAlgorithm.RSA_PSS_SHA256, "2.16.840.1.101.3.4.2.1",
            SignatureAlgorithm.RSA_PSS_SHA384, "2.16.840.1.101.3.4.2.2",
            SignatureAlgorithm.RSA_PSS_SHA512, "2.16.840.1.101.3.4.2.3");

    /** Algorithms that are not used, by the names a person knows them by. */
    private static final Map<String, String> OTHERS = Map.ofEntries(
            Map.entry("1.2.840.10040.4.1", "A DSA key"),
            Map.entry("1.2.840.113549.1.3.1", "A Diffie-Hellman key"),
            Map.entry("1.2.840.10046.2.1", "A Diffie-Hellman key"),
            Map.entry("1.3.101.110", "An X25519 key, which agrees on secrets and does not sign,"),
            Map.entry("1.3.101.111", "An X448 key, which agrees on secrets and does not sign,"),
            Map.entry("1.3.101.113", "An Ed448 key"),
            Map.entry("2.16.840.1.101.3.4.3.17", "An ML-DSA-44 key"),
            Map.entry("2.16.840.1.101.3.4.3.18", "An ML-DSA-65 key"),
            Map.entry("2.16.840.1.101.3.4.3.19", "An ML-DSA-87 key"));

    /** @throws UnsupportedException if Chancery does not sign with such keys */
    static KeyAlgorithmIdentifier read(DerReader identifier) throws MalformedException {
        String oid = identifier.objectIdentifier();
        KeyAlgorithmIdentifier key = switch (oid) {
            case RSA_OID -> {
                // RFC 3279 demands the NULL; some tools forget it and OpenSSL reads those too.
                if (!identifier.atEnd()) {
                    identifier.nullValue();
                }
                yield new KeyAlgorithmIdentifier(KeyAlgorithm.RSA, null, Optional.empty());
            }
            case RSASSA_PSS_OID ->
                new KeyAlgorithmIdentifier(KeyAlgorithm.RSA, null, Optional.of(pssAlgorithms(identifier)));
            case EC_OID -> new KeyAlgorithmIdentifier(KeyAlgorithm.EC, NamedCurve.read(identifier), Optional.empty());
            case ED25519_OID -> new KeyAlgorithmIdentifier(KeyAlgorithm.EDDSA, null, Optional.empty());
            default -> throw unsupported(OTHERS.getOrDefault(oid, "A key of algorithm " + oid));
        };
        identifier.requireEnd();
        return key;
    }

    /** What {@link #read} takes for such a key. */
    static byte[] encode(PublicKey key, Optional<Set<SignatureAlgorithm>> restriction) {
        if (key instanceof RSAPublicKey) {
            return restriction
                    .map(KeyAlgorithmIdentifier::encodePss)
                    .orElseGet(() -> Der.sequence(Der.objectIdentifier(RSA_OID), Der.nullValue()));
        }
        if (key instanceof ECPublicKey ec) {
            String curve = NamedCurve.of(ec.getParams()).oid();
            return Der.sequence(Der.objectIdentifier(EC_OID), Der.objectIdentifier(curve));
        }
        if (key instanceof EdECPublicKey) {
            return Der.sequence(Der.objectIdentifier(ED25519_OID));
        }
        throw unsupported("A key of algorithm " + key.getAlgorithm());
    }

    private static byte[] encodePss(Set<SignatureAlgorithm> algorithms) {
        if (algorithms.size() > 1) {
            return Der.sequence(Der.objectIdentifier(RSASSA_PSS_OID));
        }
        SignatureAlgorithm algorithm = algorithms.iterator().next();
        byte[] hash =
                Der.sequence(Der.objectIdentifier(Objects.requireNonNull(PSS_HASHES.get(algorithm))), Der.nullValue());
        return Der.sequence(
                Der.objectIdentifier(RSASSA_PSS_OID),
                Der.sequence(
                        Der.context(0, hash),
                        Der.context(1, Der.sequence(Der.objectIdentifier(MGF1_OID), hash)),
                        Der.context(2, Der.integer(algorithm.digestLength()))));
    }

    static UnsupportedException unsupported(String what) {
        return new UnsupportedException(what + " is not supported; RSA, P-256, P-384, P-521 and Ed25519 are.");
    }

    /** RSASSA-PSS-params of RFC 4055, section 3.1; without them the key takes any hash. */
    private static Set<SignatureAlgorithm> pssAlgorithms(DerReader identifier) throws MalformedException {
        if (identifier.atEnd()) {
            return PSS_HASHES.keySet();
        }
        DerReader parameters = identifier.sequence();
        String hash = SHA1_OID;
        String mgfHash = SHA1_OID;
        int minimumSalt = 20;
        if (parameters.nextIs(DerReader.context(0))) {
            hash = hashIn(parameters.element(DerReader.context(0)));
        }
        if (parameters.nextIs(DerReader.context(1))) {
            DerReader tagged = parameters.element(DerReader.context(1));
            DerReader mgf = tagged.sequence();
            tagged.requireEnd();
            if (!mgf.objectIdentifier().equals(MGF1_OID)) {
                throw new UnsupportedException(
                        "An RSASSA-PSS key bound to a mask generation other than MGF1 is not supported.");
            }
            mgfHash = hashIn(mgf);
        }
        if (parameters.nextIs(DerReader.context(2))) {
            DerReader tagged = parameters.element(DerReader.context(2));
            minimumSalt = tagged.smallInteger();
            tagged.requireEnd();
        }
        if (parameters.nextIs(DerReader.context(3))) {
            DerReader tagged = parameters.element(DerReader.context(3));
            tagged.smallInteger();
            tagged.requireEnd();
        }
        parameters.requireEnd();
        for (SignatureAlgorithm algorithm : PSS_HASHES.keySet()) {
            boolean fits = hash.equals(PSS_HASHES.get(algorithm)) && hash.equals(mgfHash);
            if (fits && minimumSalt <= algorithm.digestLength()) {
                return Set.of(algorithm);
            }
        }
        throw new UnsupportedException(
                "An RSASSA-PSS key bound to anything but SHA-256, SHA-384 or SHA-512, MGF1 with the"
                        + " same hash and a salt no longer than the hash is not supported.");
    }

    private static String hashIn(DerReader container) throws MalformedException {
        DerReader identifier = container.sequence();
        container.requireEnd();
        String oid = identifier.objectIdentifier();
        if (!identifier.atEnd()) {
            identifier.nullValue();
        }
        identifier.requireEnd();
        return oid;
    }
}
