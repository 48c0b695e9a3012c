package dev.chancery.provider.pkcs11.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.provider.pkcs11.Programs;
import dev.chancery.provider.pkcs11.Shim;
import dev.chancery.provider.pkcs11.SoftHsm;
import dev.chancery.provider.pkcs11.Tokens;
import dev.chancery.provider.pkcs11.records.TokenKeyId;
import dev.chancery.provider.pkcs11.sessions.TokenConnection;
import dev.chancery.signature.Signature;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xipki.pkcs11.wrapper.PKCS11Exception;
import org.xipki.pkcs11.wrapper.PKCS11Module;
import org.xipki.pkcs11.wrapper.Session;
import org.xipki.pkcs11.wrapper.Slot;

/** Somebody else in the process logs out. Searches then find no private object, and the token says CKR_OK. */
class LogoutTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    @TempDir
    private Path directory;

    private Shim shim;
    private SoftHsm token;
    private KeyStore store;
    private KeyMetadata key;

    @BeforeEach
    void aKey() {
        shim = Shim.compile(directory);
        token = SoftHsm.create(directory.resolve("softhsm"));
        token.behind(shim);
        store = KeyStores.open(
                SoftHsm.uri(shim.library()),
                Tokens.COUNTABLE.toBuilder().stateTtl(Duration.ZERO).build());
        key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
        shim.reset();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void logOutBehindItsBack() {
        try {
            for (Slot slot : PKCS11Module.getInstance(shim.library().toString()).getSlotList(true)) {
                if (slot.getToken().getTokenInfo().getLabel().equals(SoftHsm.LABEL)) {
                    Session session = slot.getToken().openSession(false);
                    session.logout();
                    session.closeSession();
                }
            }
        } catch (PKCS11Exception | java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private String privateKeysOnTheToken() {
        return token.run(
                "pkcs11-tool",
                "--module",
                Programs.softHsm().toString(),
                "--login",
                "--pin=" + SoftHsm.PIN,
                "--list-objects",
                "--type",
                "privkey");
    }

    @Test
    void keys_and_their_states_are_still_seen() {
        store.changeState(key.id(), KeyState.DEACTIVATED, "retired");

        logOutBehindItsBack();
        assertThat(store.list()).extracting(KeyMetadata::state).containsExactly(KeyState.DEACTIVATED);
        logOutBehindItsBack();
        assertThat(store.get(store.resolve("invoices")).state()).isEqualTo(KeyState.DEACTIVATED);
    }

    @Test
    void a_key_signs_on() {
        Signer signer = store.signer(key.id());
        signer.sign(MESSAGE);

        logOutBehindItsBack();

        Tokens.confirm(key, MESSAGE, signer.sign(MESSAGE));
    }

    @Test
    void of_many_callers_one_logs_in_again() throws Exception {
        int callers = 6;
        Signer signer = store.signer(key.id());
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            signer.sign(MESSAGE);
            logOutBehindItsBack();
            shim.reset();
            List<Future<Signature>> running = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                running.add(threads.submit(() -> signer.sign(MESSAGE)));
            }

            for (Future<Signature> signature : running) {
                assertThat(Tokens.isRight(key, MESSAGE, signature.get())).isTrue();
            }
            assertThat(shim.calls(Shim.Function.C_Login)).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void what_is_destroyed_is_gone() {
        store.changeState(key.id(), KeyState.DEACTIVATED, "retired");
        assertThat(privateKeysOnTheToken()).contains("invoices");

        logOutBehindItsBack();
        store.changeState(key.id(), KeyState.DESTROYED, "no longer needed");

        assertThat(privateKeysOnTheToken()).doesNotContain("invoices");
    }

    @Test
    void a_private_half_is_not_missed_when_the_logout_falls_just_before_it_is_searched_for() throws Exception {
        int[] attempts = new int[1];
        try (TokenConnection connection = Tokens.connect(shim)) {
            connection.change("Destroying", session -> {
                if (attempts[0]++ == 0) {
                    logOutBehindItsBack();
                }
                KeyRemoval.destroyPrivate(session, TokenKeyId.parse(key.id()));
                return session;
            });
        }

        assertThat(attempts[0]).isEqualTo(2);
        assertThat(privateKeysOnTheToken()).doesNotContain("invoices");
    }
}
