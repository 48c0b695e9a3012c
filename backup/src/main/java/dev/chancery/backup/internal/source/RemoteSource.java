package dev.chancery.backup.internal.source;

import dev.chancery.Capability;
import dev.chancery.KeyStore;
import dev.chancery.backup.internal.json.JsonTree;
import dev.chancery.backup.internal.layout.KeyDocument;
import dev.chancery.backup.internal.layout.LayoutPath;
import dev.chancery.backup.internal.layout.PublicHalf;
import dev.chancery.error.KeyAccessException;
import dev.chancery.key.KeyAttestation;
import dev.chancery.key.KeyListing;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.support.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A store whose private halves stay where they are: its keys' public halves, metadata and history, as a directory that verifies what they signed; what the
 * place attests of them, with its certificates; backups of the place's own where it hands them out.
 */
public final class RemoteSource implements Source {
    private static final int LONGEST_SLUG = 40;

    private final KeyStore store;
    private final Clock clock;

    public RemoteSource(KeyStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public void writeTo(Sink sink) throws IOException {
        Instant now = clock.instant();
        KeyListing listing = store.listing();
        Map<RingPosition, String> rings = new LinkedHashMap<>();
        for (KeyMetadata key : listing.usable()) {
            String id = fileName(key.id().value());
            List<ArchivedFile> files = new ArrayList<>();
            files.add(new ArchivedFile(LayoutPath.publicKey(id), PublicHalf.write(key.publicKey()), now));
            byte[] document = KeyDocument.of(key, id, store.location()).bytes();
            files.add(new ArchivedFile(LayoutPath.metadata(id), document, now));
            String lack = "It cannot leave " + store.location() + ".";
            if (store.capabilities().contains(Capability.BACKUP)) {
                try {
                    files.add(new ArchivedFile(ofArchive("blobs/" + id), store.exportBackup(key.id()), now));
                } catch (KeyAccessException e) {
                    lack = lack + " Neither is its place's own backup here: " + e.getMessage();
                }
            }
            if (store.capabilities().contains(Capability.ATTESTATION)) {
                Optional<KeyAttestation> attestation = store.attestation(key.id());
                if (attestation.isPresent()) {
                    byte[] json = JsonTree.write(statements(attestation.get()));
                    files.add(new ArchivedFile(ofArchive("attestations/" + id + ".json"), json, now));
                }
            }
            sink.key(id, files, Optional.of(lack));
            key.ring().ifPresent(position -> rings.putIfAbsent(position, id));
        }
        for (Map.Entry<RingPosition, String> claim : rings.entrySet()) {
            RingPosition position = claim.getKey();
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("version", 1L);
            json.put("ring", position.ring().value());
            json.put("generation", position.generation());
            json.put("key", claim.getValue());
            LayoutPath path = LayoutPath.of("rings/" + position.ring() + "/" + position.generation() + ".json");
            sink.file(new ArchivedFile(path, JsonTree.write(json), now));
        }
    }

    private static LayoutPath ofArchive(String name) {
        return LayoutPath.of(LayoutPath.OURS + "/" + name);
    }

    /** An id that is a file's name: the key's own where that is one, else what is legible of it and a hash. */
    private static String fileName(String id) {
        if (LayoutPath.metadata(id).kind() == LayoutPath.Kind.METADATA) {
            return id;
        }
        String slug = id.toLowerCase(java.util.Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
        String end = slug.substring(Math.max(0, slug.length() - LONGEST_SLUG)).replaceAll("^-", "");
        String hash = Sha256.hex(id.getBytes(StandardCharsets.UTF_8)).substring(0, 12);
        return end.isEmpty() ? "key-" + hash : end + "-" + hash;
    }

    private static Map<String, Object> statements(KeyAttestation attestation) {
        Base64.Encoder base64 = Base64.getEncoder();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("key", attestation.key().value());
        json.put("format", attestation.format());
        Map<String, Object> statements = new LinkedHashMap<>();
        attestation.statements().forEach((name, bytes) -> statements.put(name, base64.encodeToString(bytes)));
        json.put("statements", statements);
        List<List<String>> chains = new ArrayList<>();
        for (List<X509Certificate> chain : attestation.chains()) {
            chains.add(chain.stream().map(RemoteSource::encoded).toList());
        }
        json.put("chains", chains);
        return json;
    }

    private static String encoded(X509Certificate certificate) {
        try {
            return Base64.getEncoder().encodeToString(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("A certificate that was read has an encoding.", e);
        }
    }
}
