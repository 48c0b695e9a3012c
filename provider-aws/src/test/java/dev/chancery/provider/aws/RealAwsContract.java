package dev.chancery.provider.aws;

import dev.chancery.KeyStoreOptions;
import dev.chancery.PublicArchive;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AliasListEntry;

/**
 * The contract against AWS itself, which costs money and leaves keys that wait seven days for their end. Not called a test, so that only the
 * profile of {@code CHANCERY_TEST_AWS=true} runs it; the build says when it did not.
 */
class RealAwsContract extends KmsContract {
    private static final String REGION = System.getenv().getOrDefault("CHANCERY_TEST_AWS_REGION", "eu-central-1");

    private final String prefix = "chancery-test-" + UUID.randomUUID();

    @TempDir
    private Path archive;

    @Override
    protected String store() {
        return "awskms:///?region=" + REGION + "&window=7&prefix=" + prefix;
    }

    @Override
    protected KeyStoreOptions options() {
        return KeyStoreOptions.builder()
                .publicArchive(PublicArchive.directory(archive))
                .build();
    }

    @AfterEach
    void leave_nothing_behind() {
        try (KmsClient client = KmsClient.builder().region(Region.of(REGION)).build()) {
            for (AliasListEntry alias : client.listAliasesPaginator().aliases()) {
                if (alias.aliasName().startsWith("alias/" + prefix + "/")) {
                    client.deleteAlias(request -> request.aliasName(alias.aliasName()));
                    boolean pending = client.describeKey(request -> request.keyId(alias.targetKeyId()))
                            .keyMetadata()
                            .keyStateAsString()
                            .equals("PendingDeletion");
                    if (!pending) {
                        client.scheduleKeyDeletion(
                                request -> request.keyId(alias.targetKeyId()).pendingWindowInDays(7));
                    }
                }
            }
        }
    }
}
