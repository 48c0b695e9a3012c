package dev.chancery.provider.aws;

import dev.chancery.IntegrityException;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeyNotFoundException;
import dev.chancery.KeyState;
import dev.chancery.KeyStateException;
import dev.chancery.RingPosition;
import dev.chancery.spi.Claim;
import dev.chancery.spi.StoredKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.kms.model.Tag;

/**
 * Changes keys: tags, and KMS's own state. KMS has no lock, so a change writes what differs and nothing else, and the threads of this
 * process take turns at each key.
 */
final class KeyChanges {
    private static final int LEAST_WINDOW = 7;

    private final Kms kms;
    private final StoreUri uri;
    private final KmsKeys keys;
    private final Aliases aliases;
    private final Recent recent;
    private final Map<String, ReentrantLock> turns = new ConcurrentHashMap<>();

    KeyChanges(Kms kms, StoreUri uri, KmsKeys keys, Aliases aliases, Recent recent) {
        this.kms = kms;
        this.uri = uri;
        this.keys = keys;
        this.aliases = aliases;
        this.recent = recent;
    }

    /** A step on one key, while no other thread of this process takes one. */
    @FunctionalInterface
    private interface Step {
        StoredKey on(KmsKey key);
    }

    private StoredKey inTurn(KeyId id, Step step) {
        KmsKey seen = keys.get(id);
        ReentrantLock turn = turns.computeIfAbsent(seen.keyId(), key -> new ReentrantLock());
        turn.lock();
        try {
            return step.on(keys.get(seen.id()));
        } finally {
            turn.unlock();
        }
    }

    StoredKey update(KeyId id, UnaryOperator<KeyAttributes> change) {
        return inTurn(id, key -> keys.stored(retagged(key, change.apply(key.attributes()))));
    }

    /**
     * The tags go first where the step would forbid tagging, and the step where it takes a key out of service at once. A repetition
     * does what is left.
     */
    StoredKey transition(KeyId id, KeyState to, UnaryOperator<KeyAttributes> change) {
        try {
            return inTurn(id, key -> moved(key, to, change));
        } catch (KeyNotFoundException e) {
            return keys.changeArchived(id, change).orElseThrow(() -> e);
        }
    }

    private StoredKey moved(KmsKey key, KeyState to, UnaryOperator<KeyAttributes> change) {
        KeyAttributes changed = change.apply(key.attributes());
        boolean stops = changed.state() == KeyState.SUSPENDED || changed.state() == KeyState.COMPROMISED;
        if (stops && key.isEnabled()) {
            requireKnown(key, to);
            disable(key);
        }
        KmsKey tagged = retagged(key, changed);
        if (changed.state() == KeyState.DESTROYED && !tagged.isPendingDeletion()) {
            scheduleDeletion(tagged, uri.window());
        }
        if (changed.state() == KeyState.ACTIVE && to == KeyState.ACTIVE && !tagged.isEnabled()) {
            enable(tagged);
        }
        return keys.stored(keys.get(key.id()));
    }

    /** The public half is asked for while KMS still gives it out. */
    private void requireKnown(KmsKey key, KeyState to) {
        StoredKey known = keys.stored(key);
        if (known instanceof StoredKey.Unusable unusable && to != KeyState.COMPROMISED) {
            throw new IntegrityException("Key " + key.id() + " in " + uri.location() + " was left as it is: "
                    + unusable.why().reason());
        }
    }

    /** KMS tags no key that is scheduled for deletion: there the schedule is stopped for a moment. */
    private KmsKey retagged(KmsKey key, KeyAttributes changed) {
        boolean same = key.tags().isOurs() && changed.equals(key.attributes());
        if (same) {
            return key;
        }
        KeyTags tags = key.tags().with(changed, fingerprint(key));
        List<Tag> difference = tags.changedSince(key.tags());
        if (key.isPendingDeletion()) {
            cancelDeletion(key);
        }
        var unused = kms.call(
                "Writing the tags of key " + key.id(),
                key.keyId(),
                (client, override) -> client.tagResource(request ->
                        request.keyId(key.id().value()).tags(difference).overrideConfiguration(override)));
        recent.tagged(key.keyId(), tags.values());
        if (key.isPendingDeletion()) {
            scheduleDeletion(key, daysLeft(key));
        }
        return new KmsKey(key.id(), key.description(), tags);
    }

    private String fingerprint(KmsKey key) {
        return keys.stored(key) instanceof StoredKey.Sound sound
                ? dev.chancery.KeyMetadata.fingerprint(sound.publicKey())
                : key.tags().fingerprint().orElse("");
    }

    private int daysLeft(KmsKey key) {
        Instant end = key.description().deletionDate();
        long days = end == null
                ? uri.window()
                : Duration.between(Instant.now(), end).toDays();
        return (int) Math.min(30, Math.max(LEAST_WINDOW, days));
    }

    private void disable(KmsKey key) {
        recent.madeUseless(key.keyId());
        var unused = kms.call(
                "Disabling key " + key.id(),
                key.keyId(),
                (client, override) -> client.disableKey(
                        request -> request.keyId(key.id().value()).overrideConfiguration(override)));
    }

    private void enable(KmsKey key) {
        if (key.isPendingDeletion()) {
            throw new KeyStateException("Key " + key.id() + " in " + uri.location()
                    + " is scheduled for deletion in AWS KMS. Stop that first: `aws kms cancel-key-deletion`.");
        }
        var unused = kms.call(
                "Enabling key " + key.id(),
                key.keyId(),
                (client, override) -> client.enableKey(
                        request -> request.keyId(key.id().value()).overrideConfiguration(override)));
        recent.madeUsable(key.keyId());
    }

    private void scheduleDeletion(KmsKey key, int days) {
        recent.madeUseless(key.keyId());
        var unused = kms.call(
                "Scheduling the deletion of key " + key.id(),
                key.keyId(),
                (client, override) -> client.scheduleKeyDeletion(
                        request -> request.keyId(key.id().value())
                                .pendingWindowInDays(days)
                                .overrideConfiguration(override)));
    }

    private void cancelDeletion(KmsKey key) {
        var unused = kms.call(
                "Stopping the deletion of key " + key.id(),
                key.keyId(),
                (client, override) -> client.cancelKeyDeletion(
                        request -> request.keyId(key.id().value()).overrideConfiguration(override)));
    }

    /**
     * First the key is scheduled for deletion, so that nobody can claim a generation for it any more; then whoever claimed one before is
     * looked for. {@link #claim} looks the other way round, so that one of the two sees the other.
     */
    void discard(KeyId id) {
        keys.read(keys.names().parse(id.value()))
                .filter(key -> key.tags().isOurs() && key.attributes().state() == KeyState.PRE_ACTIVE)
                .filter(key -> !holdsGeneration(key))
                .ifPresent(this::discard);
    }

    private void discard(KmsKey key) {
        if (!key.isPendingDeletion()) {
            scheduleDeletion(key, LEAST_WINDOW);
        }
        if (holdsGeneration(key)) {
            cancelDeletion(key);
            enable(withoutSchedule(key));
            return;
        }
        aliases.of(key.keyId()).stream()
                .filter(alias -> keys.names().name(alias).isPresent())
                .forEach(aliases::remove);
    }

    private static KmsKey withoutSchedule(KmsKey key) {
        return new KmsKey(
                key.id(), key.description().toBuilder().keyState("Disabled").build(), key.tags());
    }

    private boolean holdsGeneration(KmsKey key) {
        return aliases.of(key.keyId()).stream()
                .anyMatch(alias -> keys.names().position(alias).isPresent());
    }

    /** Creating the alias is the claim: KMS lets one of many succeed, and nobody re-points it. */
    Claim claim(RingPosition position, KeyId candidate) {
        KmsKey key = keys.get(candidate);
        String alias = keys.names().alias(position);
        String holder;
        try {
            holder = aliases.make(
                    alias,
                    key.keyId(),
                    "Claiming generation " + position.generation() + " of the ring " + position.ring() + " for key "
                            + candidate);
        } catch (KeyStateException discarded) {
            throw new KeyNotFoundException(
                    "Key " + candidate + " in " + uri.location() + " was discarded a moment ago: "
                            + discarded.getMessage(),
                    discarded);
        }
        if (holder.equals(key.keyId())) {
            rescue(candidate);
        }
        return new Claim(position, new KeyId(holder));
    }

    /** Its maker may have begun to discard it in the same moment. */
    private void rescue(KeyId holder) {
        keys.read(keys.names().parse(holder.value()))
                .filter(KmsKey::isPendingDeletion)
                .ifPresent(key -> {
                    cancelDeletion(key);
                    enable(withoutSchedule(key));
                });
    }
}
