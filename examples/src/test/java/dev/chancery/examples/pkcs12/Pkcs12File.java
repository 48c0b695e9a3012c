package dev.chancery.examples.pkcs12;

import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyId;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.directory.BareKeys;
import dev.chancery.spi.files.DurableFiles;
import dev.chancery.spi.files.FileContent;
import dev.chancery.spi.files.FileErrors;
import dev.chancery.spi.files.FileIdentity;
import dev.chancery.spi.files.FileModes;
import dev.chancery.spi.signing.LocalKey;
import dev.chancery.spi.signing.LocalKeys;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The file, read at each call and replaced whole. To make sense of its bytes costs some ten thousand hashes, so that is kept until they are
 * others. Thread-safe, except that {@link #change} is for the only writer.
 */
final class Pkcs12File implements BareKeys {
    /** What a key's alias looks like. Entries of other names are no keys of the store. */
    static final Pattern ALIAS = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    private static final int MAX_BYTES = 64 * 1024 * 1024;

    private final Path path;
    private final char[] passphrase;
    private final LocalKeys localKeys;
    private final DurableFiles files = new DurableFiles();
    private volatile @Nullable Content last;

    Pkcs12File(Path path, char[] passphrase, LocalKeys localKeys) {
        this.path = path;
        this.passphrase = passphrase;
        this.localKeys = localKeys;
    }

    /** What the file holds: its keys without their records, and those that have signed since it became so. */
    record Content(
            Optional<FileIdentity> file, KeyStore store, Map<KeyId, StoredKey> keys, Map<KeyId, LocalKey> ready) {}

    /** A change of what the file holds. */
    interface Change {
        void in(KeyStore store, char[] passphrase) throws GeneralSecurityException;
    }

    /** What the errors of files and of the JDK can come from. */
    private interface Step<T> {
        T take() throws GeneralSecurityException, IOException;
    }

    /** The same object for as long as the file stays the same. */
    Content read() {
        return translated(() -> {
            Optional<FileContent> file = file();
            Content known = last;
            if (known == null || !known.file().equals(file.map(FileContent::identity))) {
                known = parse(file);
                last = known;
            }
            return known;
        });
    }

    @Override
    public Optional<StoredKey> find(KeyId id) {
        return Optional.ofNullable(read().keys().get(id));
    }

    @Override
    public Stream<KeyId> ids() {
        return read().keys().keySet().stream();
    }

    void change(Change change) {
        translated(() -> {
            KeyStore store = parse(file()).store(); // not the one that readers use
            change.in(store, passphrase);
            ByteArrayOutputStream changed = new ByteArrayOutputStream();
            store.store(changed, passphrase);
            files.removeLeftovers(path.resolveSibling(""), path::endsWith);
            files.replace(path, changed.toByteArray(), FileModes.of(path, "rw-------"));
            return changed;
        });
    }

    /** Two threads may both make a key ready: a lock would hold up those that are. */
    LocalKey ready(KeyId id) {
        Content content = read();
        LocalKey ready = content.ready().get(id);
        return ready != null
                ? ready
                : translated(() -> {
                    if (!(content.store().getKey(id.value(), passphrase) instanceof PrivateKey half)) {
                        throw new KeyStateException(path + " has no private half of " + id + " any more.");
                    }
                    LocalKey made = localKeys.load(
                            half, content.store().getCertificate(id.value()).getPublicKey(), id + " in " + path);
                    content.ready().put(id, made);
                    return made;
                });
    }

    /** None where the first key is still to make it. */
    private Optional<FileContent> file() throws IOException {
        return Files.notExists(path) ? Optional.empty() : Optional.of(FileContent.read(path, MAX_BYTES));
    }

    private Content parse(Optional<FileContent> file) throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(
                    file.map(content -> new ByteArrayInputStream(content.bytes()))
                            .orElse(null),
                    passphrase);
        } catch (IOException e) { // bytes in memory can always be read: it is what they say
            throw e.getCause() instanceof UnrecoverableKeyException
                    ? new KeyAccessException("The passphrase of " + path + " is wrong: correct it.", e)
                    : new IntegrityException(path + " is no PKCS#12 file: restore it.", e);
        }
        Map<KeyId, StoredKey> keys = new LinkedHashMap<>();
        for (String alias : Collections.list(store.aliases())) {
            boolean whole = store.isKeyEntry(alias);
            if (ALIAS.matcher(alias).matches()
                    && store.getCertificate(alias) instanceof X509Certificate certificate
                    && (whole || BareCertificate.evidence(certificate).isPresent())) {
                keys.put(new KeyId(alias), key(new KeyId(alias), certificate, whole));
            }
        }
        return new Content(file.map(FileContent::identity), store, keys, new ConcurrentHashMap<>());
    }

    /** The file's checksum, which takes the passphrase, holds the two halves together. */
    private static StoredKey key(KeyId id, X509Certificate certificate, boolean whole) {
        PublicHalf half = new PublicHalf.Vouched(certificate.getPublicKey());
        return StoredKey.builder(id, half, ProtectionLevel.SOFTWARE_ENCRYPTED)
                .service(whole ? new Service.In() : new Service.Gone("has no private half"))
                .created(certificate.getNotBefore().toInstant())
                .evidence(BareCertificate.evidence(certificate))
                .build();
    }

    private <T> T translated(Step<T> step) {
        try {
            return step.take();
        } catch (IOException e) {
            throw FileErrors.translate(e, "Reading or writing the keys", path.resolveSibling(""));
        } catch (GeneralSecurityException e) {
            throw new IntegrityException(path + " holds what this JDK cannot read: restore it.", e);
        }
    }
}
