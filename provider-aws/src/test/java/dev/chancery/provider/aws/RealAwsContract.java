package dev.chancery.provider.aws;

import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.options.PublicArchive;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;
import software.amazon.awssdk.services.kms.model.AliasListEntry;
import software.amazon.awssdk.services.kms.model.Tag;

/**
 * The contract against AWS itself, which costs money and leaves keys that wait seven days for their end. Not called a test, so that only the
 * profile of {@code CHANCERY_TEST_AWS=true} runs it; the build says when it did not. {@code CHANCERY_TEST_AWS_ENDPOINT} names
 * another server that speaks the protocol.
 */
class RealAwsContract extends KmsContract {
    private static final String REGION = System.getenv().getOrDefault("CHANCERY_TEST_AWS_REGION", "eu-central-1");
    private static final Optional<String> ENDPOINT = Optional.ofNullable(System.getenv("CHANCERY_TEST_AWS_ENDPOINT"));

    private final String prefix = "test-" + UUID.randomUUID().toString().substring(0, 13);

    @TempDir
    private Path archive;

    @Override
    public String store() {
        String endpoint = ENDPOINT.map(uri -> "&endpoint=" + URLEncoder.encode(uri, StandardCharsets.UTF_8))
                .orElse("");
        return "awskms:///?region=" + REGION + "&window=7&prefix=" + prefix + endpoint;
    }

    @Override
    public KeyStoreOptions options() {
        return KeyStoreOptions.builder()
                .publicArchive(PublicArchive.directory(archive))
                .build();
    }

    @Override
    public Set<String> secrets() {
        try (DefaultCredentialsProvider credentials =
                DefaultCredentialsProvider.builder().build()) {
            return Set.of(credentials.resolveCredentials().secretAccessKey());
        }
    }

    /** Somebody removed the key's tags. */
    @Override
    public void lose(KeyId key) {
        try (KmsClient client = client()) {
            List<String> tags = client.listResourceTags(request -> request.keyId(key.value())).tags().stream()
                    .map(Tag::tagKey)
                    .toList();
            client.untagResource(request -> request.keyId(key.value()).tagKeys(tags));
        }
    }

    private static KmsClient client() {
        KmsClientBuilder builder = KmsClient.builder().region(Region.of(REGION));
        ENDPOINT.map(URI::create).ifPresent(builder::endpointOverride);
        return builder.build();
    }

    @AfterEach
    void leave_nothing_behind() {
        try (KmsClient client = client()) {
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
