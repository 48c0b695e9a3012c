package dev.chancery.spi.records;

import dev.chancery.algorithm.KeyAlgorithm;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** A public half as text: its SubjectPublicKeyInfo in Base64. Keys that Chancery does not sign with are read too: they can be retired. */
final class PublicKeyText {
    private PublicKeyText() {}

    static String write(PublicKey key) {
        return Base64.getEncoder().encodeToString(key.getEncoded());
    }

    /** @throws IllegalArgumentException if it is no public key */
    static PublicKey read(String text) {
        byte[] encoded = Base64.getDecoder().decode(text);
        return KeyAlgorithm.readAnyPublicKey(encoded).orElseGet(() -> readRsaPss(encoded));
    }

    private static PublicKey readRsaPss(byte[] encoded) {
        try {
            return KeyFactory.getInstance("RSASSA-PSS").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no public key", e);
        }
    }
}
