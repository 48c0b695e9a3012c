package dev.chancery.examples;

import dev.chancery.Verifier;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code VerifyWithPublicKey KEY.pub FILE SIGNATURE}: no store, no private key, nothing to configure. */
public final class VerifyWithPublicKey {
    private VerifyWithPublicKey() {}

    public static void main(String[] args) throws IOException {
        Verifier verifier = Verifier.ofPem(Path.of(args[0]));
        byte[] signature = Files.readAllBytes(Path.of(args[2]));

        Verification answer = verifier.verify(Path.of(args[1]), signature, VerifyOptions.DEFAULT);

        System.out.println(answer.reason());
        System.exit(answer.isValid() ? 0 : 1);
    }
}
