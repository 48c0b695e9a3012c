package dev.chancery.examples;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyMetadata;
import dev.chancery.signature.Signature;
import dev.chancery.signature.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code SignFile DIRECTORY FILE}: makes a key, signs a file with it, and checks the signature. */
public final class SignFile {
    private SignFile() {}

    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        Path file = Path.of(args[1]);

        try (KeyStore keys = KeyStores.open(directory)) {
            KeyMetadata key = keys.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));

            Signature signature = keys.signer(key.id()).sign(file);
            Files.write(Path.of(file + ".sig"), signature.value());

            Verification answer = keys.verifier(key.id()).verify(file, signature);
            System.out.println(signature + ": " + answer.status());
        }
    }
}
