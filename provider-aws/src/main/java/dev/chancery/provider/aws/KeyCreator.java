package dev.chancery.provider.aws;

import dev.chancery.ChanceryException;
import dev.chancery.KeyAccessException;
import dev.chancery.KeyExistsException;
import dev.chancery.KeyId;
import dev.chancery.KeyName;
import dev.chancery.KeyStateException;
import dev.chancery.Orphan;
import dev.chancery.StoreUnavailableException;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.support.Deadline;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.model.KeyListEntry;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.ListKeysResponse;

/**
 * Makes keys. The order carries every tag and is sent once; its alias commits it. So a name has one key at most, and a call whose
 * fate is unknown leaves one key without a name at most, which {@link #orphans} finds by its tags.
 */
final class KeyCreator {
    private static final Logger LOG = LoggerFactory.getLogger(KeyCreator.class);
    private static final int PAGE = 1000;
    private static final int MOST_PAGES = 1000;
    private static final int LEAST_WINDOW = 7;

    /** How many keys without an alias are looked at for a request id, and for how long. */
    private static final int MOST_LOOKED_AT = 200;

    /** Far beyond the deadline of any creation. */
    private static final Duration STILL_GOING_ON = Duration.ofMinutes(15);

    private final Kms kms;
    private final StoreUri uri;
    private final KmsKeys keys;
    private final Aliases aliases;
    private final Recent recent;
    private final Clock clock;

    KeyCreator(Kms kms, StoreUri uri, KmsKeys keys, Aliases aliases, Recent recent, Clock clock) {
        this.kms = kms;
        this.uri = uri;
        this.keys = keys;
        this.aliases = aliases;
        this.recent = recent;
        this.clock = clock;
    }

    StoredKey create(CreateKey request, String spec) {
        KeyNames.requireName(request.name());
        String alias = keys.names().alias(request.name());
        KeyId name = new KeyId(alias);
        if (keys.read(name).isPresent()) {
            throw taken(request.name());
        }
        String requestId = UUID.randomUUID().toString();
        KeyTags tags = KeyTags.fresh(request.attributes(), requestId, request.name(), uri.prefix());
        KmsKey key = ordered(request.name(), spec, tags, requestId);
        StoredKey made = commit(key, alias, request.name(), requestId);
        LOG.debug("Key {} was made for '{}' (creation {}).", key.id(), request.name(), requestId);
        return made;
    }

    private KeyExistsException taken(KeyName name) {
        return new KeyExistsException(
                "A key '" + name + "' exists in " + uri.location() + " already. Choose another name.");
    }

    private KmsKey ordered(KeyName name, String spec, KeyTags tags, String requestId) {
        String what = "Making key '" + name + "'";
        try {
            software.amazon.awssdk.services.kms.model.KeyMetadata made = kms.once(
                            what,
                            (client, override) -> client.createKey(order -> order.keySpec(spec)
                                    .keyUsage(KeyUsageType.SIGN_VERIFY)
                                    .tags(tags.all())
                                    .overrideConfiguration(override)))
                    .keyMetadata();
            if (made == null || made.keyId() == null) {
                LOG.warn("KMS answered without a key; looking for '{}' in {}.", name, uri.location());
                return found(requestId, name).orElseThrow(() -> unknownFate(name, requestId, null));
            }
            recent.madeUsable(made.keyId());
            return new KmsKey(new KeyId(made.keyId()), made, tags);
        } catch (SdkException e) {
            if (!KmsErrors.isAmbiguous(e)) {
                throw kms.errors().translate(e, what);
            }
            LOG.warn("Nobody knows whether key '{}' was made in {}; looking for it.", name, uri.location());
            return found(requestId, name).orElseThrow(() -> unknownFate(name, requestId, e));
        }
    }

    private StoreUnavailableException unknownFate(KeyName name, String requestId, @Nullable Throwable cause) {
        return new StoreUnavailableException(
                "Making key '" + name + "' in " + uri.location()
                        + " failed, and whether KMS has made a key without a name is not"
                        + " known (creation " + requestId
                        + "). Making it again is safe; `chancery orphans` lists what was left"
                        + " behind.",
                cause);
    }

    /** The key of an order whose answer was lost. */
    private Optional<KmsKey> found(String requestId, KeyName name) {
        try {
            Deadline deadline = Deadline.in(uri.deadline());
            int looked = 0;
            for (String keyId : unnamed()) {
                if (looked++ >= MOST_LOOKED_AT || deadline.isOver()) {
                    break;
                }
                Optional<KmsKey> key = ofOurs(new KeyId(keyId))
                        .filter(candidate -> candidate
                                .tags()
                                .request()
                                .filter(requestId::equals)
                                .isPresent());
                if (key.isPresent()) {
                    recent.madeUsable(keyId);
                    return key;
                }
            }
        } catch (ChanceryException e) {
            LOG.warn("The look for key '{}' failed: {}", name, e.getMessage());
        }
        return Optional.empty();
    }

    /** A key that may not even be looked at is somebody else's: policies permit ours by their tags. */
    private Optional<KmsKey> ofOurs(KeyId id) {
        try {
            return keys.read(id);
        } catch (KeyAccessException e) {
            LOG.info("Key {} may not be looked at, and is passed over: {}", id, e.getMessage());
            return Optional.empty();
        }
    }

    /** Newest keys may stand anywhere in KMS's list, so it is read whole. */
    private List<String> unnamed() {
        Set<String> named = aliases.targets();
        List<String> unnamed = new ArrayList<>();
        String marker = null;
        for (int page = 0; page < MOST_PAGES; page++) {
            String from = marker;
            ListKeysResponse answer = kms.call(
                    "Listing all keys",
                    "",
                    (client, override) -> client.listKeys(
                            request -> request.limit(PAGE).marker(from).overrideConfiguration(override)));
            answer.keys().stream()
                    .map(KeyListEntry::keyId)
                    .filter(keyId -> keyId != null && !named.contains(keyId))
                    .forEach(unnamed::add);
            marker = answer.nextMarker();
            if (!Boolean.TRUE.equals(answer.truncated()) || marker == null) {
                break;
            }
        }
        return unnamed;
    }

    /** The public half first: once the key has its name, the call has succeeded. */
    private StoredKey commit(KmsKey key, String alias, KeyName name, String requestId) {
        String holder;
        StoredKey made;
        try {
            made = keys.made(key);
            holder = aliases.make(alias, key.keyId(), "Naming key '" + name + "'");
        } catch (StoreUnavailableException e) {
            if (aliasStands(alias, key)) {
                recent.aliasMade(alias, key.keyId());
                return keys.made(key);
            }
            throw unknownFate(name, requestId, e); // a name may still come: the key must not be deleted under it
        } catch (ChanceryException e) {
            forget(key);
            throw e;
        }
        if (!holder.equals(key.keyId())) {
            forget(key);
            throw taken(name);
        }
        return made;
    }

    private boolean aliasStands(String alias, KmsKey key) {
        try {
            return aliases.of(key.keyId()).contains(alias);
        } catch (ChanceryException e) {
            return false;
        }
    }

    private void forget(KmsKey key) {
        try {
            scheduleDeletion(key.id());
        } catch (ChanceryException e) {
            LOG.warn(
                    "Key {} in {} was made for a name that it did not get, and is left: {} `chancery orphans` lists it.",
                    key.id(),
                    uri.location(),
                    e.getMessage());
        }
    }

    private void scheduleDeletion(KeyId id) {
        var unused = kms.call(
                "Scheduling the deletion of key " + id,
                KeyNames.bare(id.value()),
                (client, override) -> client.scheduleKeyDeletion(request -> request.keyId(id.value())
                        .pendingWindowInDays(LEAST_WINDOW)
                        .overrideConfiguration(override)));
        recent.madeUseless(KeyNames.bare(id.value()));
    }

    // --- what was left behind

    List<Orphan> orphans() {
        return unnamed().stream()
                .flatMap(keyId -> orphan(new KeyId(keyId)).stream())
                .toList();
    }

    private Optional<Orphan> orphan(KeyId id) {
        return ofOurs(id)
                .filter(key -> key.tags().isUnder(uri.prefix()) && !key.isPendingDeletion())
                .flatMap(key -> key.tags()
                        .name()
                        .map(name -> new Orphan(
                                key.id(),
                                Optional.ofNullable(key.description().creationDate())
                                        .orElse(Instant.EPOCH),
                                new KeyName(name),
                                key.tags().request().orElse("unknown"))));
    }

    void removeOrphan(KeyId id) {
        Orphan orphan = orphan(id)
                .filter(unnamed -> aliases.of(KeyNames.bare(id.value())).isEmpty())
                .orElseThrow(() -> keys.notFound(id));
        if (orphan.created().plus(STILL_GOING_ON).isAfter(clock.instant())) {
            throw new KeyStateException("Key " + id + " in " + uri.location() + " was made at " + orphan.created()
                    + ": its creation may still go on. Try again " + STILL_GOING_ON.toMinutes() + " minutes later.");
        }
        scheduleDeletion(id);
    }
}
