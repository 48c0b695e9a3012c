package dev.chancery.provider.file.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.chancery.KeyImport;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Verifier;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.signature.VerifyOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wycheproof's ML-DSA private keys in each form of RFC 9881, and its PBES2. */
class WycheproofKeysTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] MESSAGE = {1, 2, 3};

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {44, 65, 87})
    void seeds_make_the_keys_that_have_signed(int set) throws IOException {
        int keys = 0;
        for (Map<?, ?> group : groups("mldsa_" + set + "_sign_seed")) {
            byte[] seed = bytes(group, "privateSeed");
            byte[] pem = pem(set, new DERTaggedObject(false, 0, new DEROctetString(seed)));
            if (seed.length == 32) {
                LoadedKey key = read(pem);
                requireSigned(group, key.publicKey());
                assertThat(PrivateKeyWriter.write(key.privateKey(), key.publicKey(), Optional.empty()))
                        .isEqualTo(pem);
                LoadedKey both = read(both(set, seed, expanded(key)));
                assertThat(both.publicKey()).isEqualTo(key.publicKey());
                assertThat(PrivateKeyWriter.write(both.privateKey(), both.publicKey(), Optional.empty()))
                        .isEqualTo(pem);
                keys++;
            } else {
                assertThatThrownBy(() -> read(pem)).isInstanceOf(IntegrityException.class);
            }
        }
        assertThat(keys).isGreaterThan(20);
    }

    @ParameterizedTest
    @ValueSource(ints = {44, 65, 87})
    void expanded_keys_are_read_and_those_that_are_none_are_refused(int set) throws IOException {
        int refused = 0;
        for (Map<?, ?> group : groups("mldsa_" + set + "_sign_noseed")) {
            byte[] pem = pem(set, new DEROctetString(bytes(group, "privateKey")));
            boolean sound = results(group).stream().anyMatch(result -> !result.equals("invalid"));
            if (sound) {
                LoadedKey key = read(pem);
                requireSigned(group, key.publicKey());
                assertThat(PrivateKeyWriter.write(key.privateKey(), key.publicKey(), Optional.empty()))
                        .isEqualTo(pem);
            } else {
                refused++;
                assertThatThrownBy(() -> importKey(pem, "invalid")).isInstanceOf(ChanceryException.class);
            }
        }
        assertThat(refused).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(names = {"ML_DSA_44", "ML_DSA_65", "ML_DSA_87"})
    void a_seed_beside_another_keys_expanded_key_is_refused(KeySpec spec) {
        int set = spec.bits();
        KeyPair one = PrivateKeyWriter.generateMlDsa(spec);
        byte[] other = new byte[32];

        assertThatThrownBy(() -> read(both(set, other, expanded(LoadedKey.plain("", one)))))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("two keys");
    }

    /** All of the parameter sets, plain and encrypted; the store makes, keeps and reads them. */
    @ParameterizedTest
    @EnumSource(names = {"ML_DSA_44", "ML_DSA_65", "ML_DSA_87"})
    void a_store_imports_signs_and_reads_them_again(KeySpec spec) throws IOException {
        KeyPair pair = PrivateKeyWriter.generateMlDsa(spec);
        byte[] pem = PrivateKeyWriter.write(pair.getPrivate(), pair.getPublic(), Optional.of("secret".toCharArray()));
        KeyStoreOptions options = KeyStoreOptions.builder()
                .passphrases(id -> Optional.of("another".toCharArray()))
                .build();
        String uri = directory.resolve("keys").toUri().toString();
        KeyMetadata imported;
        byte[] before;
        try (KeyStore store = KeyStores.open(uri, options)) {
            imported = store.importKey(
                    KeyImport.fromPem(new KeyName("mine"), pem, Optional.of("secret".toCharArray()), Optional.empty()));
            before = store.signer(imported.id()).sign(MESSAGE).value();
        }
        try (KeyStore store = KeyStores.open(uri, options)) {
            byte[] signature = store.signer(imported.id()).sign(MESSAGE).value();
            for (byte[] each : List.of(before, signature)) {
                assertThat(store.verifier(imported.id()).verify(MESSAGE, each).isValid())
                        .isTrue();
                assertThat(Verifier.of(pair.getPublic()).verify(MESSAGE, each).isValid())
                        .isTrue();
            }
            signature[7] ^= 1;
            assertThat(store.verifier(imported.id()).verify(MESSAGE, signature).isValid())
                    .isFalse();
            assertThat(store.get(imported.id()).spec()).isEqualTo(spec);
        }
    }

    /** Each signs what the other verifies; before JDK 24, BouncyCastle stands in for it. */
    @ParameterizedTest
    @EnumSource(names = {"ML_DSA_44", "ML_DSA_65", "ML_DSA_87"})
    void the_jdk_and_bouncycastle_check_each_other(KeySpec spec) {
        String uri = directory.resolve("keys").toUri().toString();
        try (KeyStore jdk = KeyStores.open(uri, pinned("jdk"));
                KeyStore bouncyCastle = KeyStores.open(uri, pinned("bouncycastle"))) {
            KeyMetadata key = jdk.generate(KeyRequest.of(spec, "mine"));
            byte[] byJdk = jdk.signer(key.id()).sign(MESSAGE).value();
            byte[] byBouncyCastle = bouncyCastle.signer(key.id()).sign(MESSAGE).value();

            assertThat(bouncyCastle.verifier(key.id()).verify(MESSAGE, byJdk).isValid())
                    .isTrue();
            assertThat(jdk.verifier(key.id()).verify(MESSAGE, byBouncyCastle).isValid())
                    .isTrue();
            assertThat(jdk.verifier(key.id())
                            .verify(new byte[4], byBouncyCastle)
                            .isValid())
                    .isFalse();
        }
    }

    private static KeyStoreOptions pinned(String provider) {
        return KeyStoreOptions.builder().jcaProvider(provider).build();
    }

    @Test
    void pbes2_decrypts() throws Exception {
        int vectors = 0;
        for (int bits : new int[] {128, 192, 256}) {
            for (String hash : new String[] {"1", "224", "256", "384", "512"}) {
                for (Map<?, ?> group : groups("pbes2_hmacsha" + hash + "_aes_" + bits)) {
                    for (Object each : (List<?>) group.get("tests")) {
                        // A passphrase is text here; one of any bytes cannot be given.
                        if (!((List<?>) ((Map<?, ?>) each).get("flags")).contains("NonUtf8")) {
                            requireDecrypted((Map<?, ?>) each, hash, bits);
                            vectors++;
                        }
                    }
                }
            }
        }
        assertThat(vectors).isGreaterThan(500);
    }

    private static void requireDecrypted(Map<?, ?> vector, String hash, int bits) throws Exception {
        byte[] der = pbes2(vector, hash, bits);
        char[] passphrase = new String(bytes(vector, "password"), StandardCharsets.UTF_8).toCharArray();
        Optional<EncryptedKey> common = Pbes2.read(der, KdfLimits.DEFAULT);
        EncryptedKey key = common.isPresent()
                ? common.get()
                : EncryptionStructures.read(der, KdfLimits.DEFAULT).orElseThrow();
        assertThat(vector.get("result")).isEqualTo("valid");
        assertThat(key.decrypt(passphrase))
                .as("%s", vector)
                .anyMatch(plain -> Arrays.equals(plain, bytes(vector, "msg")));
    }

    private static byte[] pbes2(Map<?, ?> vector, String hash, int bits) throws IOException {
        ASN1ObjectIdentifier prf = switch (hash) {
            case "1" -> PKCSObjectIdentifiers.id_hmacWithSHA1;
            case "224" -> PKCSObjectIdentifiers.id_hmacWithSHA224;
            case "256" -> PKCSObjectIdentifiers.id_hmacWithSHA256;
            case "384" -> PKCSObjectIdentifiers.id_hmacWithSHA384;
            default -> PKCSObjectIdentifiers.id_hmacWithSHA512;
        };
        ASN1ObjectIdentifier cipher = switch (bits) {
            case 128 -> NISTObjectIdentifiers.id_aes128_CBC;
            case 192 -> NISTObjectIdentifiers.id_aes192_CBC;
            default -> NISTObjectIdentifiers.id_aes256_CBC;
        };
        PBKDF2Params derivation = new PBKDF2Params(
                bytes(vector, "salt"),
                Integer.parseInt(vector.get("iterationCount").toString()),
                bits / 8,
                new AlgorithmIdentifier(prf, DERNull.INSTANCE));
        return new EncryptedPrivateKeyInfo(
                        new AlgorithmIdentifier(
                                PKCSObjectIdentifiers.id_PBES2,
                                new PBES2Parameters(
                                        new KeyDerivationFunc(PKCSObjectIdentifiers.id_PBKDF2, derivation),
                                        new EncryptionScheme(cipher, new DEROctetString(bytes(vector, "iv"))))),
                        bytes(vector, "ct"))
                .getEncoded();
    }

    // --- what they are made of

    private void importKey(byte[] pem, String name) {
        try (KeyStore store = KeyStores.open(directory.resolve("refusing"))) {
            store.importKey(KeyImport.fromPem(new KeyName(name), pem, Optional.empty(), Optional.empty()));
        }
    }

    /** The vectors' signatures show that the public half is the right one; some have a context, which Chancery does not. */
    private static void requireSigned(Map<?, ?> group, PublicKey key) {
        if (group.get("publicKey") instanceof String stated && !stated.equals("null")) {
            assertThat(HEX.formatHex(key.getEncoded())).endsWith(stated);
        }
        Verifier verifier = Verifier.of(key);
        for (Object each : (List<?>) group.get("tests")) {
            Map<?, ?> vector = (Map<?, ?>) each;
            if (vector.get("result").equals("valid")
                    && !vector.containsKey("ctx")
                    && vector.get("msg") instanceof String) {
                assertThat(verifier.verify(bytes(vector, "msg"), bytes(vector, "sig"), VerifyOptions.DEFAULT)
                                .isValid())
                        .as("%s", vector.get("tcId"))
                        .isTrue();
            }
        }
    }

    private static List<String> results(Map<?, ?> group) {
        return ((List<?>) group.get("tests"))
                .stream()
                        .map(test -> ((Map<?, ?>) test).get("result").toString())
                        .toList();
    }

    private static LoadedKey read(byte[] pem) {
        return new PrivateKeyReader("").read(pem, Optional::empty, "key.pem");
    }

    private static byte[] expanded(LoadedKey key) {
        return ((DEROctetString) parsed(key)).getOctets();
    }

    private static ASN1Encodable parsed(LoadedKey key) {
        try {
            return PrivateKeyInfo.getInstance(key.privateKey().getEncoded())
                    .parsePrivateKey()
                    .toASN1Primitive();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] both(int set, byte[] seed, byte[] expanded) {
        return pem(set, new DERSequence(new ASN1Encodable[] {new DEROctetString(seed), new DEROctetString(expanded)}));
    }

    private static byte[] pem(int set, ASN1Encodable privateKey) {
        ASN1ObjectIdentifier identifier = switch (set) {
            case 44 -> NISTObjectIdentifiers.id_ml_dsa_44;
            case 65 -> NISTObjectIdentifiers.id_ml_dsa_65;
            default -> NISTObjectIdentifiers.id_ml_dsa_87;
        };
        try {
            return PemBlock.encode(
                    PemBlock.PRIVATE_KEY,
                    new PrivateKeyInfo(new AlgorithmIdentifier(identifier), privateKey).getEncoded());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] bytes(Map<?, ?> from, String name) {
        return HEX.parseHex(from.get(name).toString());
    }

    private static List<Map<?, ?>> groups(String file) throws IOException {
        List<Map<?, ?>> groups = new ArrayList<>();
        try (InputStream kept = WycheproofKeysTest.class.getResourceAsStream("/wycheproof/" + file + "_test.json.gz");
                JsonParser parser = new JsonFactory().createParser(new GZIPInputStream(Objects.requireNonNull(kept)))) {
            parser.nextToken();
            for (Object group : (List<?>) ((Map<?, ?>) value(parser)).get("testGroups")) {
                groups.add((Map<?, ?>) group);
            }
        }
        return groups;
    }

    private static Object value(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            Map<String, Object> object = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                object.put(name, value(parser));
            }
            return object;
        }
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            List<Object> array = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                array.add(value(parser));
            }
            return array;
        }
        return parser.getText();
    }
}
