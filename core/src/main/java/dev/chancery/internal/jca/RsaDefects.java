package dev.chancery.internal.jca;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureAlgorithm.Scheme;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import java.util.Set;

/** Why an RSA signature that the key's owner may well have made does not verify, and what would verify it. For messages to people; nothing is decided by it. */
final class RsaDefects {
    private final RSAPublicKey key;
    private final Set<SignatureAlgorithm> algorithms;

    RsaDefects(RSAPublicKey key, Set<SignatureAlgorithm> algorithms) {
        this.key = key;
        this.algorithms = algorithms;
    }

    /** A sentence or two, or empty if the key has not signed this digest at all. */
    Optional<String> find(SignatureAlgorithm asked, byte[] digest, byte[] signature) throws GeneralSecurityException {
        byte[] encoded = encoded(signature);
        for (SignatureAlgorithm other : algorithms) {
            boolean sameHash = other != asked && other.digestLength() == asked.digestLength();
            if (sameHash && RsaDigestSignature.matches(other, digest, encoded, key)) {
                return Optional.of("The signature is one with " + other + ", where " + asked
                        + " was asked for. It verifies with the algorithm " + other + ".");
            }
        }
        if (asked.scheme() == Scheme.RSA_PKCS1 && RsaDigestSignature.lacksNull(asked, digest, encoded)) {
            return Optional.of("The signature lacks the NULL behind the name of its hash (RFC 8017, A.2.4). The JDK's"
                    + " own Signature would let it pass; have it signed anew by a tool that follows the standard.");
        }
        if (asked.scheme() != Scheme.RSA_PSS) {
            return Optional.empty();
        }
        return PssDefect.salt(key, digest, JcaAlgorithm.hash(asked), signature)
                .map(salt -> "The signature's salt has " + salt + " bytes, where " + asked + " has "
                        + asked.digestLength() + ". It verifies with 'openssl dgst -sigopt rsa_padding_mode:pss"
                        + " -sigopt rsa_pss_saltlen:" + salt + "'.");
    }

    private byte[] encoded(byte[] signature) {
        int length = (key.getModulus().bitLength() + 7) / 8;
        byte[] number = new BigInteger(1, signature)
                .modPow(key.getPublicExponent(), key.getModulus())
                .toByteArray();
        byte[] encoded = new byte[length];
        int copied = Math.min(number.length, length);
        System.arraycopy(number, number.length - copied, encoded, length - copied, copied);
        return encoded;
    }
}
