package dev.chancery.provider.pkcs11.sessions;

import static dev.chancery.provider.pkcs11.Shim.Function.C_Initialize;
import static dev.chancery.provider.pkcs11.Shim.Function.C_Login;
import static dev.chancery.provider.pkcs11.Shim.Function.C_SignInit;
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
import dev.chancery.provider.pkcs11.Shim;
import dev.chancery.provider.pkcs11.SoftHsm;
import dev.chancery.provider.pkcs11.Tokens;
import dev.chancery.provider.pkcs11.binding.Ck;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A token counts wrong PINs, and may not say that it was the PIN: nothing that it answers to C_Login is tried again with the same one. */
class LoginTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    @TempDir
    private static Path shared;

    private static Shim shim;
    private static SoftHsm token;

    private final AtomicReference<String> pin = new AtomicReference<>(SoftHsm.PIN);
    private KeyStore store;
    private KeyMetadata key;

    @BeforeAll
    static void prepare() {
        shim = Shim.compile(shared);
        token = SoftHsm.create(shared.resolve("softhsm"));
        token.behind(shim);
        try (KeyStore store = Tokens.open(SoftHsm.uri(shim.library()))) {
            store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
        }
    }

    @BeforeEach
    void reset() {
        shim.reset();
    }

    @AfterEach
    void close() {
        shim.reset();
        if (store != null) {
            store.close();
        }
    }

    private KeyStore open() {
        return KeyStores.open(
                SoftHsm.uri(shim.library()),
                Tokens.options()
                        .pins(label -> Optional.of(pin.get().toCharArray()))
                        .build());
    }

    /** An open store that the token throws out: the next signature has to log in. */
    private Signer signerToBeLoggedInAgain() {
        store = open();
        key = store.get(store.resolve("invoices"));
        Signer signer = store.signer(key.id());
        signer.sign(MESSAGE);
        shim.reset();
        shim.inject(C_SignInit, Ck.CKR_USER_NOT_LOGGED_IN, 0, 1);
        return signer;
    }

    private static void assertLogins(long expected) {
        assertThat(shim.calls(C_Login)).as("C_Login").isEqualTo(expected);
    }

    static LongStream everyCode() {
        return Arrays.stream(Ck.class.getFields())
                .filter(field -> field.getName().startsWith("CKR_"))
                .mapToLong(LoginTest::value)
                .filter(code -> code != Ck.CKR_OK && code != Ck.CKR_USER_ALREADY_LOGGED_IN);
    }

    private static long value(Field field) {
        try {
            return field.getLong(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @MethodSource("everyCode")
    void an_opening_shows_its_pin_once_whatever_the_token_answers(long code) {
        shim.inject(C_Login, code, 0, 99);

        assertThatThrownBy(this::open).isInstanceOf(KeyAccessException.class).hasMessageContaining("C_Login");

        assertLogins(1);
    }

    @Test
    void a_wrong_pin_is_one_login_and_is_not_shown_in_the_message() {
        pin.set("not the PIN");

        assertThatThrownBy(this::open)
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContaining("CKR_PIN_INCORRECT")
                .hasMessageNotContaining("not the PIN");

        assertLogins(1);
    }

    @ParameterizedTest
    @MethodSource("everyCode")
    void a_call_logs_in_again_once_whatever_the_token_answers(long code) {
        Signer signer = signerToBeLoggedInAgain();
        shim.inject(C_Login, code, 0, 99);

        assertThatThrownBy(() -> signer.sign(MESSAGE)).hasMessageContaining("C_Login");

        assertLogins(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {Ck.CKR_PIN_INCORRECT, Ck.CKR_PIN_LOCKED, Ck.CKR_PIN_EXPIRED})
    void a_pin_that_was_refused_is_not_shown_again_though_it_has_logged_in_before(long code) {
        Signer signer = signerToBeLoggedInAgain();
        shim.inject(C_Login, code, 0, 99);

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(KeyAccessException.class);
        }

        assertLogins(1);
    }

    @Test
    void a_pin_that_has_logged_in_before_has_one_try_per_initialisation() {
        Signer signer = signerToBeLoggedInAgain();
        shim.inject(C_Login, Ck.CKR_GENERAL_ERROR, 0, 2);

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(StoreUnavailableException.class);
            assertThat(shim.calls(C_Initialize)).isEqualTo(shim.calls(C_Login) - 1);
        }

        Tokens.confirm(key, MESSAGE, signer.sign(MESSAGE));
        assertLogins(3);
        assertThat(shim.calls(C_Initialize)).isEqualTo(2);
    }

    @Test
    void a_token_that_has_counted_is_not_shown_the_pin_again() {
        Signer signer = signerToBeLoggedInAgain();
        shim.inject(C_Login, Ck.CKR_GENERAL_ERROR, 0, 1);

        assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(StoreUnavailableException.class);
        shim.addFlags(Ck.CKF_USER_PIN_COUNT_LOW);
        assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(KeyAccessException.class);

        assertLogins(1);
    }

    @Test
    void another_pin_of_the_source_is_tried() {
        Signer signer = signerToBeLoggedInAgain();
        pin.set("mistyped");
        assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(KeyAccessException.class);
        assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(KeyAccessException.class);
        assertLogins(1);

        pin.set(SoftHsm.PIN);

        Tokens.confirm(key, MESSAGE, signer.sign(MESSAGE));
        assertLogins(2);
    }
}
