package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.signature.Verification;
import dev.chancery.testkit.witness.OpenSsl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A public key's object and a certificate can be replaced without the PIN: neither vouches for anything before the pair is proven. */
class UnprovenKeysTest extends OnEmptySoftHsm {
    private static final byte[] MESSAGE = {1, 2, 3};

    private KeyStore store;

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
    }

    private void tool(boolean login, String... arguments) {
        String[] command = new String[4 + arguments.length];
        command[0] = "pkcs11-tool";
        command[1] = "--module";
        command[2] = Programs.softHsm().toString();
        command[3] = login ? "--login" : "--verbose";
        System.arraycopy(arguments, 0, command, 4, arguments.length);
        token.run(command);
    }

    private void makePair(String... usage) {
        String[] arguments = {
            "--pin=" + SoftHsm.PIN, "--keypairgen", "--key-type", "EC:prime256v1", "--label", "foreign", "--id", "01"
        };
        String[] all = Stream.concat(Stream.of(arguments), Stream.of(usage)).toArray(String[]::new);
        tool(true, all);
    }

    private static KeyPair stranger() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static byte[] signature(KeyPair pair) throws Exception {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(MESSAGE);
        return signature.sign();
    }

    /** As another user of the machine would: without a login. */
    private void addPublicHalf(KeyPair pair) throws Exception {
        Path file =
                Files.write(directory.resolve("public.der"), pair.getPublic().getEncoded());
        tool(false, "--write-object", file.toString(), "--type", "pubkey", "--id", "01", "--label", "foreign");
    }

    private void replacePublicHalf(KeyPair pair) throws Exception {
        tool(false, "--delete-object", "--type", "pubkey", "--id", "01");
        addPublicHalf(pair);
    }

    private KeyId open() {
        store = KeyStores.open(SoftHsm.uri(shim.library()), Tokens.options().build());
        return store.resolve("foreign");
    }

    @Test
    void a_half_that_was_replaced_without_a_pin_verifies_nothing_and_is_not_handed_out_or_recorded() throws Exception {
        makePair("--usage-sign");
        KeyPair stranger = stranger();
        replacePublicHalf(stranger);
        KeyId id = open();

        assertThat(store.list()).extracting(KeyMetadata::proven).containsExactly(false);
        assertThatThrownBy(() -> store.verifier(id).verify(MESSAGE, signature(stranger)))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("another key's");
        assertThatThrownBy(() -> store.get(id)).isInstanceOf(IntegrityException.class);
        store.changeState(id, KeyState.SUSPENDED, "on hold");
        assertThat(store.list()).extracting(KeyMetadata::proven).containsExactly(false);
        assertThat(token.run(
                        "pkcs11-tool",
                        "--module",
                        Programs.softHsm().toString(),
                        "--login",
                        "--pin=" + SoftHsm.PIN,
                        "--read-object",
                        "--type",
                        "data",
                        "--label",
                        "foreign:01"))
                .contains("SUSPENDED")
                .doesNotContain("fingerprint");
    }

    @Test
    void a_mark_is_recorded_without_the_fingerprint() throws Exception {
        makePair("--usage-sign");
        replacePublicHalf(stranger());
        KeyId id = open();

        store.compromise(id, CompromisedSince.UNKNOWN, "stolen");

        assertThat(store.list()).singleElement().satisfies(key -> {
            assertThat(key.state()).isEqualTo(KeyState.COMPROMISED);
            assertThat(key.proven()).isFalse();
        });
    }

    @Test
    void a_half_that_another_hand_has_added_keeps_nobody_from_the_right_one() throws Exception {
        makePair("--usage-sign");
        KeyPair stranger = stranger();
        addPublicHalf(stranger);
        KeyId id = open();

        KeyMetadata key = store.get(id);

        Tokens.confirm(key, MESSAGE, store.signer(id).sign(MESSAGE));
        assertThat(store.verifier(id).verify(MESSAGE, signature(stranger)).isValid())
                .isFalse();
        store.changeState(id, KeyState.DEACTIVATED, "retired");
        store.close();
        open();
        assertThat(store.list()).singleElement().satisfies(found -> {
            assertThat(found.proven()).isTrue();
            assertThat(found.fingerprint()).isEqualTo(key.fingerprint());
        });
    }

    @Test
    void of_several_certificates_of_one_id_the_one_counts_whose_key_is_proven() throws Exception {
        OpenSsl.run(directory, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "own.pem");
        OpenSsl.run(directory, "pkcs8", "-topk8", "-nocrypt", "-in", "own.pem", "-out", "own.p8");
        OpenSsl.run(directory, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "stranger.pem");
        token.run(
                "softhsm2-util",
                "--import",
                directory.resolve("own.p8").toString(),
                "--token",
                SoftHsm.LABEL,
                "--label",
                "foreign",
                "--id",
                "01",
                "--pin",
                SoftHsm.PIN);
        tool(true, "--pin=" + SoftHsm.PIN, "--delete-object", "--type", "pubkey", "--id", "01");
        for (String owner : new String[] {"stranger", "own"}) {
            OpenSsl.run(
                    directory, "req", "-x509", "-key", owner + ".pem", "-subj", "/CN=" + owner, "-out", owner + ".crt");
            OpenSsl.run(directory, "x509", "-in", owner + ".crt", "-outform", "DER", "-out", owner + ".der");
            tool(
                    false,
                    "--write-object",
                    directory.resolve(owner + ".der").toString(),
                    "--type",
                    "cert",
                    "--id",
                    "01",
                    "--label",
                    owner);
        }
        KeyId id = open();

        Tokens.confirm(store.get(id), MESSAGE, store.signer(id).sign(MESSAGE));
    }

    // --- a key that cannot sign

    @Test
    void a_key_that_cannot_prove_itself_vouches_for_nothing_until_its_fingerprint_is_confirmed() throws Exception {
        makePair("--usage-derive");
        shim.inject(Shim.Function.C_SignInit, Ck.CKR_KEY_FUNCTION_NOT_PERMITTED, 0, 99);
        KeyPair own = stranger();
        replacePublicHalf(own); // what its owner says is the right one
        String fingerprint = KeyMetadata.fingerprint(own.getPublic());
        KeyId id = open();

        assertThatThrownBy(() -> store.verifier(id))
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContaining("trust");
        assertThatThrownBy(
                        () -> store.trust(id, KeyMetadata.fingerprint(stranger().getPublic())))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining(fingerprint);
        assertThatThrownBy(() -> store.verifier(id)).isInstanceOf(KeyAccessException.class);

        assertThat(store.trust(id, fingerprint.toUpperCase(Locale.ROOT)).proven())
                .isTrue();

        store.close();
        KeyId again = open();
        Verification verification = store.verifier(again).verify(MESSAGE, signature(own));
        assertThat(verification.isValid()).isTrue();
        assertThat(store.get(again).fingerprint()).isEqualTo(fingerprint);
    }
}
