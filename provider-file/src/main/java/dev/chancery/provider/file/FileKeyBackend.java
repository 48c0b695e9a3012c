package dev.chancery.provider.file;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.key.KeyId;
import dev.chancery.provider.file.layout.Disk;
import dev.chancery.provider.file.layout.Encryption;
import dev.chancery.provider.file.layout.FileNames;
import dev.chancery.provider.file.layout.KeyFilesWriter;
import dev.chancery.provider.file.layout.KeyReader;
import dev.chancery.provider.file.layout.Rings;
import dev.chancery.provider.file.layout.StoreDirectory;
import dev.chancery.provider.file.layout.StoreLock;
import dev.chancery.provider.file.layout.WaitingKeys;
import dev.chancery.provider.file.signing.PrivateKeys;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import dev.chancery.spi.support.ShellWord;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A directory of keys. Finds in {@link KeyCatalog}, signs with {@link PrivateKeys}, changes by its {@link #abilities()}. */
final class FileKeyBackend implements KeyBackend {
    private final StoreDirectory directory;
    private final PrivateKeys privateKeys;
    private final KeyCatalog catalog;
    private final Abilities abilities;
    private final DirectoryProbe probe;

    /** A stat of a few files is cheap enough to see within a second that a key was moved away. */
    private final Traits traits;

    FileKeyBackend(StoreDirectory directory, Disk disk, KeyStoreConfig config) {
        this(directory, disk, config, new StoreLock(directory));
    }

    FileKeyBackend(StoreDirectory directory, Disk disk, KeyStoreConfig config, StoreLock lock) {
        this.directory = directory;
        this.traits = Traits.ofLocalPlace()
                .diagnosis(
                        Optional.of("ls -la " + ShellWord.quote(directory.path().toString())))
                .build();
        KeyReader reader = new KeyReader(directory, disk);
        Rings rings = new Rings(directory, disk);
        WaitingKeys waiting = new WaitingKeys(directory, disk, reader, rings);
        KeyFilesWriter writer = new KeyFilesWriter(directory, disk, reader, rings, waiting, lock);
        privateKeys = new PrivateKeys(directory, reader, config);
        catalog = new KeyCatalog(directory, disk, reader, privateKeys, rings);
        probe = new DirectoryProbe(
                directory, disk, privateKeys, config.options().clock());
        KeyMaker maker = new KeyMaker(
                directory, reader, catalog, writer, rings, new Encryption(directory, disk, rings), privateKeys, config);
        RecordKeeper records = new RecordKeeper(directory, catalog, writer, rings, waiting);
        abilities = Abilities.builder()
                .makesKeys(maker)
                .importsKeys(maker)
                .destroysKeys(maker)
                .reencryptsKeys(maker)
                .keepsRecords(records)
                .claimsGenerations(records)
                .build();
    }

    @Override
    public String location() {
        return directory.location();
    }

    @Override
    public Traits traits() {
        return traits;
    }

    @Override
    public Abilities abilities() {
        return abilities;
    }

    @Override
    public KeyId parse(String text) {
        return FileNames.parse(text);
    }

    @Override
    public Optional<StoredKey> find(KeyId id) {
        return catalog.find(FileNames.parse(id.value()));
    }

    @Override
    public Stream<StoredKey> list() {
        return catalog.list().stream();
    }

    @Override
    public List<Finding> probe(HealthLevel level) {
        return probe.findings();
    }

    @Override
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        return privateKeys.get(id, algorithm).sign(algorithm, input);
    }

    @Override
    public void close() {
        privateKeys.forgetAll();
    }
}
