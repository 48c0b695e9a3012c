package dev.chancery.provider.azure;

import com.azure.core.util.Context;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyId;
import dev.chancery.provider.azure.client.VaultUri.Destroyed;
import dev.chancery.spi.DestroysKeys;
import dev.chancery.spi.VersionedId;
import dev.chancery.spi.support.Deadline;
import java.time.Duration;
import java.util.Set;

/** Deletes a name whose versions are all destroyed, since a vault deletes no single version, and purges it where the URI says so. */
record NameRemover(Place place, VaultKeys keys) implements DestroysKeys {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    /** The vault takes a moment to delete, and answers until then that there is nothing to purge, or a conflict. */
    private static final Set<Integer> NOT_YET = Set.of(404, 409);

    @Override
    public void destroy(KeyId id) {
        String name = VersionedId.name(id);
        if (!keys.versions(name).stream().allMatch(NameRemover::isOver)) {
            return;
        }
        var unused = place.vault().callUnless(Set.of(404), "Deleting key", name, client -> client.beginDeleteKey(name));
        if (place.uri().destroyed() == Destroyed.PURGED) {
            purge(name);
        }
    }

    /** Destroyed, or made for a rotation that another version won. */
    private static boolean isOver(KeyVersion version) {
        return !version.enabled()
                && (version.isDestroyed()
                        || version.record().filter(record -> record.withdrawn()).isPresent());
    }

    private void purge(String name) {
        var unused = Deadline.in(place.uri().deadline())
                .poll(
                        FIRST_PAUSE,
                        () -> place.vault()
                                .callUnless(
                                        NOT_YET,
                                        "Purging key",
                                        name,
                                        client -> client.purgeDeletedKeyWithResponse(name, Context.NONE)
                                                .getStatusCode()))
                .orElseThrow(() -> new StoreUnavailableException(
                        "All versions of '" + name + "' in " + place.location()
                                + " are destroyed, and the name is deleted; it was not"
                                + " purged in time. Purge it: `az keyvault key purge`.",
                        null));
    }
}
