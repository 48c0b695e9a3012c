package dev.chancery.provider.pkcs11.keys;

import static dev.chancery.provider.pkcs11.Shim.Function.C_Login;
import static dev.chancery.provider.pkcs11.Shim.Function.C_Sign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.provider.pkcs11.Programs;
import dev.chancery.provider.pkcs11.Shim;
import dev.chancery.provider.pkcs11.SoftHsm;
import dev.chancery.provider.pkcs11.Tokens;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import dev.chancery.provider.pkcs11.binding.TokenDescription;
import dev.chancery.provider.pkcs11.sessions.Attachment;
import dev.chancery.spi.Service;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CKA_ALWAYS_AUTHENTICATE, as in slot 9c of a YubiKey: the token wants the PIN for each signature with the key. */
class PinForEachSignatureTest {
    private static final byte[] MESSAGE = {1, 2, 3};
    private static final String TEMPLATE = "&chancery-template=private:0x202:true";

    @TempDir
    private static Path shared;

    private static Shim shim;
    private static SoftHsm token;

    private final AtomicReference<String> pin = new AtomicReference<>(SoftHsm.PIN);
    private final AtomicInteger asked = new AtomicInteger();
    private KeyStore store;
    private KeyMetadata key;
    private Signer signer;

    @BeforeAll
    static void prepare() {
        shim = Shim.compile(shared);
        token = SoftHsm.create(shared.resolve("softhsm"));
        token.behind(shim);
        try (KeyStore store = Tokens.open(SoftHsm.uri(shim.library()) + TEMPLATE)) {
            store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
        }
    }

    @BeforeEach
    void open() {
        shim.reset();
        store = open(shim.library());
        key = store.get(store.resolve("invoices"));
        signer = store.signer(key.id());
        signer.sign(MESSAGE);
        asked.set(0);
        shim.reset();
    }

    @AfterEach
    void close() {
        shim.reset();
        store.close();
    }

    private KeyStore open(Path library) {
        return KeyStores.open(
                SoftHsm.uri(library),
                Tokens.COUNTABLE.toBuilder()
                        .pins(label -> {
                            asked.incrementAndGet();
                            return Optional.of(pin.get().toCharArray());
                        })
                        .build());
    }

    private static void assertLogins(long expected) {
        assertThat(shim.calls(C_Login)).as("C_Login").isEqualTo(expected);
    }

    @Test
    void the_source_is_asked_and_the_token_shown_the_pin_for_each_signature() {
        for (int i = 0; i < 3; i++) {
            Tokens.confirm(key, MESSAGE, signer.sign(MESSAGE));
        }

        assertThat(asked).hasValue(3);
        assertLogins(3);
        assertThat(shim.calls(C_Sign)).isEqualTo(3);
    }

    @Test
    void so_it_does_where_the_wrapper_signs() {
        store.close(); // and SOFTHSM2_CONF stays in this process, for the module that p11-kit's proxy finds
        store = open(Programs.p11KitProxy());

        Tokens.confirm(key, MESSAGE, store.signer(key.id()).sign(MESSAGE));
    }

    @Test
    void a_refused_pin_is_not_shown_again_and_another_one_is() {
        pin.set("mistyped");
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> signer.sign(MESSAGE))
                    .isInstanceOf(KeyAccessException.class)
                    .hasMessageContaining("CKR_PIN_INCORRECT")
                    .hasMessageNotContaining("mistyped");
        }
        assertLogins(1);
        assertThat(shim.calls(C_Sign)).isZero();

        pin.set(SoftHsm.PIN);

        Tokens.confirm(key, MESSAGE, signer.sign(MESSAGE));
        assertLogins(2);
    }

    @Test
    void a_token_that_does_not_say_that_it_was_the_pin_is_shown_it_once_more_after_an_initialisation() {
        shim.inject(C_Login, Ck.CKR_GENERAL_ERROR, 0, 1);

        assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(StoreUnavailableException.class);
        assertLogins(1);

        Tokens.confirm(key, MESSAGE, signer.sign(MESSAGE));
        assertLogins(3); // as the user, and for the signature
        assertThat(shim.calls(Shim.Function.C_Initialize)).isEqualTo(1);
    }

    @Test
    void it_is_out_of_service_on_a_token_that_no_user_logs_in_to() {
        PrivateObject object = new PrivateObject(
                1, new CkAttributes().with(Ck.CKA_SIGN, true).with(Ck.CKA_ALWAYS_AUTHENTICATE, true), Set.of());

        assertThat(object.service(attachment(Ck.CKF_LOGIN_REQUIRED))).isInstanceOf(Service.In.class);
        assertThat(object.service(attachment(0)))
                .isInstanceOfSatisfying(
                        Service.Out.class, out -> assertThat(out.why()).contains("CKA_ALWAYS_AUTHENTICATE"));
    }

    private static Attachment attachment(long flags) {
        return new Attachment(1, 1, 0, new TokenDescription("t", "m", "m", "1", flags, 0, 0), Set.of());
    }
}
