package dev.chancery.provider.azure;

import com.azure.json.JsonProviders;
import com.azure.json.JsonReader;
import com.azure.security.keyvault.keys.models.KeyOperation;
import com.azure.security.keyvault.keys.models.KeyProperties;
import com.azure.security.keyvault.keys.models.KeyVaultKey;
import dev.chancery.key.KeyId;
import dev.chancery.spi.records.KeyRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** Changes a version's attributes and tags, by one PATCH, sent once. */
record KeyUpdates(Place place, VaultKeys keys) {
    private static final Duration HALF_SETTLE = Duration.ofSeconds(5);

    /** Writes tags, dates, and whether the vault signs with the key, all together or not at all. */
    KeyVersion write(KeyId id, KeyTags tags, KeyRecord record, boolean enabled) {
        Validity validity = new Validity(place.clock());
        KeyProperties changed = properties(id).setEnabled(enabled).setTags(tags.all());
        validity.notBefore(record).ifPresent(changed::setNotBefore);
        validity.expires(record).ifPresent(changed::setExpiresOn);
        return send("Writing the tags of key", id, changed);
    }

    /** Takes a key out of service and leaves all else as it is. */
    KeyVersion disable(KeyId id) {
        return send("Disabling key", id, properties(id).setEnabled(false));
    }

    private KeyVersion send(String doing, KeyId id, KeyProperties changed) {
        KeyVaultKey answer = place.vault()
                .callOnce(
                        doing,
                        id.value(),
                        HALF_SETTLE,
                        client -> client.updateKeyPropertiesWithResponse(
                                        changed, com.azure.core.util.Context.NONE, (KeyOperation[]) null)
                                .getValue());
        return keys.take(id, answer);
    }

    /** The SDK lets nobody name a version but the vault's answers; this is one. */
    private KeyProperties properties(KeyId id) {
        String answer = "{\"kid\":\"https://" + place.uri().authority() + "/keys/" + id + "\"}";
        try (JsonReader reader = JsonProviders.createReader(answer)) {
            return KeyProperties.fromJson(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
