package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.key.KeyMetadata;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.WrapperCryptoki;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.nio.file.Path;
import java.security.Signature;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stores of one library that are closed while calls are inside it. */
@Timeout(60)
class ClosingTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    @TempDir
    private Path directory;

    private final ExecutorService threads = Executors.newFixedThreadPool(3);
    private Shim shim;
    private KeyMetadata key;

    @BeforeEach
    void aKey() {
        shim = Shim.compile(directory);
        SoftHsm.create(directory.resolve("softhsm")).behind(shim);
        try (KeyStore store = Tokens.open(SoftHsm.uri(shim.library()))) {
            key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
        }
        shim.reset();
    }

    @AfterEach
    void release() {
        shim.hold(false);
        threads.shutdownNow();
    }

    /** Below core, which lets no store be closed while its calls are at work. */
    private KeyBackend open(String options) {
        return Tokens.backend(SoftHsm.uri(shim.library()) + options);
    }

    private SignResult sign(KeyBackend backend) {
        return backend.sign(key.id(), SignatureAlgorithm.ECDSA_SHA256, new SigningInput.Message(MESSAGE));
    }

    private Future<SignResult> heldInside(KeyBackend backend) {
        shim.hold(true);
        Future<SignResult> held = threads.submit(() -> sign(backend));
        while (shim.insideSign() < 1) {
            Thread.onSpinWait();
        }
        return held;
    }

    private void assertRight(SignResult result) throws Exception {
        Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
        verifier.initVerify(key.publicKey());
        verifier.update(MESSAGE);
        assertThat(verifier.verify(result.signature())).isTrue();
    }

    @Test
    void nobody_finalizes_the_library_under_a_call() throws Exception {
        KeyBackend first = open("&chancery-timeout=1");
        KeyBackend second = open("&chancery-timeout=1");
        sign(first);
        Future<SignResult> held = heldInside(first);

        first.close();
        second.close();

        assertThat(shim.calls(Shim.Function.C_Finalize)).isZero();
        shim.hold(false);
        assertRight(held.get());
        WrapperCryptoki.load(shim.library()).finish(); // for the tests after this one
    }

    @Test
    void a_store_that_closes_does_not_keep_another_from_its_restart() throws Exception {
        KeyBackend first = open("");
        KeyBackend second = open("");
        sign(first);
        sign(second);
        Future<SignResult> held = heldInside(second);
        shim.inject(Shim.Function.C_SignInit, Ck.CKR_DEVICE_REMOVED, 0, 1);
        Future<SignResult> restarting = threads.submit(() -> sign(first));
        while (shim.stillToInject(Shim.Function.C_SignInit) > 0) {
            Thread.onSpinWait();
        }
        Future<?> closing = threads.submit(second::close);

        shim.hold(false);

        assertRight(held.get());
        assertRight(restarting.get());
        closing.get();
        first.close();
        assertThat(shim.calls(Shim.Function.C_Initialize)).isEqualTo(2);
        assertThat(shim.calls(Shim.Function.C_Finalize)).isEqualTo(2);
    }
}
