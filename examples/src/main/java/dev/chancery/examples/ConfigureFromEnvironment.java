package dev.chancery.examples;

import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.signature.Signature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * {@code CRYPTO_KEYS_PATH=keys CRYPTO_CURRENT_KEY_ID=invoices ConfigureFromEnvironment FILE}: the program names neither store
 * nor key. With {@code CHANCERY_RING} it signs with that ring's current key; with {@code CHANCERY_STORE} the
 * same program signs with a cloud service or a token.
 */
public final class ConfigureFromEnvironment {
    private ConfigureFromEnvironment() {}

    public static void main(String[] args) throws IOException {
        try (KeyStore keys = KeyStores.fromEnvironment()) {
            Signer signer = keys.defaultSigner();

            Signature signature = signer.sign(Path.of(args[0]));

            System.out.println(signature.keyId() + " " + signature.algorithm() + " "
                    + HexFormat.of().formatHex(signature.value()));
        }
    }
}
