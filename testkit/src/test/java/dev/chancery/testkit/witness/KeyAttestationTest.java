package dev.chancery.testkit.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.IntegrityException;
import dev.chancery.key.KeyAttestation;
import dev.chancery.key.KeyId;
import dev.chancery.spi.support.LiquidSecurityStatement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What core makes of the statements of an HSM, and of certificates that come with them. */
@Tag("one-jdk")
class KeyAttestationTest {
    private static final KeyId ID = new KeyId("a/1");
    private static final FakeHsm HSM = new FakeHsm();
    private static final FakeHsm OTHER = new FakeHsm();
    private static final PublicKey RSA = key("RSA", 2048);
    private static final PublicKey P256 = key("EC", 256);
    private static final PublicKey P384 = key("EC", 384);

    private static PublicKey key(String kind, int size) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
            generator.initialize(size);
            return generator.generateKeyPair().getPublic();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Set<X509Certificate> signers(
            byte[] statement, List<List<X509Certificate>> chains, PublicKey publicKey) {
        return new LiquidSecurityStatement(ID.value(), statement).requireSound(chains, publicKey);
    }

    private static KeyAttestation attestation(List<X509Certificate> chain) {
        byte[] statement = HSM.attest(P256);
        return new KeyAttestation(
                ID, "fake", Map.of("statement", statement), List.of(chain), signers(statement, List.of(chain), P256));
    }

    @Test
    void a_statement_about_the_key_names_who_signed_it() {
        X509Certificate partition = HSM.chain().get(0);
        for (PublicKey key : List.of(RSA, P256, P384)) {
            assertThat(signers(HSM.attest(key), List.of(HSM.chain(), OTHER.chain()), key))
                    .containsExactly(partition);
        }
    }

    @Test
    void a_compressed_statement_says_the_same() throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(HSM.attest(RSA));
        }
        assertThat(signers(compressed.toByteArray(), List.of(HSM.chain()), RSA)).hasSize(1);
        byte[] torn = java.util.Arrays.copyOf(compressed.toByteArray(), 40);
        assertThatThrownBy(() -> signers(torn, List.of(), RSA))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("a/1");
    }

    @Test
    void a_statement_about_another_key_or_by_another_hand_is_refused() {
        byte[] statement = HSM.attest(P256);
        assertThatThrownBy(() -> signers(statement, List.of(HSM.chain()), P384))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("another key");
        assertThatThrownBy(() -> signers(statement, List.of(OTHER.chain()), P256))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("signed");
        for (int at : new int[] {0, 50, statement.length - 1}) {
            byte[] changed = statement.clone();
            changed[at] ^= 1;
            assertThatThrownBy(() -> signers(changed, List.of(HSM.chain()), P256))
                    .isInstanceOf(IntegrityException.class);
        }
    }

    @Test
    void without_certificates_nothing_is_verified_and_nobody_vouches() {
        assertThat(signers(new byte[3], List.of(), P256)).isEmpty();
        KeyAttestation bare = new KeyAttestation(ID, "fake", Map.of(), List.of(), Set.of());
        assertThat(bare.isVerified()).isFalse();
        assertThatThrownBy(() -> bare.requireTrusted(List.of(HSM.root())))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("not verified");
    }

    @Test
    void each_root_that_is_asked_for_must_vouch() {
        KeyAttestation attestation = attestation(HSM.chain());
        attestation.requireTrusted(List.of(HSM.root()));
        assertThat(attestation.isVerified()).isTrue();
        assertThatThrownBy(() -> attestation.requireTrusted(List.of(HSM.root(), OTHER.root())))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("CN=maker");
    }

    @Test
    void a_chain_that_does_not_hold_together_is_refused() {
        assertThatThrownBy(() ->
                        attestation(List.of(HSM.chain().get(0), OTHER.chain().get(1))))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("CN=partition");
    }
}
