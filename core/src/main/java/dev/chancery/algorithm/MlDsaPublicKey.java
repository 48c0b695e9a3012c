package dev.chancery.algorithm;

import dev.chancery.algorithm.DerReader.MalformedException;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Optional;

/**
 * An ML-DSA public key as its SubjectPublicKeyInfo (RFC 9881): before Java 24 the JDK has no class for it, and a key that nothing
 * here can verify with must be listed all the same.
 */
final class MlDsaPublicKey implements PublicKey {
    private static final long serialVersionUID = 1L;

    private final KeySpec spec;
    private final byte[] encoded;

    MlDsaPublicKey(KeySpec spec, byte[] encoded) {
        this.spec = spec;
        this.encoded = encoded;
    }

    /**
     * The kind of key, by its object identifier.
     *
     * @throws MalformedException if the key has another length (FIPS 204, table 2)
     */
    static Optional<KeySpec> specOf(String objectIdentifier, int length) throws MalformedException {
        KeySpec spec;
        int expected;
        switch (objectIdentifier) {
            case "2.16.840.1.101.3.4.3.17" -> {
                spec = KeySpec.ML_DSA_44;
                expected = 1312;
            }
            case "2.16.840.1.101.3.4.3.18" -> {
                spec = KeySpec.ML_DSA_65;
                expected = 1952;
            }
            case "2.16.840.1.101.3.4.3.19" -> {
                spec = KeySpec.ML_DSA_87;
                expected = 2592;
            }
            default -> {
                return Optional.empty();
            }
        }
        if (length != expected) {
            throw new MalformedException("an " + spec + " key has " + expected + " bytes, this one has " + length);
        }
        return Optional.of(spec);
    }

    @Override
    public String getAlgorithm() {
        return spec.name().replace('_', '-');
    }

    @Override
    public String getFormat() {
        return "X.509";
    }

    @Override
    public byte[] getEncoded() {
        return encoded.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MlDsaPublicKey key && Arrays.equals(encoded, key.encoded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }

    @Override
    public String toString() {
        return getAlgorithm() + " public key";
    }
}
