package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import dev.chancery.provider.pkcs11.sessions.TokenConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What new keys are made with, where a token refuses the strictest. */
class TemplatesTest extends OnEmptySoftHsm {
    private static final byte[] MESSAGE = {1, 2, 3};
    private static final int RUNGS = 5;

    private static boolean isSet(long type) {
        try (TokenConnection connection = Tokens.connect(shim)) {
            return connection.call("Reading", session -> {
                CkAttributes privateKeys = new CkAttributes().with(Ck.CKA_CLASS, Ck.CKO_PRIVATE_KEY);
                return session.cryptoki()
                        .read(session.find(privateKeys).get(0), type, Ck.CKA_CLASS)
                        .isSet(type);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void a_token_that_refuses_a_template_is_asked_with_a_barer_one(int refused) {
        shim.inject(Shim.Function.C_GenerateKeyPair, Ck.CKR_TEMPLATE_INCONSISTENT, 0, refused);
        try (KeyStore store = Tokens.open(SoftHsm.uri(shim.library()))) {
            KeyMetadata key = store.generate(KeyRequest.of(KeySpec.RSA_2048, "invoices"));

            Tokens.confirm(key, MESSAGE, store.signer(key.id()).sign(MESSAGE));
            assertThat(key.protection()).isEqualTo(ProtectionLevel.HSM);
            assertThat(shim.calls(Shim.Function.C_GenerateKeyPair)).isEqualTo(refused + 1);
            shim.reset();
            store.generate(KeyRequest.of(KeySpec.RSA_2048, "contracts"));
            assertThat(shim.calls(Shim.Function.C_GenerateKeyPair))
                    .as("what it takes is known")
                    .isEqualTo(1);
        }
        assertThat(isSet(Ck.CKA_SENSITIVE)).isTrue();
    }

    /** SoftHSM's own idea of a private key is one that it hands out. */
    @Test
    void a_key_that_the_token_would_hand_out_is_not_kept() {
        shim.inject(Shim.Function.C_GenerateKeyPair, Ck.CKR_TEMPLATE_INCONSISTENT, 0, RUNGS - 1);
        try (KeyStore store = Tokens.open(SoftHsm.uri(shim.library()))) {
            assertThatThrownBy(() -> store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices")))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("CKA_SENSITIVE is not set");

            assertThat(store.list()).isEmpty();
            assertThat(store.orphans()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Ck.CKR_TEMPLATE_INCOMPLETE, Ck.CKR_ATTRIBUTE_VALUE_INVALID, Ck.CKR_ATTRIBUTE_TYPE_INVALID})
    void a_token_that_takes_none_is_told_with_the_attributes_of_the_last(long code) {
        shim.inject(Shim.Function.C_GenerateKeyPair, code, 0, RUNGS);
        try (KeyStore store = Tokens.open(SoftHsm.uri(shim.library()))) {
            assertThatThrownBy(() -> store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices")))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("CKA_CLASS, CKA_TOKEN, CKA_LABEL, CKA_ID for the private one");

            assertThat(store.list()).isEmpty();
            assertThat(store.orphans()).isEmpty();
        }
    }

    /** SoftHSM answers so for a moment; tpm2-pkcs11, to usages that are denied. */
    @Test
    void a_general_error_may_pass_and_lowers_the_demands_only_if_it_stays() {
        shim.inject(Shim.Function.C_GenerateKeyPair, Ck.CKR_GENERAL_ERROR, 0, 2);
        try (KeyStore store = Tokens.open(SoftHsm.uri(shim.library()))) {
            store.generate(KeyRequest.of(KeySpec.RSA_2048, "invoices"));
            assertThat(isSet(Ck.CKA_DECRYPT)).as("the strictest").isFalse();

            shim.inject(Shim.Function.C_GenerateKeyPair, Ck.CKR_GENERAL_ERROR, 0, 99);
            assertThatThrownBy(() -> store.generate(KeyRequest.of(KeySpec.EC_P256, "contracts")))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("CKA_LABEL");
        }
    }

    @Test
    void attributes_of_the_uri_are_added() {
        String uri = SoftHsm.uri(shim.library()) + "&chancery-template=private:0x10c:true,private:0x102:0a0b";
        try (KeyStore store = Tokens.open(SoftHsm.uri(shim.library()) + "&chancery-template=private:0x10c:true")) {
            store.generate(KeyRequest.of(KeySpec.RSA_2048, "invoices"));
        }
        assertThat(isSet(Ck.CKA_DERIVE)).isTrue();
        assertThat(TokenUri.parse(uri).template().privateHalf().bytes(Ck.CKA_ID))
                .containsExactly(0x0a, 0x0b);
        for (String wrong :
                new String[] {"", "private", "secret:0x1:true", "private:1:true", "private:0x1:maybe", "private:0x1:0"
                }) {
            assertThatThrownBy(() -> TokenUri.parse(SoftHsm.uri(shim.library()) + "&chancery-template=" + wrong))
                    .isInstanceOf(ConfigurationException.class);
        }
    }
}
