package dev.chancery.options;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.spi.files.DurableFiles;
import dev.chancery.spi.files.WriterLock;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.RecordFields;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.support.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One file for each key: lines of {@code name: value}, which RFC 7468 (2) lets stand before the public key in PEM. Replaced whole,
 * by one process at a time.
 */
final class DirectoryArchive implements PublicArchive {
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";
    private static final String SUFFIX = ".pem";
    private static final int LONGEST = 256 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path directory;
    private final DurableFiles files = new DurableFiles();
    private final WriterLock lock;

    /** Keeps keys in a directory. */
    DirectoryArchive(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
        this.lock = new WriterLock(this.directory.resolve(".lock"), PATIENCE);
    }

    @Override
    public void put(String store, KeyMetadata key) {
        if (find(store, key.id()).filter(key::equals).isPresent()) {
            return;
        }
        try {
            Files.createDirectories(directory);
            lock.hold(afterFailure -> {
                if (afterFailure) {
                    files.removeLeftovers(directory, name -> name.endsWith(SUFFIX));
                }
                putAlone(store, key);
                return key;
            });
        } catch (IOException e) {
            throw new StoreUnavailableException(
                    "The public half of key " + key.id() + " could not be archived in " + directory
                            + ", so nothing was done with the key: " + e + ".",
                    e);
        }
    }

    private void putAlone(String store, KeyMetadata key) throws IOException {
        Path file = file(store, key.id());
        Optional<KeyMetadata> before = find(store, key.id());
        if (before.isPresent() && !before.get().fingerprint().equals(key.fingerprint())) {
            throw new IntegrityException("The archive " + directory + " keeps another public key as " + key.id()
                    + " of "
                    + store + ": " + before.get().fingerprint() + " and not " + key.fingerprint()
                    + ". Find out which is right, and move the wrong file away: " + file + ".");
        }
        if (before.filter(key::equals).isEmpty()) {
            files.replace(file, text(store, key).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String text(String store, KeyMetadata key) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("store", store);
        lines.put("id", key.id().value());
        lines.put("spec", key.spec().name());
        lines.put("protection", key.protection().name());
        lines.put("fingerprint", key.fingerprint());
        lines.putAll(RecordFields.encode(
                new KeyRecord.Builder(key.attributes())
                        .fingerprint(key.fingerprint())
                        .build(),
                10_000,
                4096));
        StringBuilder text = new StringBuilder();
        lines.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append('\n'));
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(key.publicKey().getEncoded());
        return text.append(BEGIN)
                .append('\n')
                .append(base64)
                .append('\n')
                .append(END)
                .append('\n')
                .toString();
    }

    @Override
    public Optional<KeyMetadata> find(String store, KeyId id) {
        Path file = file(store, id);
        try {
            if (Files.size(file) > LONGEST) {
                throw damaged(file, "it is too long", null);
            }
            return Optional.of(read(Files.readString(file), store, id, file));
        } catch (NoSuchFileException notArchived) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StoreUnavailableException("The archive " + directory + " cannot be read: " + e + ".", e);
        }
    }

    private static KeyMetadata read(String text, String store, KeyId id, Path file) {
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw damaged(file, "it holds no public key", null);
        }
        Map<String, String> lines = new LinkedHashMap<>();
        for (String line : text.substring(0, begin).split("\n")) {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                lines.put(line.substring(0, colon), line.substring(colon + 2));
            }
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
            KeySpec spec = KeySpec.valueOf(lines.getOrDefault("spec", ""));
            PublicKey key = spec.publicKey(der);
            KeyMetadata found = new KeyMetadata(
                    id,
                    spec,
                    key,
                    KeyMetadata.fingerprint(key),
                    ProtectionLevel.valueOf(lines.getOrDefault("protection", "")),
                    attributes(lines));
            boolean same = found.fingerprint().equals(lines.get("fingerprint"))
                    && store.equals(lines.get("store"))
                    && id.value().equals(lines.get("id"));
            if (!same) {
                throw damaged(file, "it is of another key", null);
            }
            return found;
        } catch (IllegalArgumentException e) {
            throw damaged(file, "a line makes no sense", e);
        }
    }

    private static KeyAttributes attributes(Map<String, String> lines) {
        StoredRecord record = RecordFields.decode(lines, "");
        return record.legible()
                .map(KeyRecord::attributes)
                .orElseThrow(() -> new IllegalArgumentException(
                        record instanceof StoredRecord.Damaged damaged ? damaged.why() : "there is no record"));
    }

    private static IntegrityException damaged(Path file, String how, @Nullable Throwable cause) {
        return new IntegrityException(
                "The archived key " + file + " is damaged: " + how + ". Restore the file from a backup.", cause);
    }

    /** Ids may hold what file names may not. */
    private Path file(String store, KeyId id) {
        return directory.resolve(Sha256.hex((store + "\n" + id).getBytes(StandardCharsets.UTF_8)) + SUFFIX);
    }
}
