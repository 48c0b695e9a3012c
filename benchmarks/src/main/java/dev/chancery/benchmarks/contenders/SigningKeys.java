package dev.chancery.benchmarks.contenders;

import dev.chancery.KeyImport;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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
            Arrays.stream(Workload.values()).map(Workload::spec).distinct().forEach(spec -> make(spec, store));
        }
    }

    /** Of one seed always: how often ML-DSA begins anew depends on the key and the message, and both are fixed here. */
    private static void make(KeySpec spec, KeyStore store) {
        if (spec.algorithm() == KeyAlgorithm.ML_DSA) {
            store.importKey(
                    KeyImport.fromPem(new KeyName(name(spec)), mlDsa(spec), Optional.empty(), Optional.empty()));
        } else {
            store.generate(KeyRequest.of(spec, name(spec)));
        }
    }

    /** PKCS#8 with a seed of the bytes 0 to 31 (RFC 9881, appendix C). */
    private static byte[] mlDsa(KeySpec spec) {
        byte[] seed = new byte[32];
        for (int i = 0; i < seed.length; i++) {
            seed[i] = (byte) i;
        }
        int arc = 0x11
                + List.of(KeySpec.ML_DSA_44, KeySpec.ML_DSA_65, KeySpec.ML_DSA_87)
                        .indexOf(spec);
        byte[] pkcs8 = HexFormat.of()
                .parseHex("3034020100300b0609608648016503040" + "3" + Integer.toHexString(arc) + "04228020"
                        + HexFormat.of().formatHex(seed));
        return ("-----BEGIN PRIVATE KEY-----\n" + Base64.getEncoder().encodeToString(pkcs8)
                        + "\n-----END PRIVATE KEY-----\n")
                .getBytes(StandardCharsets.US_ASCII);
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
        if (spec.algorithm() == KeyAlgorithm.ML_DSA) {
            // Expanded, for not every provider reads a seed.
            KeyImport read = KeyImport.fromPem(
                    new KeyName(name(spec)),
                    Files.readAllBytes(directory.resolve("private/" + name(spec) + ".pem")),
                    Optional.empty(),
                    Optional.empty());
            return new KeyPair(
                    factory.generatePublic(
                            new X509EncodedKeySpec(read.publicKey().getEncoded())),
                    factory.generatePrivate(
                            new PKCS8EncodedKeySpec(read.privateKey().getEncoded())));
        }
        return new KeyPair(
                factory.generatePublic(new X509EncodedKeySpec(der("public/" + name(spec) + ".pub"))),
                factory.generatePrivate(new PKCS8EncodedKeySpec(der("private/" + name(spec) + ".pem"))));
    }

    private byte[] der(String file) throws IOException {
        String body = Files.readString(directory.resolve(file)).replaceAll("-----[^-]+-----", "");
        return Base64.getMimeDecoder().decode(body);
    }
}
