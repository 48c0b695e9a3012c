package dev.chancery.examples.pkcs12;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.DestroysKeys;
import dev.chancery.spi.ImportKey;
import dev.chancery.spi.ImportsKeys;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.files.RecordDirectory;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.security.KeyPair;
import java.security.cert.Certificate;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The keys of the file. It alone says which are there: a record is written before its key and removed after it, so that one without a key is
 * what a crash left, and the next key of that name replaces it.
 */
final class Pkcs12Backend implements KeyBackend, MakesKeys, ImportsKeys, DestroysKeys {
    private final KeyStoreConfig config;
    private final Pkcs12File file;
    private final RecordDirectory directory;
    private final Pkcs12Records records;

    Pkcs12Backend(KeyStoreConfig config, Pkcs12File file, RecordDirectory directory) {
        this.config = config;
        this.file = file;
        this.directory = directory;
        this.records = new Pkcs12Records(this, directory);
    }

    @Override
    public String location() {
        return config.uri();
    }

    @Override
    public Traits traits() {
        return Traits.ofLocalPlace().build();
    }

    @Override
    public Abilities abilities() {
        return Abilities.builder()
                .makesKeys(this)
                .importsKeys(this)
                .destroysKeys(this)
                .keepsRecords(records)
                .claimsGenerations(records)
                .build();
    }

    @Override
    public KeyId parse(String text) {
        if (!Pkcs12File.ALIAS.matcher(text).matches()) {
            throw new ConfigurationException(
                    "A key of a PKCS#12 file is called as its alias: a-z, 0-9, '.', '_', '-'.");
        }
        return new KeyId(text);
    }

    /** Looks at the file again after the record: if a writer came between, they do not belong together. */
    @Override
    public Optional<StoredKey> find(KeyId id) {
        Pkcs12File.Content content = file.read();
        Optional<StoredKey> key = Optional.ofNullable(content.keys().get(id)).map(records::added);
        return content.equals(file.read()) ? key : find(id);
    }

    StoredKey existing(KeyId id) {
        return find(id).orElseThrow(() -> new KeyNotFoundException(location() + " has no key " + id + "."));
    }

    @Override
    public Stream<StoredKey> list() {
        return file.read().keys().keySet().stream().flatMap(id -> find(id).stream());
    }

    @Override
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        return file.ready(id).sign(algorithm, input);
    }

    @Override
    public StoredKey create(CreateKey order) {
        return add(order.name(), config.localKeys().generate(order.spec()), order.record());
    }

    @Override
    public StoredKey importKey(ImportKey order) {
        return add(order.name(), new KeyPair(order.publicKey(), order.privateKey()), order.record());
    }

    private StoredKey add(KeyName name, KeyPair pair, KeyRecord record) {
        KeyId id = new KeyId(name.value());
        return directory.alone("Adding a key", () -> {
            if (find(id).isPresent()) {
                throw new KeyExistsException("Choose another name: " + location() + " has a key " + id + ".");
            }
            records.write(id, record);
            file.change((store, passphrase) -> {
                Certificate certificate = BareCertificate.of(id, pair.getPublic());
                store.setKeyEntry(id.value(), pair.getPrivate(), passphrase, new Certificate[] {certificate});
            });
            return existing(id);
        });
    }

    @Override
    public boolean removeCandidate(KeyId id) {
        return directory.alone("Removing a key", () -> {
            if (records.holdsAny(id)) {
                return false;
            }
            file.change((store, passphrase) -> store.deleteEntry(id.value()));
            return directory.remove(id.value(), any -> true);
        });
    }

    /** Puts a certificate where the private half was: what the key has signed can still be verified. */
    @Override
    public void destroy(KeyId id) {
        directory.alone("Destroying a private half", () -> {
            StoredKey key = existing(id);
            file.change((store, passphrase) -> {
                Certificate certificate =
                        BareCertificate.of(id, store.getCertificate(id.value()).getPublicKey());
                store.deleteEntry(id.value());
                store.setCertificateEntry(id.value(), certificate);
            });
            return key;
        });
    }

    @Override
    public void close() {}
}
