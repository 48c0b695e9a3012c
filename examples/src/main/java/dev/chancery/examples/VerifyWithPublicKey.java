package dev.chancery.examples;

import dev.chancery.Verifier;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** {@code VerifyWithPublicKey KEY.pub FILE SIGNATURE}: no store, no private key, nothing to configure. */
public final class VerifyWithPublicKey {
    private VerifyWithPublicKey() {}

    public static void main(String[] args) throws IOException, GeneralSecurityException {
        PublicKey key = readPem(Path.of(args[0]));
        byte[] signature = Files.readAllBytes(Path.of(args[2]));

        Verification answer = Verifier.of(key).verify(Path.of(args[1]), signature, VerifyOptions.DEFAULT);

        System.out.println(answer.reason());
        System.exit(answer.isValid() ? 0 : 1);
    }

    /** An elliptic curve key as {@code openssl pkey -pubout} writes it. */
    private static PublicKey readPem(Path file) throws IOException, GeneralSecurityException {
        String base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
        return KeyFactory.getInstance("EC")
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }
}
