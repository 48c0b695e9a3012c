package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.signature.Signature;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A token that signs with RSA over whole messages only, and knows nothing of elliptic curves. */
class WholeMessagesTest {
    private static final byte[] MESSAGE = "a contract".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory;

    private Shim shim;
    private KeyStore store;
    private KeyMetadata key;

    @BeforeEach
    void hideWhatSignsDigests() {
        shim = Shim.compile(directory).hiding(Ck.CKM_RSA_PKCS, Ck.CKM_RSA_PKCS_PSS, Ck.CKM_ECDSA);
        SoftHsm.create(directory.resolve("softhsm")).behind(shim);
        store = Tokens.open(SoftHsm.uri(shim.library()));
        key = store.generate(KeyRequest.of(KeySpec.RSA_2048, "invoices"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @ParameterizedTest
    @EnumSource(value = SignatureAlgorithm.class, mode = EnumSource.Mode.MATCH_ALL, names = "RSA_.*")
    void the_token_hashes_where_it_must(SignatureAlgorithm algorithm) {
        Signature signature = store.signer(key.id(), algorithm).sign(MESSAGE);

        assertThat(signature.algorithm()).isEqualTo(algorithm);
        Tokens.confirm(key, MESSAGE, signature);
    }

    @Test
    void a_digest_is_refused_with_what_to_do() {
        Signer signer = store.signer(key.id());

        assertThatThrownBy(() -> signer.signDigest(new byte[32]))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("whole messages only");
    }

    @Test
    void a_key_that_could_not_sign_is_not_made() {
        assertThatThrownBy(() -> store.generate(KeyRequest.of(KeySpec.EC_P256, "contracts")))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("signs with no EC_P256 keys");
        assertThat(store.list()).hasSize(1);
        assertThat(store.orphans()).isEmpty();
    }
}
