package dev.chancery.examples.pkcs12;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.ConfigurationException;
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
import dev.chancery.spi.directory.RecordsInDirectory;
import dev.chancery.spi.files.RecordDirectory;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.util.Optional;
import java.util.stream.Stream;

/** The keys of the file, with their records and claims beside it. */
final class Pkcs12Backend implements KeyBackend, MakesKeys, ImportsKeys, DestroysKeys {
    private final KeyStoreConfig config;
    private final Pkcs12File file;
    private final RecordsInDirectory records;

    Pkcs12Backend(KeyStoreConfig config, Pkcs12File file, RecordDirectory directory) {
        this.config = config;
        this.file = file;
        this.records = new RecordsInDirectory(directory, file, config.uri());
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
        return Abilities.of(this, records);
    }

    @Override
    public KeyId parse(String text) {
        if (!Pkcs12File.ALIAS.matcher(text).matches()) {
            throw new ConfigurationException(
                    "A key of a PKCS#12 file is called as its alias: a-z, 0-9, '.', '_', '-'.");
        }
        return new KeyId(text);
    }

    @Override
    public Optional<StoredKey> find(KeyId id) {
        return records.find(id);
    }

    @Override
    public Stream<StoredKey> list() {
        return records.list();
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
        return records.add(
                id,
                record,
                () -> file.change((store, passphrase) -> {
                    Certificate certificate = BareCertificate.of(id, pair.getPublic());
                    store.setKeyEntry(id.value(), pair.getPrivate(), passphrase, new Certificate[] {certificate});
                }));
    }

    @Override
    public boolean removeCandidate(KeyId id) {
        return records.remove(id, () -> file.change((store, passphrase) -> store.deleteEntry(id.value())));
    }

    /** Puts a certificate where the private half was: what the key has signed can still be verified. */
    @Override
    public void destroy(KeyId id) {
        records.change(
                id,
                () -> file.change((store, passphrase) -> {
                    PublicKey half = store.getCertificate(id.value()).getPublicKey();
                    store.deleteEntry(id.value());
                    store.setCertificateEntry(id.value(), BareCertificate.of(id, half));
                }));
    }
}
