package dev.chancery.provider.aws;

import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeyOrigin;
import dev.chancery.KeySpec;
import dev.chancery.KeyState;
import dev.chancery.spi.support.Printable;
import java.time.Instant;
import java.util.Optional;
import software.amazon.awssdk.services.kms.model.KeyMetadata;

/**
 * A key as KMS describes it. Members that other servers leave out are taken from those that they have.
 *
 * @param id what the store calls the key: its id, or its ARN where it was asked for by one
 * @param description KMS's metadata
 * @param tags its tags; none where they may not be read
 */
record KmsKey(KeyId id, KeyMetadata description, KeyTags tags) {

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

    private String stateWord() {
        String state = description.keyStateAsString();
        return state != null ? state : Boolean.FALSE.equals(description.enabled()) ? "Disabled" : "Enabled";
    }

    boolean isEnabled() {
        return stateWord().equals("Enabled");
    }

    boolean isPendingDeletion() {
        return stateWord().equals("PendingDeletion") || stateWord().equals("PendingReplicaDeletion");
    }

    /** A candidate that lost, or that somebody deleted by hand: it never signed anything, and nobody misses it. */
    boolean isDiscarded() {
        return isPendingDeletion() && tags.isOurs() && tags.attributes().state() == KeyState.PRE_ACTIVE;
    }

    /** @throws dev.chancery.IntegrityException if the tags make no sense */
    KeyAttributes attributes() {
        if (tags.isOurs()) {
            return tags.attributes();
        }
        Instant created = description.creationDate() == null ? Instant.EPOCH : description.creationDate();
        KeyState state = isEnabled() ? KeyState.ACTIVE : isPendingDeletion() ? KeyState.DESTROYED : KeyState.SUSPENDED;
        return KeyAttributes.builder(state, created, KeyOrigin.FOREIGN).build();
    }

    Optional<String> signingRefusal() {
        if (isEnabled()) {
            return Optional.empty();
        }
        return Optional.of(
                switch (stateWord()) {
                    case "Disabled" ->
                        "it is disabled in AWS KMS. Resume it (`chancery resume`, `aws kms enable-key`), or sign with"
                                + " another key.";
                    case "PendingDeletion", "PendingReplicaDeletion" ->
                        "it is scheduled for deletion in AWS KMS. If that was a mistake, stop it in time with `aws kms"
                                + " cancel-key-deletion`; otherwise sign with another key.";
                    default ->
                        "its state in AWS KMS is " + Printable.of(stateWord())
                                + ". Wait until it is Enabled, or sign with" + " another key.";
                });
    }
}
