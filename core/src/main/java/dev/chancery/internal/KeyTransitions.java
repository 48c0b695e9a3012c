package dev.chancery.internal;

import dev.chancery.ChanceryException;
import dev.chancery.CompromiseReport;
import dev.chancery.CompromiseReport.Step;
import dev.chancery.CompromisedSince;
import dev.chancery.ConfigurationException;
import dev.chancery.KeyAccessException;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyEvent;
import dev.chancery.KeyId;
import dev.chancery.KeyMetadata;
import dev.chancery.KeyName;
import dev.chancery.KeyState;
import dev.chancery.KeyStateException;
import dev.chancery.KeyStore;
import dev.chancery.RingPosition;
import dev.chancery.StateChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a key moves from state to state: the arrows of {@code docs/architecture.md}, "States", for every store. */
final class KeyTransitions {
    private static final Logger LOG = LoggerFactory.getLogger(KeyStore.class);

    private final StoreContext context;
    private final KeyHandles handles;
    private final RingRotation rotation;
    private final Events events;

    KeyTransitions(StoreContext context, KeyHandles handles, RingRotation rotation, Events events) {
        this.context = context;
        this.handles = handles;
        this.rotation = rotation;
        this.events = events;
    }

    /** Brings a key into a state; asking for the state that it is in changes nothing. */
    KeyMetadata change(KeyId id, KeyState to, String reason) {
        requireReason(reason);
        Instant now = context.now();
        KeyState[] from = new KeyState[1];
        KeyMetadata key = apply(id, to, attributes -> {
            from[0] = attributes.state();
            return from[0] == to ? attributes : moved(id, attributes, to, now, reason);
        });
        if (from[0] != to) {
            events.tell(
                    KeyEvent.Type.STATE_CHANGED,
                    key,
                    "Key " + id + " went from " + from[0] + " to " + to + ": " + reason);
        }
        return key;
    }

    private KeyAttributes moved(KeyId id, KeyAttributes attributes, KeyState to, Instant now, String reason) {
        if (!attributes.state().successors().contains(to)) {
            throw new KeyStateException(
                    "Key " + id + " in " + context.location() + " is " + attributes.state() + " and cannot become " + to
                            + ". From here it can become " + attributes.state().successors() + ".");
        }
        KeyAttributes.Builder changed = attributes.toBuilder().state(to, now, reason);
        if (to == KeyState.COMPROMISED) {
            changed.compromisedSince(CompromisedSince.UNKNOWN);
        }
        return changed.build();
    }

    private void requireReason(String reason) {
        // The history refuses a bad reason too, but only after the store was asked.
        new StateChange(context.now(), KeyState.ACTIVE, KeyState.ACTIVE, reason);
    }

    private KeyMetadata apply(KeyId id, KeyState to, UnaryOperator<KeyAttributes> change) {
        Optional<KeyHandle> known = known(id, to);
        if (known.isEmpty()) {
            context.backend().transition(id, to, change);
            return handles.get(id).metadata();
        }
        KeyHandle handle = known.get();
        boolean withheld = context.backend().withholdsPublicKey(to);
        boolean archived = withheld && isArchived(handle.metadata(), to);
        KeyMetadata changed = handle.change(() -> context.backend().transition(id, to, change));
        if (archived) {
            isArchived(changed, to);
        }
        return changed;
    }

    /** Nothing of a key whose public half the place withholds until it is resumed. */
    private Optional<KeyHandle> known(KeyId id, KeyState to) {
        try {
            return Optional.of(handles.get(id));
        } catch (KeyAccessException e) {
            if (to == KeyState.ACTIVE && context.backend().withholdsPublicKey(KeyState.SUSPENDED)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** What would be lost otherwise stops a destruction; nothing stops an emergency. */
    private boolean isArchived(KeyMetadata key, KeyState to) {
        try {
            context.options()
                    .publicArchive()
                    .orElseThrow(() -> new ConfigurationException("Key " + key.id() + " in " + context.location()
                            + " is to become " + to + ", and the place then withholds its public half: its signatures"
                            + " could not be verified any more. Name a directory that keeps it (CHANCERY_ARCHIVE, or"
                            + " KeyStoreOptions.publicArchive)."))
                    .put(context.location(), key);
            return true;
        } catch (ChanceryException e) {
            if (to == KeyState.DESTROYED) {
                throw e;
            }
            LOG.warn("Key {} becomes {} although its public half is not archived: {}", key.id(), to, e.getMessage());
            return false;
        }
    }

    /** Marks a key, replaces it where it is current, tells, and reports. Each step is tried whatever became of the others. */
    CompromiseReport compromise(
            KeyId id, CompromisedSince since, String reason, Function<KeyName, BackendKeyring> rings) {
        requireReason(reason);
        if (since.instant().filter(context.now()::isBefore).isPresent()) {
            throw new ConfigurationException("A key cannot be compromised since " + since
                    + ", which is in the future. Give the first instant of doubt, or UNKNOWN.");
        }
        KeyMetadata before;
        try {
            before = handles.get(id).metadata();
        } catch (KeyAccessException e) {
            return markedUnseen(id, since, reason, e);
        }
        List<Step> steps = new ArrayList<>();
        List<String> leftToDo = new ArrayList<>();
        steps.add(tried("mark the key as compromised; no signer serves it any more", () -> mark(id, since, reason)));
        if (isWithheldUnarchived(id)) {
            leftToDo.add("The place withholds the public half of " + id
                    + " now, and it is not archived: enable the key for a moment with CHANCERY_ARCHIVE set and repeat this"
                    + " call, if its older signatures are to be verified elsewhere.");
        }
        Optional<KeyId> replacement = replacement(before, steps, leftToDo, rings);
        CompromisedSince standing =
                handles.get(id).metadata().compromisedSince().orElse(since);
        leftToDo.add(findOut(standing));
        return new CompromiseReport(id, standing, replacement, steps, leftToDo);
    }

    /** An emergency does not wait for a public half that the place withholds. */
    private CompromiseReport markedUnseen(KeyId id, CompromisedSince since, String reason, KeyAccessException unseen) {
        if (!context.backend().withholdsPublicKey(KeyState.COMPROMISED)) {
            throw unseen;
        }
        Instant now = context.now();
        Step step = tried("mark the key as compromised; no signer serves it any more", () -> {
            context.backend()
                    .transition(id, KeyState.COMPROMISED, attributes -> marked(attributes, since, now, reason));
            return "marked, unless it was before";
        });
        return new CompromiseReport(
                id,
                since,
                Optional.empty(),
                List.of(step),
                List.of(
                        "Neither the key's public half nor its ring can be read: rotate its ring, if it is current there. "
                                + unseen.getMessage(),
                        findOut(since)));
    }

    private static String findOut(CompromisedSince since) {
        return "Find out which signatures the key made since " + since
                + ", by whom and from where, and revoke what rests"
                + " on them: the audit log lists them if one is kept.";
    }

    private boolean isWithheldUnarchived(KeyId id) {
        try {
            return context.backend().withholdsPublicKey(KeyState.COMPROMISED)
                    && context.options()
                            .publicArchive()
                            .flatMap(archive -> archive.find(context.location(), id))
                            .isEmpty();
        } catch (ChanceryException e) {
            return true;
        }
    }

    private String mark(KeyId id, CompromisedSince since, String reason) {
        Instant now = context.now();
        boolean[] changed = new boolean[1];
        KeyMetadata key = apply(id, KeyState.COMPROMISED, attributes -> {
            KeyAttributes marked = marked(attributes, since, now, reason);
            changed[0] = !marked.equals(attributes);
            return marked;
        });
        CompromisedSince standing = key.compromisedSince().orElse(since);
        if (changed[0]) {
            events.tell(
                    KeyEvent.Type.COMPROMISED, key, "Key " + id + " is compromised since " + standing + ": " + reason);
        }
        return changed[0] ? "compromised since " + standing : "was marked before, since " + standing;
    }

    /** The mark may move earlier, never later; a destroyed key stays destroyed and carries it. */
    private static KeyAttributes marked(KeyAttributes attributes, CompromisedSince since, Instant now, String reason) {
        CompromisedSince earliest =
                attributes.compromisedSince().map(since::earlier).orElse(since);
        KeyAttributes.Builder marked = attributes.toBuilder().compromisedSince(earliest);
        if (attributes.state() != KeyState.COMPROMISED && attributes.state() != KeyState.DESTROYED) {
            marked.state(KeyState.COMPROMISED, now, reason);
        }
        return marked.build();
    }

    private Optional<KeyId> replacement(
            KeyMetadata compromised, List<Step> steps, List<String> leftToDo, Function<KeyName, BackendKeyring> rings) {
        Optional<KeyName> name = compromised.ring().map(RingPosition::ring);
        if (name.isEmpty()) {
            leftToDo.add("The key is in no ring: generate a new key, and name it where this one was named"
                    + " (CRYPTO_CURRENT_KEY_ID).");
            return Optional.empty();
        }
        KeyId[] current = new KeyId[1];
        steps.add(tried("make an emergency key the current one of the ring '" + name.get() + "'", () -> {
            current[0] = rotation.replace(rings.apply(name.get()), compromised);
            return "the current key is " + current[0];
        }));
        leftToDo.add("Destroy the keys of the ring '" + name.get()
                + "' that were made before the alarm and still wait (PRE_ACTIVE), if they may be known too: a later rotation"
                + " would take them.");
        if (current[0] == null) {
            leftToDo.add(
                    "The ring '" + name.get() + "' has no key to sign with: repeat this call when the cause is gone.");
        }
        return Optional.ofNullable(current[0]);
    }

    private static Step tried(String what, Supplier<String> step) {
        try {
            return new Step(what, true, step.get());
        } catch (ChanceryException e) {
            return new Step(what, false, e.getMessage());
        }
    }
}
