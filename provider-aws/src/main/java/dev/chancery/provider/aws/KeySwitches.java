package dev.chancery.provider.aws;

import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyId;
import dev.chancery.provider.aws.client.Kms;
import dev.chancery.provider.aws.client.StoreUri;
import dev.chancery.spi.DestroysKeys;
import dev.chancery.spi.Service;
import dev.chancery.spi.SwitchesKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.CancelKeyDeletionRequest;
import software.amazon.awssdk.services.kms.model.DisableKeyRequest;
import software.amazon.awssdk.services.kms.model.EnableKeyRequest;
import software.amazon.awssdk.services.kms.model.KmsRequest;
import software.amazon.awssdk.services.kms.model.ScheduleKeyDeletionRequest;

/** KMS's own switch, and the schedule of a key's deletion. */
record KeySwitches(Kms kms, StoreUri uri, KmsKeys keys) implements SwitchesKeys, DestroysKeys {
    static final int LEAST_WINDOW = 7;
    private static final int LONGEST_WINDOW = 30;
    private static final Set<String> INVALID_STATE = Set.of("KMSInvalidStateException");

    @Override
    public void disable(KeyId id) {
        unlessLeaving(
                "Disabling key",
                id,
                DisableKeyRequest.builder().keyId(id.value()).build(),
                KmsClient::disableKey);
    }

    @Override
    public void enable(KeyId id) {
        var unused = kms.call(
                "Enabling key",
                id.value(),
                EnableKeyRequest.builder().keyId(id.value()).build(),
                KmsClient::enableKey);
    }

    @Override
    public void destroy(KeyId id) {
        scheduleDeletion(id, uri.limits().window());
    }

    void scheduleDeletion(KeyId id, int days) {
        unlessLeaving(
                "Scheduling the deletion of key",
                id,
                ScheduleKeyDeletionRequest.builder()
                        .keyId(id.value())
                        .pendingWindowInDays(days)
                        .build(),
                KmsClient::scheduleKeyDeletion);
    }

    /** KMS refuses what is done already, and so a repetition after a lost answer. */
    private <Q extends KmsRequest, A> void unlessLeaving(
            String doing, KeyId id, Q request, BiFunction<KmsClient, Q, A> operation) {
        boolean done = kms.callUnless(INVALID_STATE, doing, id.value(), request, operation)
                .isPresent();
        if (!done && keys.describe(id).filter(KmsKey::isLeaving).isEmpty()) {
            throw new KeyStateException(
                    doing + " " + id + " in " + uri.location() + " failed: the key is in a state of AWS"
                            + " KMS that does not permit it. Look at it (`aws kms describe-key`), and try again.");
        }
    }

    /** Stops a deletion and puts the key back into service. */
    void rescue(KeyId id) {
        cancelDeletion(id);
        enable(id);
    }

    /** Takes a step that KMS refuses for a key that is scheduled for deletion: there the schedule is stopped for a moment. */
    <T> T outsideSchedule(KeyId id, Service service, Supplier<T> step) {
        if (!(service instanceof Service.Leaving leaving)) {
            return step.get();
        }
        cancelDeletion(id);
        try {
            return step.get();
        } finally {
            scheduleDeletion(
                    id,
                    leaving.when().map(KeySwitches::daysTo).orElse(uri.limits().window()));
        }
    }

    private static int daysTo(Instant end) {
        long days = Duration.between(Instant.now(), end).toDays();
        return (int) Math.min(LONGEST_WINDOW, Math.max(LEAST_WINDOW, days));
    }

    /** KMS refuses this only for a key that is not scheduled (any more). */
    private void cancelDeletion(KeyId id) {
        var unused = kms.callUnless(
                INVALID_STATE,
                "Stopping the deletion of key",
                id.value(),
                CancelKeyDeletionRequest.builder().keyId(id.value()).build(),
                KmsClient::cancelKeyDeletion);
    }
}
