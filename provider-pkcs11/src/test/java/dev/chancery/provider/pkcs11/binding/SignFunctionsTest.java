package dev.chancery.provider.pkcs11.binding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.key.KeyMetadata;
import dev.chancery.provider.pkcs11.Programs;
import dev.chancery.provider.pkcs11.Shim;
import dev.chancery.provider.pkcs11.SoftHsm;
import dev.chancery.provider.pkcs11.Tokens;
import dev.chancery.signature.Signature;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xipki.pkcs11.wrapper.PKCS11Module;

/** Signing without the wrapper, and with it where that cannot be. */
class SignFunctionsTest {
    private static final byte[] MESSAGE = "a contract".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory;

    private Shim shim;
    private SoftHsm token;
    private KeyStore store;

    @BeforeEach
    void open() {
        shim = Shim.compile(directory);
        token = SoftHsm.create(directory.resolve("softhsm"));
        token.behind(shim);
        store = Tokens.open(SoftHsm.uri(shim.library()));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = SignatureAlgorithm.class,
            names = {"RSA_PSS_SHA384", "RSA_PKCS1_SHA256"})
    void the_wrapper_signs_where_they_cannot_be_called(SignatureAlgorithm algorithm) throws Exception {
        KeyMetadata key = store.generate(KeyRequest.of(KeySpec.RSA_2048, "invoices"));
        Cryptoki wrapper =
                new WrapperCryptoki(PKCS11Module.getInstance(shim.library().toString()), Optional.empty());
        long slot = slot(wrapper);
        CryptokiSession session = wrapper.open(slot, false);
        long handle = session.find(new CkAttributes()
                        .with(Ck.CKA_CLASS, Ck.CKO_PRIVATE_KEY)
                        .with(Ck.CKA_LABEL, "invoices"))
                .get(0);
        CkMechanism mechanism = algorithm == SignatureAlgorithm.RSA_PKCS1_SHA256
                ? CkMechanism.of(Ck.CKM_SHA256_RSA_PKCS)
                : new CkMechanism(
                        Ck.CKM_SHA384_RSA_PKCS_PSS,
                        Optional.of(new CkMechanism.Pss(Ck.CKM_SHA384, Ck.CKG_MGF1_SHA384, 48)));

        session.signInit(mechanism, handle);
        byte[] value = session.sign(MESSAGE);

        Tokens.confirm(key, MESSAGE, new Signature(value, key, algorithm, null));
        session.close();
    }

    @Test
    void a_token_that_answers_in_der_is_understood() {
        KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
        store.close();
        token.behind(shim.answeringInDer());
        store = Tokens.open(SoftHsm.uri(shim.library()));

        Tokens.confirm(key, MESSAGE, store.signer(key.id()).sign(MESSAGE));
    }

    /** Each of its lists of functions is an instance of its own. */
    @ParameterizedTest
    @EnumSource(
            value = KeySpec.class,
            names = {"RSA_2048", "EC_P256"})
    void the_wrapper_signs_where_the_library_hands_out_another_list_each_time(KeySpec spec) {
        store.close(); // and SOFTHSM2_CONF stays in this process, for the module that p11-kit's proxy finds
        store = Tokens.open(SoftHsm.uri(Programs.p11KitProxy()));

        KeyMetadata key = store.generate(KeyRequest.of(spec, "invoices"));

        for (SignatureAlgorithm algorithm : key.algorithms()) {
            Tokens.confirm(key, MESSAGE, store.signer(key.id(), algorithm).sign(MESSAGE));
        }
        assertThat(SignFunctions.of(Programs.p11KitProxy()).filter(SignFunctions::areStillTheSame))
                .isEmpty();
        assertThat(SignFunctions.of(shim.library()).filter(SignFunctions::areStillTheSame))
                .isPresent();
    }

    private static long slot(Cryptoki cryptoki) throws CkException {
        for (long slot : cryptoki.slots()) {
            if (cryptoki.token(slot).label().equals(SoftHsm.LABEL)) {
                return slot;
            }
        }
        throw new AssertionError("There is no token " + SoftHsm.LABEL + ".");
    }
}
