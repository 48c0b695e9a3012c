package dev.chancery.spi.records;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.IntegrityException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** A public half as text: its SubjectPublicKeyInfo in Base64. Keys that Chancery does not sign with are read too: they can be retired. */
final class PublicKeyText {
    /** Apart: before Java 24 the JDK has no factory for them. */
    private static final List<KeySpec> ML_DSA = List.of(KeySpec.ML_DSA_44, KeySpec.ML_DSA_65, KeySpec.ML_DSA_87);

    private PublicKeyText() {}

    static String write(PublicKey key) {
        return Base64.getEncoder().encodeToString(key.getEncoded());
    }

    /** @throws IllegalArgumentException if it is no public key */
    static PublicKey read(String text) {
        byte[] encoded = Base64.getDecoder().decode(text);
        return KeyAlgorithm.readAnyPublicKey(encoded)
                .or(() -> readMlDsa(encoded))
                .orElseGet(() -> readRsaPss(encoded));
    }

    private static Optional<PublicKey> readMlDsa(byte[] encoded) {
        return ML_DSA.stream()
                .map(spec -> read(spec, encoded))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<PublicKey> read(KeySpec spec, byte[] encoded) {
        try {
            return Optional.of(spec.publicKey(encoded));
        } catch (IntegrityException e) {
            return Optional.empty(); // of another kind
        }
    }

    private static PublicKey readRsaPss(byte[] encoded) {
        try {
            return KeyFactory.getInstance("RSASSA-PSS").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no public key", e);
        }
    }
}
