package dev.chancery.provider.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthStatus;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.key.RingPosition;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.provider.file.formats.PrivateKeyWriter;
import dev.chancery.provider.file.formats.PublicKeyPem;
import dev.chancery.provider.file.layout.Disk;
import dev.chancery.provider.file.layout.Metadata;
import dev.chancery.provider.file.layout.MetadataJson;
import dev.chancery.provider.file.layout.StoreDirectory;
import dev.chancery.provider.file.layout.StoreUri;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.files.FileRules;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.signing.SigningInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one key costs does not depend on how many there are; what all of them cost is proportional. */
class ManyKeysTest {
    private static final SigningInput MESSAGE = new SigningInput.Message("a contract".getBytes(UTF_8));

    @TempDir
    private Path temp;

    @Test
    void finding_and_signing_with_one_key_among_ten_thousand_costs_what_it_costs_among_ten() throws IOException {
        assertThat(costOfOne(fill("ten-thousand", 10_000))).isEqualTo(costOfOne(fill("ten", 10)));
    }

    private int costOfOne(Path keys) throws IOException {
        WatchedDisk disk = new WatchedDisk();
        try (KeyBackend store = open(keys, disk)) {
            assertThat(store.find(new KeyId("key-7"))).isPresent();
            store.sign(new KeyId("key-7"), SignatureAlgorithm.ECDSA_SHA256, MESSAGE);
            return disk.calls.size();
        }
    }

    @Test
    void the_members_of_a_ring_are_found_without_a_look_at_other_keys() throws IOException {
        assertThat(costOfMembers(fill("thousand", 1_000))).isEqualTo(costOfMembers(fill("ten", 10)));
    }

    private static int costOfMembers(Path keys) throws IOException {
        KeyName ring = new KeyName("ca");
        KeyRecord record = KeyRecord.of(
                KeyAttributes.builder(KeyState.PRE_ACTIVE, Instant.parse("2026-11-23T10:00:00Z"), KeyOrigin.GENERATED)
                        .ring(new RingPosition(ring, 1))
                        .build());
        WatchedDisk disk = new WatchedDisk();
        try (KeyBackend store = open(keys, disk)) {
            store.abilities()
                    .makesKeys()
                    .orElseThrow()
                    .create(new CreateKey(new KeyName("ca-1"), KeySpec.EC_P256, record));
            disk.calls.clear();
            assertThat(store.abilities().keepsRecords().orElseThrow().members(ring))
                    .hasSize(1);
            return disk.calls.size();
        }
    }

    @Test
    void a_key_that_has_signed_signs_again_without_any_file() throws IOException {
        WatchedDisk disk = new WatchedDisk();
        try (KeyBackend store = open(fill("keys", 10), disk)) {
            store.sign(new KeyId("key-7"), SignatureAlgorithm.ECDSA_SHA256, MESSAGE);
            disk.calls.clear();

            store.sign(new KeyId("key-7"), SignatureAlgorithm.ECDSA_SHA256, MESSAGE);

            assertThat(disk.calls).isEmpty();
        }
    }

    @Test
    void listing_is_linear_and_reads_no_private_key() throws IOException {
        int ten = costOfAll(fill("ten", 10), 10);
        int thousand = costOfAll(fill("thousand", 1_000), 1_000);
        assertThat(thousand).isLessThanOrEqualTo(100 * ten);
    }

    private int costOfAll(Path keys, int count) throws IOException {
        WatchedDisk disk = new WatchedDisk();
        try (KeyBackend store = open(keys, disk);
                Stream<StoredKey> all = store.list()) {
            assertThat(all)
                    .hasSize(count)
                    .allMatch(key -> key.publicHalf() instanceof PublicHalf.Vouched
                            && key.record() instanceof StoredRecord.Present);
            assertThat(disk.reads).hasSize(2 * count).noneMatch(file -> file.startsWith(keys.resolve("private")));
            return disk.calls.size();
        }
    }

    @Test
    void health_reads_no_more_files_of_a_hundred_keys_than_a_list_of_them() throws IOException {
        Path keys = fill("hundred", 100);
        try (KeyStore store = KeyStores.open(WatchedFileKeyStoreProvider.uri(keys))) {
            WatchedDisk disk = WatchedFileKeyStoreProvider.DISK;
            disk.forget();
            assertThat(store.listing().usable()).hasSize(100);
            int reads = disk.reads.size();
            long looks = disk.looks();
            disk.forget();

            assertThat(store.health(HealthLevel.READ).status()).isEqualTo(HealthStatus.UP);

            assertThat(disk.reads).hasSize(reads);
            assertThat(disk.looks()).isLessThanOrEqualTo(looks + 3);
        }
    }

    private static KeyBackend open(Path directory, Disk disk) throws IOException {
        StoreUri uri = StoreUri.parse(directory.toUri().toString());
        StoreDirectory layout = new StoreDirectory(uri, disk, FileRules.of(directory.getFileSystem()));
        return new FileKeyBackend(
                layout,
                disk,
                new KeyStoreConfig(directory.toUri().toString(), KeyStoreOptions.DEFAULT, new SoftwareKeys()));
    }

    /** One key pair under many names: what it holds does not matter here. */
    private Path fill(String name, int count) throws IOException {
        Path keys = Files.createDirectory(temp.resolve(name).toAbsolutePath());
        Files.createDirectory(keys.resolve("private"));
        Files.createDirectory(keys.resolve("public"));
        KeyPair pair = new SoftwareKeys().generate(KeySpec.EC_P256);
        byte[] privatePem = PrivateKeyWriter.write(pair.getPrivate(), pair.getPublic(), Optional.empty());
        byte[] publicPem = PublicKeyPem.write(pair.getPublic());
        KeyAttributes attributes = KeyAttributes.builder(
                        KeyState.ACTIVE, Instant.parse("2026-11-23T10:00:00Z"), KeyOrigin.GENERATED)
                .build();
        KeyRecord record = new KeyRecord.Builder(attributes)
                .fingerprint(KeyMetadata.fingerprint(pair.getPublic()))
                .build();
        var secret = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        for (int n = 0; n < count; n++) {
            KeyId id = new KeyId("key-" + n);
            Path privateKey = keys.resolve(StoreDirectory.privateKey(id));
            Files.createFile(privateKey, secret);
            Files.write(privateKey, privatePem);
            Files.write(keys.resolve(StoreDirectory.publicKey(id)), publicPem);
            Files.write(
                    keys.resolve(StoreDirectory.metadata(id)),
                    MetadataJson.write(
                            new Metadata(id, Optional.of(KeySpec.EC_P256), ProtectionLevel.SOFTWARE, record)));
        }
        return keys;
    }
}
