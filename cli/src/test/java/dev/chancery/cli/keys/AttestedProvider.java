package dev.chancery.cli.keys;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.key.KeyAttestation;
import dev.chancery.key.KeyId;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.AttestsKeys;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A place that attests the keys of the certificates in a directory: {@code attested:DIRECTORY} has {@code NAME.pem}. */
public final class AttestedProvider implements KeyStoreProvider {
    static final byte[] STATEMENT = {1, 2, 3};

    /** Called by {@link java.util.ServiceLoader}. */
    public AttestedProvider() {}

    @Override
    public String scheme() {
        return "attested";
    }

    @Override
    public KeyBackend open(KeyStoreConfig config) {
        return new Backend(config.uri(), Path.of(config.uri().substring("attested:".length())));
    }

    private record Backend(String location, Path directory) implements KeyBackend, AttestsKeys {
        private X509Certificate certificate(KeyId id) {
            try (InputStream in = Files.newInputStream(directory.resolve(id + ".pem"))) {
                return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        /** What is called bare comes without certificates, what is called software is not attested. */
        @Override
        public Optional<KeyAttestation> attest(KeyId id, PublicKey key) {
            X509Certificate own = certificate(id);
            boolean bare = id.value().equals("bare");
            return Optional.of(new KeyAttestation(
                            id,
                            "fake",
                            Map.of("statement", STATEMENT),
                            bare ? List.of() : List.of(List.of(own)),
                            bare ? Set.of() : Set.of(own)))
                    .filter(any -> !id.value().equals("software"));
        }

        @Override
        public Traits traits() {
            return Traits.ofRemotePlace().build();
        }

        @Override
        public Abilities abilities() {
            return Abilities.of(this);
        }

        @Override
        public KeyId parse(String text) {
            return new KeyId(text);
        }

        @Override
        public Optional<StoredKey> find(KeyId id) {
            return Files.exists(directory.resolve(id + ".pem"))
                    ? Optional.of(StoredKey.builder(
                                    id, new PublicHalf.Vouched(certificate(id).getPublicKey()), ProtectionLevel.HSM)
                            .build())
                    : Optional.empty();
        }

        @Override
        public Stream<StoredKey> list() {
            return Stream.empty();
        }

        @Override
        public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
            throw new UnsupportedOperationException("No test signs here.");
        }
    }
}
