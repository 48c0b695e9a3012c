package dev.chancery.provider.file.formats;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.UnsupportedException;
import java.math.BigInteger;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.jspecify.annotations.Nullable;

/** The algorithms that an RSASSA-PSS key confines itself to (RFC 4055, section 3.1). */
final class PssRestriction {
    private static final Map<SignatureAlgorithm, ASN1ObjectIdentifier> HASHES = Map.of(
            SignatureAlgorithm.RSA_PSS_SHA256, NISTObjectIdentifiers.id_sha256,
            SignatureAlgorithm.RSA_PSS_SHA384, NISTObjectIdentifiers.id_sha384,
            SignatureAlgorithm.RSA_PSS_SHA512, NISTObjectIdentifiers.id_sha512);

    private PssRestriction() {}

    /** @param parameters null where the key takes any hash */
    static Set<SignatureAlgorithm> read(@Nullable ASN1Encodable parameters) {
        if (parameters == null) {
            return HASHES.keySet();
        }
        RSASSAPSSparams pss = RSASSAPSSparams.getInstance(parameters);
        AlgorithmIdentifier mask = pss.getMaskGenAlgorithm();
        ASN1ObjectIdentifier hash = pss.getHashAlgorithm().getAlgorithm();
        boolean sameHash = mask.getAlgorithm().equals(PKCSObjectIdentifiers.id_mgf1)
                && AlgorithmIdentifier.getInstance(mask.getParameters())
                        .getAlgorithm()
                        .equals(hash);
        return HASHES.keySet().stream()
                .filter(algorithm -> sameHash
                        && hash.equals(HASHES.get(algorithm))
                        && pss.getSaltLength().compareTo(BigInteger.valueOf(algorithm.digestLength())) <= 0)
                .findFirst()
                .map(Set::of)
                .orElseThrow(() -> new UnsupportedException(
                        "An RSASSA-PSS key bound to anything but SHA-256, SHA-384 or SHA-512, MGF1 with the"
                                + " same hash and a salt no longer than the hash is not supported."));
    }

    /** What {@link #read} takes for this, with the salt as long as the hash. */
    static AlgorithmIdentifier write(Set<SignatureAlgorithm> algorithms) {
        if (algorithms.size() > 1) {
            return new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSASSA_PSS);
        }
        SignatureAlgorithm algorithm = algorithms.iterator().next();
        AlgorithmIdentifier hash =
                new AlgorithmIdentifier(Objects.requireNonNull(HASHES.get(algorithm)), DERNull.INSTANCE);
        return new AlgorithmIdentifier(
                PKCSObjectIdentifiers.id_RSASSA_PSS,
                new RSASSAPSSparams(
                        hash,
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, hash),
                        new ASN1Integer(algorithm.digestLength()),
                        RSASSAPSSparams.DEFAULT_TRAILER_FIELD));
    }
}
