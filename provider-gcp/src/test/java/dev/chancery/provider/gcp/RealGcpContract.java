package dev.chancery.provider.gcp;

import com.google.api.gax.rpc.AlreadyExistsException;
import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.KeyRing;
import com.google.cloud.kms.v1.KeyRingName;
import com.google.cloud.kms.v1.LocationName;
import com.google.cloud.kms.v1.UpdateCryptoKeyRequest;
import com.google.protobuf.FieldMask;
import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.options.PublicArchive;
import dev.chancery.spi.VersionedId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract against Google itself, which costs money: {@code CHANCERY_TEST_GCP_KEYRING} names a key ring, {@code projects/P/locations/L/keyRings/R}. Each
 * test makes a ring of its own beside it, R-1f2e…, since no CryptoKey can be removed from one; what it leaves is the project owner's to destroy.
 * Not called a test, so that only the profile of that variable runs it; the build says when it did not.
 */
class RealGcpContract extends KmsContract {
    private static final String NAMED = System.getenv().getOrDefault("CHANCERY_TEST_GCP_KEYRING", "");

    private final String ring = NAMED + "-" + UUID.randomUUID().toString().substring(0, 13);

    @TempDir
    private Path archive;

    /** Made when it is first asked for. */
    @Override
    public String store() {
        try (KeyManagementServiceClient client = KeyManagementServiceClient.create()) {
            KeyRingName name = KeyRingName.parse(ring);
            client.createKeyRing(
                    LocationName.of(name.getProject(), name.getLocation()),
                    name.getKeyRing(),
                    KeyRing.getDefaultInstance());
        } catch (AlreadyExistsException asked) {
            // by this test
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "gcpkms://" + ring + "?window=1";
    }

    @Override
    public KeyStoreOptions options() {
        return KeyStoreOptions.builder()
                .publicArchive(PublicArchive.directory(archive))
                .build();
    }

    /** A token is told by nobody; its first letters are those of all of Google's. */
    @Override
    public Set<String> secrets() {
        return Set.of("ya29.");
    }

    /** Another hand removed the version's labels. */
    @Override
    public void lose(KeyId key) {
        try (KeyManagementServiceClient client = KeyManagementServiceClient.create()) {
            String name = ring + "/cryptoKeys/" + VersionedId.name(key);
            Map<String, String> labels = new HashMap<>(client.getCryptoKey(name).getLabelsMap());
            labels.keySet().removeIf(label -> label.startsWith("v" + KeyNames.number(key) + "-"));
            client.updateCryptoKey(UpdateCryptoKeyRequest.newBuilder()
                    .setCryptoKey(CryptoKey.newBuilder().setName(name).putAllLabels(labels))
                    .setUpdateMask(FieldMask.newBuilder().addPaths("labels"))
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
