package dev.chancery.provider.gcp;

import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.protobuf.Timestamp;
import dev.chancery.key.KeyId;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.spi.Service;
import dev.chancery.spi.support.Printable;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/** A version as Google describes it, without its public half. */
record KeyVersion(KeyId id, CryptoKeyVersion said) {
    static final Comparator<KeyVersion> BY_NUMBER = Comparator.comparingLong(KeyVersion::number);

    long number() {
        return KeyNames.number(id);
    }

    CryptoKeyVersionAlgorithm algorithm() {
        return said.getAlgorithm();
    }

    boolean isEnabled() {
        return said.getState() == CryptoKeyVersionState.ENABLED;
    }

    /** Whether it is still being made, or taken in. */
    boolean isPending() {
        return said.getState() == CryptoKeyVersionState.PENDING_GENERATION
                || said.getState() == CryptoKeyVersionState.PENDING_IMPORT;
    }

    /** Whether its private half goes or has gone. */
    boolean isLeaving() {
        return service() instanceof Service.Leaving || service() instanceof Service.Gone;
    }

    /** Google's states: <a href="https://cloud.google.com/kms/docs/key-states">key states</a>. */
    Service service() {
        return switch (said.getState()) {
            case ENABLED -> new Service.In();
            case DISABLED -> new Service.Out("is disabled in Google Cloud KMS. Resume it, or sign with another key.");
            case PENDING_GENERATION, PENDING_IMPORT ->
                new Service.Out("is still being made by Google Cloud KMS. Wait, or sign with another key.");
            case DESTROY_SCHEDULED ->
                new Service.Leaving(
                        time(said.hasDestroyTime(), said.getDestroyTime()),
                        "is scheduled for destruction in Google Cloud KMS. Sign with another key; `gcloud kms keys versions"
                                + " restore` stops the destruction.");
            case DESTROYED, PENDING_EXTERNAL_DESTRUCTION, EXTERNAL_DESTRUCTION_FAILED ->
                new Service.Gone("is destroyed in Google Cloud KMS. Sign with another key.");
            case GENERATION_FAILED, IMPORT_FAILED ->
                new Service.Gone("was never made: Google Cloud KMS says " + failure() + ". Make another key.");
            default -> new Service.Out("is in a state that Chancery does not know. Sign with another key.");
        };
    }

    /** Why it was not made. */
    String failure() {
        String why = said.getGenerationFailureReason() + said.getImportFailureReason();
        return why.isEmpty() ? "not why" : "'" + Printable.of(why) + "'";
    }

    Instant created() {
        return time(said.hasCreateTime(), said.getCreateTime()).orElse(Instant.EPOCH);
    }

    private static Optional<Instant> time(boolean there, Timestamp time) {
        return there ? Optional.of(Instant.ofEpochSecond(time.getSeconds(), time.getNanos())) : Optional.empty();
    }

    /** Google's software is a service that gives no key out. */
    ProtectionLevel protection() {
        return switch (said.getProtectionLevel()) {
            case HSM, HSM_SINGLE_TENANT -> ProtectionLevel.HSM;
            case EXTERNAL -> ProtectionLevel.EXTERNAL;
            case EXTERNAL_VPC -> ProtectionLevel.EXTERNAL_VPC;
            default -> ProtectionLevel.REMOTE;
        };
    }
}
