package dev.chancery.backup.internal.manifest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.chancery.backup.internal.json.JsonTree;
import dev.chancery.backup.internal.layout.KeyDocument;
import dev.chancery.backup.internal.layout.KeyFacts;
import dev.chancery.backup.internal.layout.LayoutPath;
import dev.chancery.backup.internal.layout.PublicHalf;
import dev.chancery.backup.internal.source.ArchivedFile;
import dev.chancery.spi.support.Sha256;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the manifest into a temporary file while the keys go by: a head, a line for each key, the files that are of none. Not thread-safe. */
public final class ManifestWriter implements AutoCloseable {
    private final Path file;
    private final MessageDigest digest = Sha256.digest();
    private final OutputStream out;
    private final JsonGenerator json;

    public ManifestWriter(Map<String, Object> head) throws IOException {
        file = Files.createTempFile("chancery-backup-", ".manifest");
        out = new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(file)), digest);
        json = JsonTree.factory().createGenerator(out);
        json.setPrettyPrinter(new MinimalPrettyPrinter());
        json.writeStartObject();
        for (Map.Entry<String, Object> field : head.entrySet()) {
            json.writeRaw('\n');
            json.writeFieldName(field.getKey());
            JsonTree.write(json, field.getValue());
        }
        json.writeFieldName("keys");
        json.writeStartArray();
    }

    public void key(String id, List<ArchivedFile> files, Optional<String> lack) throws IOException {
        Map<String, Object> key = new LinkedHashMap<>();
        key.put("id", id);
        Optional<KeyDocument> document = find(files, LayoutPath.metadata(id)).flatMap(KeyDocument::parse);
        find(files, LayoutPath.publicKey(id))
                .flatMap(PublicHalf::fingerprint)
                .or(() -> document.flatMap(KeyDocument::fingerprint))
                .ifPresent(fingerprint -> key.put("fingerprint", fingerprint));
        KeyFacts facts = document.map(KeyDocument::facts).orElse(KeyFacts.FOREIGN);
        key.put("state", facts.state().name());
        facts.mark().ifPresent(mark -> key.put("compromisedSince", mark.toString()));
        document.flatMap(KeyDocument::place).ifPresent(place -> {
            key.put("ring", place.ring());
            key.put("generation", place.generation());
        });
        key.put("private", lack.isEmpty());
        lack.ifPresent(why -> key.put("lack", why));
        key.put("files", files.stream().map(ManifestWriter::describe).toList());
        json.writeRaw('\n');
        JsonTree.write(json, key);
    }

    private static Optional<byte[]> find(List<ArchivedFile> files, LayoutPath path) {
        return files.stream()
                .filter(file -> file.path().equals(path))
                .map(ArchivedFile::content)
                .findFirst();
    }

    public static Map<String, Object> describe(ArchivedFile file) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("path", file.path().path());
        described.put("size", (long) file.content().length);
        described.put("sha256", Sha256.hex(file.content()));
        return described;
    }

    /** Ends the manifest with the files that belong to no key alone. */
    public void finish(List<Map<String, Object>> others, Map<String, Object> foot) throws IOException {
        json.writeEndArray();
        json.writeRaw('\n');
        json.writeFieldName("files");
        JsonTree.write(json, others);
        for (Map.Entry<String, Object> field : foot.entrySet()) {
            json.writeFieldName(field.getKey());
            JsonTree.write(json, field.getValue());
        }
        json.writeEndObject();
        json.writeRaw('\n');
        json.close();
        out.close();
    }

    /** Once it is finished: SHA-256 of it. */
    public String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }

    public long size() throws IOException {
        return Files.size(file);
    }

    public InputStream read() throws IOException {
        return Files.newInputStream(file);
    }

    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(file);
    }
}
