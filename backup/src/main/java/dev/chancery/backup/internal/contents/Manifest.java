package dev.chancery.backup.internal.contents;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.chancery.backup.internal.json.JsonTree;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.spi.support.Printable;
import dev.chancery.spi.support.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an archive says that it holds.
 *
 * @param sha256 of the manifest itself
 * @param tool what made it
 * @param store the store that was backed up
 * @param created when
 * @param files SHA-256 of each file, by its path
 */
public record Manifest(String sha256, String tool, String store, String created, Map<String, String> files) {

    /** Reads a manifest to its end; the stream stays open. */
    static Manifest read(InputStream in) throws IOException {
        MessageDigest digest = Sha256.digest();
        Map<String, String> texts = new HashMap<>();
        Map<String, String> files = new HashMap<>();
        // Not closed: closing it closes the archive.
        JsonParser json = JsonTree.factory().createParser(new DigestInputStream(in, digest));
        json.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
        require(json.nextToken() == JsonToken.START_OBJECT);
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("keys") || name.equals("files")) {
                readList(json, files, name.equals("keys"));
            } else if (name.equals("version")) {
                requireVersion(json.getLongValue());
            } else if (value == JsonToken.VALUE_STRING) {
                texts.put(name, Printable.of(json.getText()));
            } else {
                json.skipChildren();
            }
        }
        require(json.nextToken() == null); // which reads to the end, for the digest
        return new Manifest(
                HexFormat.of().formatHex(digest.digest()),
                Optional.ofNullable(texts.get("tool")).orElse("?"),
                Optional.ofNullable(texts.get("store")).orElse("?"),
                Optional.ofNullable(texts.get("created")).orElse("?"),
                files);
    }

    private static void readList(JsonParser json, Map<String, String> files, boolean keys) throws IOException {
        require(json.currentToken() == JsonToken.START_ARRAY);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            require(json.currentToken() == JsonToken.START_OBJECT);
            Map<String, Object> one = JsonTree.object(json);
            List<?> described = keys && one.get("files") instanceof List<?> list ? list : List.of(one);
            for (Object file : described) {
                require(file instanceof Map<?, ?> map
                        && map.get("path") instanceof String path
                        && map.get("sha256") instanceof String sha256
                        && files.put(path, sha256) == null);
            }
        }
    }

    private static void require(boolean sound) {
        if (!sound) {
            throw new IntegrityException("The archive is refused: its manifest makes no sense. Nothing was written.");
        }
    }

    private static void requireVersion(long version) {
        if (version != 1) {
            throw new UnsupportedException("The archive's manifest is of version " + version
                    + ", which a newer Chancery wrote. Restore it with that.");
        }
    }
}
