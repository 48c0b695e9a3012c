package dev.chancery.provider.pkcs11.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.provider.pkcs11.Shim;
import dev.chancery.provider.pkcs11.SoftHsm;
import dev.chancery.provider.pkcs11.Tokens;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.signature.Signature;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How many callers are inside the library, and that no two of them share a session. */
@Timeout(60)
class SessionPoolTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    @TempDir
    private Path directory;

    private final ExecutorService threads = Executors.newFixedThreadPool(16);
    private Shim shim;
    private KeyStore store;
    private KeyMetadata key;

    @BeforeEach
    void threeSessions() {
        shim = Shim.compile(directory);
        SoftHsm.create(directory.resolve("softhsm")).behind(shim);
        store = Tokens.open(SoftHsm.uri(shim.library()) + "&chancery-sessions=3&chancery-timeout=1");
        key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
    }

    @AfterEach
    void close() {
        shim.hold(false);
        threads.shutdownNow();
        store.close();
    }

    @Test
    void noMoreCallersThanSessionsAreInsideAndNoSessionIsShared() throws Exception {
        Signer signer = store.signer(key.id());
        long opened = shim.calls(Shim.Function.C_OpenSession);
        List<Future<Boolean>> running = new ArrayList<>();
        for (int i = 0; i < 160; i++) {
            running.add(threads.submit(() -> Tokens.isRight(key, MESSAGE, signer.sign(MESSAGE))));
        }

        for (Future<Boolean> signature : running) {
            assertThat(signature.get()).isTrue();
        }
        assertThat(shim.mostInsideSign()).isBetween(1L, 3L);
        assertThat(shim.overlaps()).isZero();
        assertThat(shim.calls(Shim.Function.C_OpenSession))
                .as("sessions are kept")
                .isLessThanOrEqualTo(opened + 4);
    }

    /** All sessions are signing, and stay so until the shim holds them no more. */
    private List<Future<Signature>> threeInside(Signer signer) {
        shim.hold(true);
        List<Future<Signature>> held = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            held.add(threads.submit(() -> signer.sign(MESSAGE)));
        }
        while (shim.insideSign() < 3) {
            Thread.onSpinWait(); // three are inside at once: nothing is locked meanwhile
        }
        return held;
    }

    @Test
    void callsGoOnSideBySideAndWhoFindsNoSessionIsToldInTime() throws Exception {
        Signer signer = store.signer(key.id());
        signer.sign(MESSAGE);
        List<Future<Signature>> held = threeInside(signer);

        assertThatThrownBy(() -> signer.sign(MESSAGE))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("3 sessions")
                .hasMessageContaining("chancery-sessions");

        shim.hold(false);
        for (Future<Signature> signature : held) {
            Tokens.confirm(key, MESSAGE, signature.get());
        }
    }

    @Test
    void aChangeOpensNoSessionBesideThoseThatAreLent() throws Exception {
        Signer signer = store.signer(key.id());
        signer.sign(MESSAGE);
        List<Future<Signature>> held = threeInside(signer);
        shim.hold(false);
        for (Future<Signature> signature : held) {
            signature.get();
        }

        store.generate(KeyRequest.of(KeySpec.EC_P256, "contracts"));
        shim.inject(Shim.Function.C_SignInit, Ck.CKR_DEVICE_ERROR, 0, 1);
        Tokens.confirm(key, MESSAGE, signer.sign(MESSAGE));

        assertThat(shim.mostOpen()).as("with the one that keeps the login").isEqualTo(3 + 1);
    }

    @Test
    void aBurstOnATokenThatLendsFewSessionsAndDoesNotSaySoIsServed() throws Exception {
        store.close();
        SoftHsm.create(directory.resolve("few")).behind(shim.lendingInSilence(7));
        shim.reset();
        store = Tokens.open(SoftHsm.uri(shim.library()) + "&chancery-timeout=30");
        key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
        Signer signer = store.signer(key.id());
        ExecutorService burst = Executors.newFixedThreadPool(100);
        try {
            List<Future<Signature>> running = new ArrayList<>();
            shim.hold(true);
            for (int i = 0; i < 100; i++) {
                running.add(burst.submit(() -> signer.sign(MESSAGE)));
            }
            while (shim.insideSign() < 6) {
                Thread.onSpinWait(); // all but the session that keeps the login
            }
            shim.hold(false);
            for (Future<Signature> signature : running) {
                assertThat(Tokens.isRight(key, MESSAGE, signature.get())).isTrue();
            }
        } finally {
            burst.shutdownNow();
        }

        assertThat(shim.mostOpen()).isEqualTo(7);
        assertThat(shim.overlaps()).isZero();
        long opened = shim.calls(Shim.Function.C_OpenSession);
        signer.sign(MESSAGE);
        assertThat(shim.calls(Shim.Function.C_OpenSession))
                .as("the limit is known")
                .isEqualTo(opened);
        store.changeState(key.id(), KeyState.SUSPENDED, "a change finds room too");
    }

    @Test
    void ofATokenThatLendsOneSessionTheOneThatIsLoggedInDoesAll() {
        store.close();
        SoftHsm.create(directory.resolve("small")).behind(shim.lending(1));
        shim.reset();

        store = Tokens.open(SoftHsm.uri(shim.library()));
        key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
        Signer signer = store.signer(key.id());
        Tokens.confirm(key, MESSAGE, signer.sign(MESSAGE));
        store.changeState(key.id(), KeyState.SUSPENDED, "on hold");
        store.changeState(key.id(), KeyState.ACTIVE, "needed again");

        assertThat(shim.calls(Shim.Function.C_OpenSession)).isEqualTo(1);
        assertThat(shim.calls(Shim.Function.C_Login)).isEqualTo(1);

        shim.inject(Shim.Function.C_SignInit, Ck.CKR_OPERATION_ACTIVE, 0, 1);
        Tokens.confirm(key, MESSAGE, signer.sign(MESSAGE));
        store.changeState(key.id(), KeyState.SUSPENDED, "on hold");
        assertThat(shim.mostOpen()).isEqualTo(1);
    }
}
