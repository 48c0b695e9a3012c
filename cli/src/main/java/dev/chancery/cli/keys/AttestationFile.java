package dev.chancery.cli.keys;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.KeyStore;
import dev.chancery.cli.command.Command;
import dev.chancery.cli.input.Argument;
import dev.chancery.cli.input.LimitedFile;
import dev.chancery.cli.output.OutputFile;
import dev.chancery.cli.output.Pem;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyAttestation;
import dev.chancery.key.KeyMetadata;
import dev.chancery.spi.support.PemCertificates;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where what a place states about a key is written, and whose word for it is wanted. */
final class AttestationFile {
    private static final int LARGEST_ROOTS = 1 << 20;

    private final Argument<Path> file;
    private final Argument<Path> roots;

    AttestationFile(Command command) {
        file = command.option(
                "--attestation",
                "FILE",
                Path.class,
                "Write what the place's hardware states about the key, with its certificates, as JSON.");
        roots = command.option(
                "--attestation-roots",
                "FILE",
                Path.class,
                "Certificates in PEM, each of which must vouch for the statement.");
    }

    /**
     * Writes it, if that is asked for. What is not vouched for is not written.
     *
     * @return how far it was verified; empty if it was not asked for
     */
    Optional<String> write(KeyStore store, KeyMetadata key) throws IOException {
        if (file.value().isEmpty()) {
            if (roots.value().isPresent()) {
                throw new ConfigurationException("--attestation-roots goes with --attestation FILE.");
            }
            return Optional.empty();
        }
        KeyAttestation attestation = store.attestation(key.id())
                .orElseThrow(() -> new UnsupportedException("Nothing attests key " + key.id() + ": " + store.location()
                        + " states nothing of keys with protection " + key.protection() + "."));
        Optional<List<X509Certificate>> authorities = Optional.empty();
        if (roots.value().isPresent()) {
            authorities = Optional.of(read(roots.given()));
            attestation.requireTrusted(authorities.get());
        }
        OutputFile.write(file.given(), json(key, attestation));
        return Optional.of(attestation.format()
                + (attestation.isVerified() ? ", signed by the certificates with it, about this key" : ", not verified")
                + authorities
                        .map(all -> ", vouched for by each of " + all.size() + " roots")
                        .orElse(""));
    }

    private static List<X509Certificate> read(Path file) throws IOException {
        try {
            List<X509Certificate> all =
                    PemCertificates.read(new ByteArrayInputStream(LimitedFile.read(file, LARGEST_ROOTS)));
            if (!all.isEmpty()) {
                return all;
            }
        } catch (CertificateException e) {
            throw new ConfigurationException("The file " + file + " has no certificates in PEM that can be read.", e);
        }
        throw new ConfigurationException("The file " + file + " has no certificate in it. Put one there, in PEM.");
    }

    private static byte[] json(KeyMetadata key, KeyAttestation attestation) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField("key", key.id().value());
            json.writeStringField("publicKey", Pem.publicKey(key.publicKey()));
            json.writeStringField("format", attestation.format());
            json.writeBooleanField("verified", attestation.isVerified());
            json.writeObjectFieldStart("statements");
            for (Map.Entry<String, byte[]> statement : attestation.statements().entrySet()) {
                json.writeStringField(statement.getKey(), Base64.getEncoder().encodeToString(statement.getValue()));
            }
            json.writeEndObject();
            json.writeArrayFieldStart("chains");
            for (List<X509Certificate> chain : attestation.chains()) {
                json.writeStartArray();
                for (X509Certificate certificate : chain) {
                    json.writeString(Pem.certificate(certificate.getEncoded()));
                }
                json.writeEndArray();
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("What was decoded is encoded as it came.", e);
        }
        return bytes.toByteArray();
    }
}
