package dev.chancery.provider.aws;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyId;
import dev.chancery.spi.Service;
import dev.chancery.spi.support.Printable;
import java.time.Instant;
import java.util.Optional;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.MultiRegionConfiguration;
import software.amazon.awssdk.services.kms.model.MultiRegionKeyType;

/**
 * A key as KMS describes it. Members that other servers leave out are taken from those that they have.
 *
 * @param id what the store calls the key: its id, or its ARN where it was asked for by one
 * @param description KMS's metadata
 */
record KmsKey(KeyId id, KeyMetadata description) {

    /** What one key cannot share with another. */
    String arn() {
        return description.arn() == null ? id.value() : description.arn();
    }

    String keyId() {
        return KeyNames.bare(id.value());
    }

    @SuppressWarnings("deprecation") // servers older than the word KeySpec have only the old one
    String specWord() {
        String spec = description.keySpecAsString();
        String old = description.customerMasterKeySpecAsString();
        return spec != null ? spec : old != null ? old : "UNKNOWN";
    }

    /** Empty for a kind that Chancery does not sign with. */
    Optional<KeySpec> spec() {
        String usage = description.keyUsageAsString();
        return usage == null || usage.equals("SIGN_VERIFY") ? Algorithms.spec(specWord()) : Optional.empty();
    }

    Instant created() {
        return description.creationDate() == null ? Instant.EPOCH : description.creationDate();
    }

    /** A copy of another region's key, which has no alias here. */
    boolean isReplica() {
        MultiRegionConfiguration regions = description.multiRegionConfiguration();
        return regions != null && regions.multiRegionKeyType() == MultiRegionKeyType.REPLICA;
    }

    boolean isLeaving() {
        return service() instanceof Service.Leaving;
    }

    /** KMS signs with an enabled key, also while the region of a multi-Region key's primary changes ("Updating"). */
    Service service() {
        String state = description.keyStateAsString();
        String word = state != null ? state : Boolean.FALSE.equals(description.enabled()) ? "Disabled" : "Enabled";
        return switch (word) {
            case "Enabled", "Updating" -> new Service.In();
            case "Disabled" ->
                new Service.Out(
                        "is disabled in AWS KMS. Resume it (`chancery resume`, `aws kms enable-key`), or sign with"
                                + " another key.");
            case "PendingDeletion", "PendingReplicaDeletion" ->
                new Service.Leaving(
                        Optional.ofNullable(description.deletionDate()),
                        "is scheduled for deletion in AWS KMS. If that was a mistake, stop it in time with `aws kms"
                                + " cancel-key-deletion`; otherwise sign with another key.");
            default ->
                new Service.Out("is in the state " + Printable.of(word)
                        + " in AWS KMS. Wait until it is Enabled, or sign with another key.");
        };
    }
}
