package dev.chancery.provider.azure;

import com.azure.security.keyvault.keys.models.KeyProperties;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyState;
import dev.chancery.spi.Service;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A version of a key as the vault describes it, without its public half.
 *
 * @param id its name and version
 * @param enabled whether the vault signs with it
 * @param notBefore the instant before which the vault does not sign with it, or empty
 * @param expires the instant from which the vault does not, or empty
 * @param created when the vault made it, to the second
 * @param tags all its tags
 */
record KeyVersion(
        KeyId id,
        boolean enabled,
        Optional<Instant> notBefore,
        Optional<Instant> expires,
        Instant created,
        KeyTags tags) {
    /** The order in which versions were made; within a second the vault tells none. */
    static final Comparator<KeyVersion> BY_AGE = Comparator.comparing(KeyVersion::created)
            .thenComparing(version -> version.id().value());

    /** Empty where the answer does not say which version it is. */
    static Optional<KeyVersion> of(@Nullable KeyProperties properties) {
        return Optional.ofNullable(properties)
                .map(KeyProperties::getId)
                .flatMap(KeyNames::ofAnswer)
                .map(id -> of(id, Objects.requireNonNull(properties)));
    }

    private static KeyVersion of(KeyId id, KeyProperties properties) {
        return new KeyVersion(
                id,
                !Boolean.FALSE.equals(properties.isEnabled()),
                instant(properties.getNotBefore()),
                instant(properties.getExpiresOn()),
                instant(properties.getCreatedOn()).orElse(Instant.EPOCH),
                new KeyTags(Objects.requireNonNullElse(properties.getTags(), Map.of())));
    }

    private static Optional<Instant> instant(@Nullable OffsetDateTime time) {
        return Optional.ofNullable(time).map(OffsetDateTime::toInstant);
    }

    Optional<KeyRecord> record() {
        return tags.record().legible();
    }

    boolean isDestroyed() {
        return record().filter(record -> record.attributes().state() == KeyState.DESTROYED)
                .isPresent();
    }

    boolean hasRecord() {
        return !(tags.record() instanceof StoredRecord.Absent);
    }

    /** The dates of a key with a record are the record's, and core judges them. */
    Service service(Instant now) {
        if (!enabled && isDestroyed()) {
            return new Service.Out(
                    "is disabled for good, and its material remains: a vault deletes no single version. When all"
                            + " versions of its name are destroyed, `az keyvault key delete` and `purge` remove it. Sign with another key.");
        }
        if (!enabled) {
            return new Service.Out("is disabled in Azure Key Vault. Resume it (`chancery resume`, `az keyvault key"
                    + " set-attributes --enabled true`), or sign with another key.");
        }
        if (hasRecord()) {
            return new Service.In();
        }
        if (expires.filter(end -> !now.isBefore(end)).isPresent()) {
            return new Service.Out("expired in Azure Key Vault at " + expires.get() + ". Sign with another key.");
        }
        return notBefore
                .filter(now::isBefore)
                .<Service>map(begin ->
                        new Service.Out("is not valid in Azure Key Vault before " + begin + ". Sign with another key."))
                .orElseGet(Service.In::new);
    }
}
