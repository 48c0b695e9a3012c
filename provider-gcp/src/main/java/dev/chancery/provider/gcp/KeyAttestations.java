package dev.chancery.provider.gcp;

import com.google.cloud.kms.v1.KeyOperationAttestation;
import com.google.cloud.kms.v1.KeyOperationAttestation.CertificateChains;
import dev.chancery.key.KeyAttestation;
import dev.chancery.key.KeyId;
import dev.chancery.spi.AttestsKeys;
import dev.chancery.spi.support.LiquidSecurityStatement;
import dev.chancery.spi.support.PemCertificates;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What Cloud HSM states about its keys, with the chains that lead to its maker and to Google:
 * <a href="https://cloud.google.com/kms/docs/attest-key">verifying attestations</a>.
 */
record KeyAttestations(Place place) implements AttestsKeys {
    @Override
    public Optional<KeyAttestation> attest(KeyId id, PublicKey key) {
        KeyVersion version = place.requests().requireVersion(id);
        KeyOperationAttestation given = version.said().getAttestation();
        if (given.getContent().isEmpty()) {
            return Optional.empty();
        }
        byte[] statement = given.getContent().toByteArray();
        CertificateChains certificates = given.getCertChains();
        List<List<X509Certificate>> chains = Stream.of(
                        certificates.getCaviumCertsList(),
                        certificates.getGooglePartitionCertsList(),
                        certificates.getGoogleCardCertsList())
                .filter(chain -> !chain.isEmpty())
                .map(chain -> PemCertificates.requireIn(
                        String.join("\n", chain), "The attestation of key " + id + " in " + place.location()))
                .toList();
        return Optional.of(new KeyAttestation(
                id,
                String.valueOf(given.getFormat()),
                Map.of("attestation", statement),
                chains,
                new LiquidSecurityStatement(id.value(), statement).requireSound(chains, key)));
    }
}
