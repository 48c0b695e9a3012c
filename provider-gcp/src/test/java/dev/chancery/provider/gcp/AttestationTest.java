package dev.chancery.provider.gcp;

import static com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.kms.v1.KeyOperationAttestation;
import com.google.cloud.kms.v1.KeyOperationAttestation.AttestationFormat;
import com.google.cloud.kms.v1.KeyOperationAttestation.CertificateChains;
import com.google.cloud.kms.v1.ProtectionLevel;
import com.google.protobuf.ByteString;
import dev.chancery.Capability;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.key.KeyAttestation;
import dev.chancery.key.KeyId;
import dev.chancery.testkit.witness.FakeHsm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Cloud HSM states about its keys, on its way to those who want it proven. */
class AttestationTest {
    private static final FakeHsm HSM = new FakeHsm();
    private static final FakeHsm OTHER = new FakeHsm();

    private final FakeKms kms = new FakeKms();
    private final KeyId id = kms.make("theirs", EC_SIGN_P256_SHA256, ProtectionLevel.HSM);

    @TempDir
    private Path archive;

    @AfterEach
    void close() {
        kms.close();
        assertThat(kms.problems()).isEmpty();
    }

    private KeyStore open(String more) {
        return KeyStores.open(kms.uri(more), FakeKms.options(archive));
    }

    private static byte[] compress(byte[] statement) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(statement);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    private static String pem(X509Certificate certificate) {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void attested(byte[] content, CertificateChains.Builder chains) {
        kms.change(
                id,
                version -> version.setAttestation(KeyOperationAttestation.newBuilder()
                        .setFormat(AttestationFormat.CAVIUM_V2_COMPRESSED)
                        .setContent(ByteString.copyFrom(content))
                        .setCertChains(chains)));
    }

    private byte[] statement(KeyStore store) {
        return compress(HSM.attest(store.get(id).publicKey()));
    }

    private static CertificateChains.Builder chains(List<X509Certificate> certificates) {
        CertificateChains.Builder chains = CertificateChains.newBuilder();
        certificates.forEach(certificate -> chains.addCaviumCerts(pem(certificate)));
        return chains;
    }

    @Test
    void a_statement_comes_as_it_is_with_its_chains_and_is_verified() {
        for (String opening : List.of("", "&pinned=true")) {
            try (KeyStore store = open(opening)) {
                byte[] statement = statement(store);
                // The card's own certificate signs nothing, and comes along.
                attested(
                        statement,
                        chains(HSM.chain()).addGoogleCardCerts(pem(HSM.chain().get(1))));

                KeyAttestation attestation = store.attestation(id).orElseThrow();

                assertThat(store.capabilities()).contains(Capability.ATTESTATION);
                assertThat(attestation.format()).isEqualTo("CAVIUM_V2_COMPRESSED");
                assertThat(attestation.statements().get("attestation")).isEqualTo(statement);
                assertThat(attestation.chains())
                        .containsExactly(HSM.chain(), List.of(HSM.chain().get(1)));
                assertThat(attestation.isVerified()).isTrue();
                attestation.requireTrusted(List.of(HSM.root()));
                assertThatThrownBy(() -> attestation.requireTrusted(List.of(OTHER.root())))
                        .isInstanceOf(IntegrityException.class);
            }
        }
    }

    @Test
    void without_certificates_it_comes_and_is_not_verified() {
        try (KeyStore store = open("")) {
            attested(new byte[] {1, 2, 3}, CertificateChains.newBuilder());
            assertThat(store.attestation(id).orElseThrow().isVerified()).isFalse();
        }
    }

    @Test
    void a_key_in_software_has_none() {
        try (KeyStore store = open("")) {
            assertThat(store.attestation(id)).isEmpty();
            assertThatThrownBy(() -> store.attestation(new KeyId("none/1"))).isInstanceOf(KeyNotFoundException.class);
        }
    }

    @Test
    void one_that_is_about_another_key_or_not_signed_or_torn_is_refused() {
        KeyId other = kms.make("other", EC_SIGN_P256_SHA256, ProtectionLevel.HSM);
        try (KeyStore store = open("")) {
            byte[] own = statement(store);
            byte[] others = compress(HSM.attest(store.get(other).publicKey()));
            byte[] changed = HSM.attest(store.get(id).publicKey());
            changed[40] ^= 1;
            for (byte[] content : List.of(others, compress(changed), java.util.Arrays.copyOf(own, own.length / 2))) {
                attested(content, chains(HSM.chain()));
                refuses(store);
            }
            attested(own, chains(OTHER.chain()));
            refuses(store);
            attested(own, chains(List.of(HSM.chain().get(0), OTHER.chain().get(1))));
            refuses(store);
            attested(own, CertificateChains.newBuilder().addCaviumCerts("no certificate"));
            refuses(store);
        }
    }

    private void refuses(KeyStore store) {
        assertThatThrownBy(() -> store.attestation(id))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining(id.value());
    }
}
