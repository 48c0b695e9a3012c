package dev.chancery.benchmarks.contenders;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.Provider;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/** A directory with one key of each kind, made by Chancery; every contender signs with the same keys. */
public final class SigningKeys {
    private final Path directory;

    public SigningKeys(Path directory) {
        this.directory = directory;
    }

    /** Makes the directory that the first argument names. */
    public static void main(String[] args) {
        new SigningKeys(Path.of(args[0])).generate();
    }

    void generate() {
        try (KeyStore store = KeyStores.open(directory)) {
            Arrays.stream(Workload.values())
                    .map(Workload::spec)
                    .distinct()
                    .forEach(spec -> store.generate(KeyRequest.of(spec, name(spec))));
        }
    }

    Path directory() {
        return directory;
    }

    public static String name(KeySpec spec) {
        return spec.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The pair as objects of the JDK. */
    KeyPair pair(KeySpec spec) throws IOException, GeneralSecurityException {
        return pair(spec, KeyFactory.getInstance(family(spec)));
    }

    /** The pair as objects of the provider that is to sign with it; of the JDK where it has no such objects. */
    KeyPair pair(KeySpec spec, Provider provider) throws IOException, GeneralSecurityException {
        boolean ownObjects = provider.getService("KeyFactory", family(spec)) != null;
        return ownObjects ? pair(spec, KeyFactory.getInstance(family(spec), provider)) : pair(spec);
    }

    private static String family(KeySpec spec) {
        return switch (spec.algorithm()) {
            case RSA -> "RSA";
            case EC -> "EC";
            case EDDSA -> "Ed25519";
            case ML_DSA -> "ML-DSA";
        };
    }

    private KeyPair pair(KeySpec spec, KeyFactory factory) throws IOException, GeneralSecurityException {
        return new KeyPair(
                factory.generatePublic(new X509EncodedKeySpec(der("public/" + name(spec) + ".pub"))),
                factory.generatePrivate(new PKCS8EncodedKeySpec(der("private/" + name(spec) + ".pem"))));
    }

    private byte[] der(String file) throws IOException {
        String body = Files.readString(directory.resolve(file)).replaceAll("-----[^-]+-----", "");
        return Base64.getMimeDecoder().decode(body);
    }
}
