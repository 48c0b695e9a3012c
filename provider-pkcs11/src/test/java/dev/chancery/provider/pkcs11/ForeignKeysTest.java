package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.key.UnusableKey;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import dev.chancery.provider.pkcs11.binding.CkMechanism;
import dev.chancery.provider.pkcs11.sessions.TokenConnection;
import dev.chancery.testkit.witness.OpenSsl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys that other tools put onto a token are found and usable, and what they left wrong is said. */
class ForeignKeysTest extends OnEmptySoftHsm {
    private static final byte[] MESSAGE = {1, 2, 3};

    private KeyStore store;

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
    }

    private void tool(String... arguments) {
        String[] command = new String[5 + arguments.length];
        command[0] = "pkcs11-tool";
        command[1] = "--module";
        command[2] = Programs.softHsm().toString();
        command[3] = "--login";
        command[4] = "--pin=" + SoftHsm.PIN;
        System.arraycopy(arguments, 0, command, 5, arguments.length);
        token.run(command);
    }

    private KeyMetadata found(String name) {
        store = KeyStores.open(SoftHsm.uri(shim.library()), Tokens.options().build());
        return store.get(store.resolve(name));
    }

    private void signs(KeyMetadata key) {
        for (SignatureAlgorithm algorithm : key.algorithms()) {
            Tokens.confirm(key, MESSAGE, store.signer(key.id(), algorithm).sign(MESSAGE));
        }
    }

    @ParameterizedTest
    @CsvSource({"rsa:2048,RSA_2048", "EC:prime256v1,EC_P256", "EC:secp384r1,EC_P384", "EC:secp521r1,EC_P521"})
    void aKeyOfPkcs11Tool(String type, KeySpec spec) {
        tool("--keypairgen", "--key-type", type, "--label", "by pkcs11-tool", "--id", "0a0b", "--usage-sign");

        KeyMetadata key = found("by%20pkcs11-tool");

        assertThat(key.id().value()).isEqualTo("by%20pkcs11-tool:0a0b");
        assertThat(key.spec()).isEqualTo(spec);
        assertThat(key.origin()).isEqualTo(KeyOrigin.FOREIGN);
        assertThat(key.state()).isEqualTo(KeyState.ACTIVE);
        assertThat(key.protection()).isEqualTo(ProtectionLevel.HSM);
        signs(key);
    }

    /** Its point is in the public key's object alone, which another hand can replace without a PIN. */
    @Test
    void aListSaysOfAKeyThatItIsUnprovenUntilItHasSignedOnce() {
        tool("--keypairgen", "--key-type", "EC:prime256v1", "--label", "foreign", "--id", "01", "--usage-sign");
        store = KeyStores.open(SoftHsm.uri(shim.library()), Tokens.options().build());
        store.generate(KeyRequest.of(KeySpec.EC_P256, "own"));

        assertThat(store.list()).extracting(KeyMetadata::proven).containsExactly(false, true);

        assertThat(store.get(store.resolve("foreign")).proven()).isTrue();
        assertThat(store.list()).extracting(KeyMetadata::proven).containsExactly(true, true);
    }

    @Test
    void aKeyThatSoftHsmImported() {
        OpenSsl.run(directory, "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "key.pem");
        token.run(
                "softhsm2-util",
                "--import",
                directory.resolve("key.pem").toString(),
                "--token",
                SoftHsm.LABEL,
                "--label",
                "imported",
                "--id",
                "01",
                "--pin",
                SoftHsm.PIN);

        KeyMetadata key = found("imported");

        assertThat(key.protection()).as("copies may exist").isEqualTo(ProtectionLevel.TOKEN);
        signs(key);
    }

    @ParameterizedTest
    @CsvSource({"EC,-groupname,secp256r1", "RSA,-keysize,2048"})
    void aKeyOfSunPkcs11WithItsCertificateOnly(String algorithm, String option, String size) throws IOException {
        Path configuration = Files.writeString(
                directory.resolve("sun.cfg"), "name = test\nlibrary = " + Programs.softHsm() + "\nslotListIndex = 0\n");
        token.run(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "sun",
                "-keyalg",
                algorithm,
                option,
                size,
                "-dname",
                "CN=Chancery",
                "-keystore",
                "NONE",
                "-storetype",
                "PKCS11",
                "-storepass",
                SoftHsm.PIN,
                "-addprovider",
                "SunPKCS11",
                "-providerArg",
                configuration.toString());

        store = KeyStores.open(SoftHsm.uri(shim.library()), Tokens.options().build());

        assertThat(store.unusable()).isEmpty();
        assertThat(store.list()).hasSize(1);
        KeyMetadata key = store.list().get(0);
        assertThat(key.origin()).isEqualTo(KeyOrigin.FOREIGN);
        signs(key);
    }

    @Test
    void aLabelThatTwoKeysHaveNamesNeither() {
        tool("--keypairgen", "--key-type", "EC:prime256v1", "--label", "twin", "--id", "01", "--usage-sign");
        tool("--keypairgen", "--key-type", "EC:prime256v1", "--label", "twin", "--id", "02", "--usage-sign");

        KeyMetadata first = found("twin:01");

        signs(first);
        assertThatThrownBy(() -> store.signer(store.resolve("twin")))
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContaining("twin:01, twin:02");
        assertThat(store.list()).hasSize(2);
    }

    @Test
    void anEmptyIdOrLabelIsNoOtherKeys() {
        tool("--keypairgen", "--key-type", "EC:prime256v1", "--label", "release", "--id", "01", "--usage-sign");

        signs(found("release:01"));

        for (String other : List.of("release:", ":01")) {
            assertThatThrownBy(() -> store.get(store.resolve(other))).isInstanceOf(KeyNotFoundException.class);
        }
    }

    @Test
    void keysOfOneIdAreToldApartByTypeAndLabel() {
        tool("--keypairgen", "--key-type", "EC:prime256v1", "--label", "first", "--id", "01", "--usage-sign");
        tool("--keypairgen", "--key-type", "EC:prime256v1", "--label", "second", "--id", "01", "--usage-sign");
        tool("--keypairgen", "--key-type", "rsa:2048", "--label", "third", "--id", "01", "--usage-sign");

        signs(found("first"));

        assertThat(store.list()).hasSize(3).allSatisfy(this::signs);
    }

    @Test
    void twoKeysOfOneLabelAndIdAreRefused() {
        tool("--keypairgen", "--key-type", "EC:prime256v1", "--label", "twin", "--id", "01", "--usage-sign");
        tool("--keypairgen", "--key-type", "EC:prime256v1", "--label", "twin", "--id", "01", "--usage-sign");

        store = KeyStores.open(SoftHsm.uri(shim.library()), Tokens.options().build());

        assertThat(store.list()).isEmpty();
        assertThat(store.unusable()).singleElement().satisfies(key -> {
            assertThat(key.problem()).isEqualTo(UnusableKey.Problem.DAMAGED);
            assertThat(key.reason()).contains("2 private keys");
        });
    }

    @Test
    void aKeyWithoutItsPublicHalfSaysWhatIsMissing() {
        tool("--keypairgen", "--key-type", "EC:prime256v1", "--label", "alone", "--id", "01", "--usage-sign");
        tool("--delete-object", "--type", "pubkey", "--id", "01");

        store = KeyStores.open(SoftHsm.uri(shim.library()), Tokens.options().build());

        assertThat(store.unusable())
                .singleElement()
                .satisfies(key -> assertThat(key.reason()).contains("public half", "pkcs11-tool"));
    }

    @Test
    void halvesThatDoNotBelongTogetherSignNothing() {
        tool("--keypairgen", "--key-type", "EC:prime256v1", "--label", "mixed", "--id", "01", "--usage-sign");
        tool("--delete-object", "--type", "pubkey", "--id", "01");
        tool("--keypairgen", "--key-type", "EC:prime256v1", "--label", "mixed", "--id", "02", "--usage-sign");
        tool("--delete-object", "--type", "privkey", "--id", "02");
        tool("--set-id", "01", "--type", "pubkey", "--id", "02");

        assertThatThrownBy(() -> found("mixed"))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("another key's");
    }

    @Test
    void aKeyThatMayNotSignSaysSo() {
        CkAttributes publicHalf = new CkAttributes()
                .with(Ck.CKA_CLASS, Ck.CKO_PUBLIC_KEY)
                .with(Ck.CKA_KEY_TYPE, Ck.CKK_RSA)
                .with(Ck.CKA_TOKEN, true)
                .with(Ck.CKA_ID, new byte[] {1})
                .with(Ck.CKA_MODULUS_BITS, 2048);
        CkAttributes privateHalf = new CkAttributes()
                .with(Ck.CKA_CLASS, Ck.CKO_PRIVATE_KEY)
                .with(Ck.CKA_KEY_TYPE, Ck.CKK_RSA)
                .with(Ck.CKA_TOKEN, true)
                .with(Ck.CKA_LABEL, "decrypts")
                .with(Ck.CKA_ID, new byte[] {1})
                .with(Ck.CKA_SIGN, false);
        try (TokenConnection connection = Tokens.connect(shim)) {
            connection.change("Making a key", session -> {
                session.cryptoki().generate(CkMechanism.of(Ck.CKM_RSA_PKCS_KEY_PAIR_GEN), publicHalf, privateHalf);
                return session;
            });
        }

        KeyMetadata key = found("decrypts");

        assertThatThrownBy(() -> store.signer(key.id()).sign(MESSAGE))
                .isInstanceOf(KeyStateException.class)
                .hasMessageContaining("CKA_SIGN");
    }

    /** Each is in the list, with the reason why it cannot be used, under a name that can be looked up. */
    @Test
    void noKeyIsHiddenForItsName() {
        List<CkAttributes> names = List.of(
                new CkAttributes(),
                new CkAttributes().with(Ck.CKA_LABEL, "two\nlines").with(Ck.CKA_ID, new byte[] {1}),
                new CkAttributes().with(Ck.CKA_LABEL, "long id").with(Ck.CKA_ID, new byte[65]),
                new CkAttributes().with(Ck.CKA_LABEL, "x".repeat(129)).with(Ck.CKA_ID, new byte[] {2}),
                new CkAttributes().with(Ck.CKA_LABEL, "y".repeat(600)).with(Ck.CKA_ID, new byte[] {3}));
        try (TokenConnection connection = Tokens.connect(shim)) {
            connection.change("Making keys", session -> {
                for (CkAttributes name : names) {
                    CkAttributes publicHalf = new CkAttributes()
                            .with(Ck.CKA_TOKEN, true)
                            .with(Ck.CKA_EC_PARAMS, HexFormat.of().parseHex("06082a8648ce3d030107"));
                    session.cryptoki()
                            .generate(
                                    CkMechanism.of(Ck.CKM_EC_KEY_PAIR_GEN),
                                    publicHalf.withAll(name),
                                    new CkAttributes().with(Ck.CKA_TOKEN, true).withAll(name));
                }
                return session;
            });
        }

        store = KeyStores.open(SoftHsm.uri(shim.library()), Tokens.options().build());

        assertThat(store.list()).isEmpty();
        assertThat(store.unusable()).hasSize(names.size()).allSatisfy(key -> {
            assertThat(key.reason()).contains("--set-id");
            assertThatThrownBy(() -> store.get(store.resolve(key.id().value())))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("--set-id");
        });
    }

    @Test
    void aKeyIsUsedWithTheMechanismsThatItIsConfinedTo() {
        tool(
                "--keypairgen",
                "--key-type",
                "rsa:2048",
                "--label",
                "confined",
                "--id",
                "01",
                "--usage-sign",
                "--allowed-mechanisms",
                "SHA256-RSA-PKCS,SHA384-RSA-PKCS-PSS");

        KeyMetadata key = found("confined");

        assertThat(key.algorithms())
                .containsExactly(SignatureAlgorithm.RSA_PSS_SHA384, SignatureAlgorithm.RSA_PKCS1_SHA256);
        signs(key);
        assertThat(store.signer(key.id()).sign(MESSAGE).algorithm()).isIn(key.algorithms());
    }

    @Test
    void aMechanismThatIsListedAndRefusedGivesWayToTheOneThatHashes() {
        tool("--keypairgen", "--key-type", "rsa:2048", "--label", "picky", "--id", "01", "--usage-sign");
        KeyMetadata key = found("picky");
        shim.inject(Shim.Function.C_SignInit, Ck.CKR_MECHANISM_INVALID, 0, 1);

        Tokens.confirm(key, MESSAGE, store.signer(key.id()).sign(MESSAGE));
        Tokens.confirm(key, MESSAGE, store.signer(key.id()).sign(MESSAGE));

        assertThat(shim.calls(Shim.Function.C_Sign)).isEqualTo(2);
    }

    @Test
    void aForeignKeyHasALifeFromThenOn() {
        tool("--keypairgen", "--key-type", "EC:prime256v1", "--label", "adopted", "--id", "01", "--usage-sign");
        KeyMetadata key = found("adopted");

        store.changeState(key.id(), KeyState.DEACTIVATED, "retired");

        assertThatThrownBy(() -> store.signer(key.id()).sign(MESSAGE)).isInstanceOf(KeyStateException.class);
        store.close();
        assertThat(found("adopted").state()).isEqualTo(KeyState.DEACTIVATED);
    }

    @Test
    void aKeyOfOursIsThereForOtherTools() {
        store = KeyStores.open(SoftHsm.uri(shim.library()), Tokens.options().build());
        KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
        store.close();
        String id = key.id().value().replaceAll(".*:", "");

        tool(
                "--read-object",
                "--type",
                "pubkey",
                "--id",
                id,
                "--output-file",
                directory.resolve("public.der").toString());
        String pem = OpenSsl.run(directory, "pkey", "-pubin", "-inform", "DER", "-in", "public.der", "-pubout");

        assertThat(pem).isEqualTo(OpenSsl.pem(key.publicKey()));
    }
}
