package dev.chancery.backup.internal.manifest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.chancery.backup.internal.json.JsonTree;
import dev.chancery.backup.internal.layout.KeyDocument;
import dev.chancery.backup.internal.layout.KeyFacts;
import dev.chancery.backup.internal.layout.LayoutPath.Kind;
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
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the manifest into a temporary file while the keys go by: a head, a line for each key, the files that are of none. Not thread-safe. */
public final class ManifestWriter implements AutoCloseable {
    private final Path file;
    private final MessageDigest digest = Sha256.digest();
    private final OutputStream out;
    private final JsonGenerator json;
    private final List<Listed> others = new ArrayList<>();

    /** What it says of a file. */
    private record Listed(String path, long size, String sha256) {
        Listed(ArchivedFile file) {
            this(file.path().path(), file.content().length, Sha256.hex(file.content()));
        }
    }

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
        Optional<KeyDocument> document = find(files, Kind.METADATA).flatMap(KeyDocument::parse);
        Optional<String> fingerprint = find(files, Kind.PUBLIC)
                .flatMap(PublicHalf::fingerprint)
                .or(() -> document.flatMap(KeyDocument::fingerprint));
        KeyFacts facts = document.map(KeyDocument::facts).orElse(KeyFacts.FOREIGN);
        Optional<KeyFacts.Place> place = document.flatMap(KeyDocument::place);
        json.writeRaw('\n');
        json.writeStartObject();
        json.writeStringField("id", id);
        writeIfThere("fingerprint", fingerprint);
        json.writeStringField("state", facts.state().name());
        writeIfThere("compromisedSince", facts.mark());
        if (place.isPresent()) {
            json.writeStringField("ring", place.get().ring());
            json.writeNumberField("generation", place.get().generation());
        }
        json.writeBooleanField("private", lack.isEmpty());
        writeIfThere("lack", lack);
        json.writeArrayFieldStart("files");
        for (ArchivedFile file : files) {
            write(new Listed(file));
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static Optional<byte[]> find(List<ArchivedFile> files, Kind kind) {
        for (ArchivedFile file : files) {
            if (file.path().kind() == kind) {
                return Optional.of(file.content());
            }
        }
        return Optional.empty();
    }

    private void writeIfThere(String name, Optional<?> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get().toString());
        }
    }

    private void write(Listed file) throws IOException {
        json.writeStartObject();
        json.writeStringField("path", file.path);
        json.writeNumberField("size", file.size);
        json.writeStringField("sha256", file.sha256);
        json.writeEndObject();
    }

    /** A file that belongs to no key alone, until its turn comes. */
    public void file(ArchivedFile file) {
        others.add(new Listed(file));
    }

    /** Ends the manifest with the files that belong to no key alone. */
    public void finish(Map<String, Object> foot) throws IOException {
        json.writeEndArray();
        json.writeRaw('\n');
        json.writeArrayFieldStart("files");
        for (Listed file : others) {
            write(file);
        }
        json.writeEndArray();
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
