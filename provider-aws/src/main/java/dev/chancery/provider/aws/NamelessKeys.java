package dev.chancery.provider.aws;

import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.Orphan;
import dev.chancery.spi.FindsOrphans;
import dev.chancery.spi.support.Deadline;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KeyListEntry;
import software.amazon.awssdk.services.kms.model.ListKeysRequest;
import software.amazon.awssdk.services.kms.model.ListKeysResponse;

/** Keys that no alias stands for. Those with our tags are what creations left that were cut off. */
record NamelessKeys(Place place, KmsKeys keys, KeySwitches switches) implements FindsOrphans {
    private static final Logger LOG = LoggerFactory.getLogger(NamelessKeys.class);
    private static final int PAGE = 1000;

    /** How many keys are looked at for a request id. */
    private static final int MOST_LOOKED_AT = 200;

    /** Newest keys may stand anywhere in KMS's list, so it is read whole. */
    private List<KeyId> all() {
        Set<String> named = Set.copyOf(place.aliases().all().values());
        List<KeyListEntry> entries = place.kms()
                .list(
                        "Listing the keys of",
                        "the region",
                        marker -> ListKeysRequest.builder()
                                .limit(PAGE)
                                .marker(marker)
                                .build(),
                        KmsClient::listKeys,
                        ListKeysResponse::keys,
                        ListKeysResponse::nextMarker);
        return entries.stream()
                .map(KeyListEntry::keyId)
                .filter(keyId -> keyId != null && !named.contains(keyId))
                .map(KeyId::new)
                .toList();
    }

    /** A key that may not even be looked at is somebody else's: policies permit ours by their tags. */
    private Optional<Orphan> orphan(KeyId id) {
        try {
            return keys.describe(id)
                    .filter(key -> !key.isLeaving() && !key.isReplica())
                    .flatMap(key -> {
                        KeyTags tags = keys.tags(key.id());
                        return tags.name()
                                .filter(name -> tags.prefix()
                                        .equals(Optional.of(place.uri().prefix())))
                                .map(name -> new Orphan(
                                        key.id(),
                                        key.created(),
                                        new KeyName(name),
                                        tags.request().orElse("unknown")));
                    });
        } catch (KeyAccessException e) {
            LOG.info("Key {} may not be looked at, and is passed over: {}", id, e.getMessage());
            return Optional.empty();
        }
    }

    /** The key of an order whose answer was lost. */
    Optional<KmsKey> ofCreation(String requestId) {
        Deadline deadline = Deadline.in(place.uri().limits().deadline());
        return all().stream()
                .limit(MOST_LOOKED_AT)
                .takeWhile(id -> !deadline.isOver())
                .flatMap(id -> orphan(id).stream())
                .filter(orphan -> orphan.requestId().equals(requestId))
                .findFirst()
                .flatMap(orphan -> keys.describe(orphan.id()));
    }

    @Override
    public List<Orphan> orphans() {
        return all().stream().flatMap(id -> orphan(id).stream()).toList();
    }

    @Override
    public void removeOrphan(KeyId id) {
        boolean stillNameless = orphan(id).isPresent()
                && place.aliases().of(KeyNames.bare(id.value())).isEmpty();
        if (!stillNameless) {
            throw KeyNotFoundException.of(id.value(), place.location());
        }
        switches.scheduleDeletion(id, KeySwitches.LEAST_WINDOW);
    }
}
