package dev.chancery.internal.lifecycle;

import dev.chancery.CompromiseReport;
import dev.chancery.CompromiseReport.Step;
import dev.chancery.KeyStore;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyStateException;
import dev.chancery.interception.OperationType;
import dev.chancery.internal.state.Archiving;
import dev.chancery.internal.state.RecordWriter;
import dev.chancery.internal.state.Steps;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.key.StateChange;
import dev.chancery.key.UnusableKey;
import dev.chancery.options.KeyEvent;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.SwitchesKeys;
import dev.chancery.spi.Traits.Writes;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.support.Deadline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a key moves from state to state: the arrows of {@code docs/architecture.md}, "States", for every store, and the order of the steps of
 * each. A repetition of the call, by this process or another, does what a crash left.
 *
 * <pre>
 *   suspend, compromise    out of service ─▶ record
 *   destroy                record ─▶ removal of the private half
 *   resume                 record ─▶ in service ─▶ read: a mark that came meanwhile takes it out again
 *   activate, deactivate   record
 * </pre>
 */
public final class KeyTransitions {
    private static final Logger LOG = LoggerFactory.getLogger(KeyStore.class);

    /** Writers that had read before a mark end; if they do not, the report says so. */
    private static final int MOST_CONFIRMATIONS = 10;

    /** A key whose record is lost can go out of use, and never comes back into it. */
    private static final Set<KeyState> FOR_DAMAGED =
            Set.of(KeyState.DEACTIVATED, KeyState.COMPROMISED, KeyState.DESTROYED);

    private final StoreContext context;
    private final RecordWriter writer;
    private final RingRotation rotation;
    private final Events events;
    private final Archiving archiving;

    public KeyTransitions(StoreContext context, RecordWriter writer, RingRotation rotation, Events events) {
        this.context = context;
        this.writer = writer;
        this.rotation = rotation;
        this.events = events;
        this.archiving = new Archiving(context);
    }

    /** Brings a key into a state; asking for the state that it is in changes nothing, but finishes what a crash left. */
    public KeyMetadata change(KeyId id, KeyState to, String reason) {
        requireReason(reason);
        long started = context.ticks();
        StoredKey read = context.require(id);
        context.recordsOf();
        KeyState from = context.judge().record(read).attributes().state();
        StoredKey changed = context.steps()
                .change(OperationType.of(to, Optional.of(from)), read.id(), () -> {
                    requirePossible(read, to);
                    return new Steps.Changed(move(read, started, to, reason), Optional.of(from));
                })
                .key();
        requireShown(changed);
        KeyMetadata key = context.handles().take(changed, started);
        if (from != key.state()) {
            events.tell(
                    KeyEvent.Type.STATE_CHANGED,
                    key,
                    "Key " + key.id() + " went from " + from + " to " + key.state() + ": " + reason);
        }
        return key;
    }

    /** A key without a sound public half goes where it was told to, and there is nothing to hand out that describes it. */
    private void requireShown(StoredKey changed) {
        context.judge().problem(changed).ifPresent(why -> {
            KeyState state = context.judge().record(changed).attributes().state();
            throw context.judge()
                    .refusal(new UnusableKey(
                            changed.id(), why.problem(), "It is " + state + " now, as was asked for. " + why.reason()));
        });
    }

    /** A key whose public half is kept back comes back by being resumed; one whose record is lost does not. */
    private void requirePossible(StoredKey key, KeyState to) {
        Optional<UnusableKey> problem = context.judge().problem(key);
        boolean possible = problem.isEmpty()
                || (problem.get().problem() == UnusableKey.Problem.INACCESSIBLE && to == KeyState.ACTIVE)
                || (problem.get().problem() == UnusableKey.Problem.DAMAGED && FOR_DAMAGED.contains(to));
        if (!possible) {
            throw context.judge().refusal(problem.get());
        }
    }

    private StoredKey move(StoredKey read, long started, KeyState to, String reason) {
        Instant now = context.now();
        boolean damaged = context.judge().isDamaged(read);
        KeyRecord standing = context.judge().record(read);
        KeyState end = to == KeyState.ACTIVE && isOvertaken(standing, now) ? KeyState.DEACTIVATED : to;
        RecordWriter.Change change = record -> end == record.attributes().state() && !damaged
                ? record
                : record.with(
                        attributes -> moveTo(read.id(), record.attributes(), attributes, end, now, reason, damaged));
        KeyRecord wanted = change.apply(standing); // says no before anything is done
        return switch (to) {
            case SUSPENDED, COMPROMISED -> takeOut(read, started, change, to);
            case DESTROYED -> destroy(read, started, change);
            case ACTIVE ->
                standing.attributes().state() == KeyState.SUSPENDED || isHalfResumed(standing, read)
                        ? resume(read, started, change)
                        : write(read, started, change);
            case PRE_ACTIVE, DEACTIVATED -> wanted.equals(standing) ? read : write(read, started, change);
        };
    }

    /** A key that was on hold while its ring went on ends with its overlap, as it would have without the hold. */
    private static boolean isOvertaken(KeyRecord record, Instant now) {
        return record.attributes().state() == KeyState.SUSPENDED
                && record.successor().isPresent()
                && record.attributes()
                        .signUntil()
                        .filter(end -> !now.isBefore(end))
                        .isPresent();
    }

    /** A crash left it between its record and its service. */
    private static boolean isHalfResumed(KeyRecord standing, StoredKey read) {
        return standing.attributes().state() == KeyState.ACTIVE && read.service() instanceof Service.Out;
    }

    private KeyAttributes.Builder moveTo(
            KeyId id,
            KeyAttributes before,
            KeyAttributes.Builder attributes,
            KeyState to,
            Instant now,
            String reason,
            boolean damaged) {
        boolean marked = before.compromisedSince().isPresent();
        boolean retires = damaged && FOR_DAMAGED.contains(to) && !(marked && to == KeyState.DEACTIVATED);
        boolean allowed = before.state().successors().contains(to) || retires;
        if (before.state() == to) {
            return attributes;
        }
        if (!allowed) {
            throw new KeyStateException("Key " + id + " in " + context.location() + " is " + before.state()
                    + " and cannot become " + to + ". " + wayTo(to, before.state()));
        }
        attributes.state(to, now, reason);
        return to == KeyState.COMPROMISED ? attributes.compromisedSince(CompromisedSince.UNKNOWN) : attributes;
    }

    private static String wayTo(KeyState to, KeyState from) {
        boolean byTwo = to == KeyState.DESTROYED && from.successors().contains(KeyState.DEACTIVATED);
        return byTwo
                ? "Deactivate it first, from where it can be destroyed."
                : from.successors().isEmpty()
                        ? "From here there is no way to another state."
                        : "From here it can become " + from.successors() + ".";
    }

    private void requireReason(String reason) {
        // The history refuses a bad reason too, but only after the store was asked.
        new StateChange(context.now(), KeyState.ACTIVE, KeyState.ACTIVE, reason);
    }

    // --- the orders

    private StoredKey write(StoredKey read, long started, RecordWriter.Change change) {
        return writer.change(read, started, change);
    }

    /** Out of service first: a place that stops signing needs no reader of records. The record is written even where that failed. */
    private StoredKey takeOut(StoredKey read, long started, RecordWriter.Change change, KeyState to) {
        boolean archived = archiving.keep(read, to);
        Optional<ChanceryException> notDisabled = switchOf(read)
                .filter(place -> read.service() instanceof Service.In)
                .flatMap(place -> disable(place, read.id()));
        StoredKey changed = write(read, started, change);
        if (notDisabled.isPresent()) {
            if (context.judge().problem(changed).isEmpty()) {
                var unused = context.handles().take(changed, started); // what is written holds here at once
            }
            throw notDisabled.get();
        }
        StoredKey now = context.abilities().switchesKeys().isPresent() ? context.require(read.id()) : changed;
        if (read.service() instanceof Service.Leaving && now.service() instanceof Service.Out) {
            // The place had to stop the deletion to write, and its answer to the new order was lost.
            context.abilities().destroysKeys().ifPresent(place -> place.destroy(now.id()));
        }
        if (archived) {
            archiving.keep(now, to);
        }
        return now;
    }

    private static Optional<ChanceryException> disable(SwitchesKeys place, KeyId id) {
        try {
            place.disable(id);
            return Optional.empty();
        } catch (ChanceryException e) {
            return Optional.of(e);
        }
    }

    /** The record first: what forbids signing stands before anything goes. */
    private StoredKey destroy(StoredKey read, long started, RecordWriter.Change change) {
        prove(read);
        boolean archived = archiving.keep(read, KeyState.DESTROYED);
        StoredKey marked = write(read, started, change);
        boolean left = marked.service() instanceof Service.In || marked.service() instanceof Service.Out;
        if (left) {
            context.abilities().destroysKeys().ifPresent(place -> place.destroy(marked.id()));
        }
        StoredKey now = left && context.abilities().destroysKeys().isPresent()
                ? context.find(marked.id()).orElse(marked) // the place may forget the key with its material
                : marked;
        if (archived) {
            archiving.keep(now, KeyState.DESTROYED);
        }
        return now;
    }

    /** The last chance: without its private half, nothing proves a public half that the place does not vouch for. */
    private void prove(StoredKey key) {
        if (!(key.publicHalf() instanceof PublicHalf.Unvouched)) {
            return;
        }
        try {
            var unused = context.handles().get(key.id());
        } catch (ChanceryException e) {
            LOG.warn("Key {} is destroyed unproven, and will verify nothing: {}", key.id(), e.getMessage());
        }
    }

    /** In service last, and then looked at: a mark that came meanwhile takes the key out again. */
    private StoredKey resume(StoredKey read, long started, RecordWriter.Change change) {
        StoredKey changed = writer.change(read, started, change, true);
        Optional<SwitchesKeys> place = context.abilities()
                .switchesKeys()
                .filter(any -> !context.traits().switchesWithRecord());
        if (place.isEmpty() || changed.service() instanceof Service.In) {
            return changed;
        }
        place.get().enable(changed.id());
        StoredKey now = context.require(changed.id());
        KeyState state = context.judge().record(now).attributes().state();
        if (state != KeyState.ACTIVE && state != KeyState.DEACTIVATED) {
            place.get().disable(now.id());
            throw new KeyStateException("Key " + now.id() + " in " + context.location() + " became " + state
                    + " while it was resumed, and stays out of service.");
        }
        return now;
    }

    // --- compromise

    /**
     * Marks a key, replaces it where it is current, tells, and reports. Each step is tried, even after another has failed; only the
     * replacement is bound to the call's time.
     */
    public CompromiseReport compromise(KeyId id, CompromisedSince since, String reason, Function<KeyName, Ring> rings) {
        requireReason(reason);
        if (since.instant().filter(context.now()::isBefore).isPresent()) {
            throw new ConfigurationException("A key cannot be compromised since " + since
                    + ", which is in the future. Give the first instant of doubt, or UNKNOWN.");
        }
        return Deadline.apart(() -> markAndReplace(id, since, reason, rings));
    }

    private CompromiseReport markAndReplace(
            KeyId id, CompromisedSince since, String reason, Function<KeyName, Ring> rings) {
        long started = context.ticks();
        StoredKey before = context.require(id);
        List<Step> steps = new ArrayList<>();
        List<String> leftToDo = new ArrayList<>();
        steps.add(attempt(
                "mark the key as compromised; no signer serves it any more",
                () -> mark(before, started, since, reason)));
        if (archiving.isWithheldUnarchived(before.id())) {
            leftToDo.add("The place withholds the public half of " + before.id()
                    + " now, and it is not archived: enable the key for a moment with CHANCERY_ARCHIVE set and repeat this"
                    + " call, if its older signatures are to be verified elsewhere.");
        }
        Optional<KeyId> replacement = replacement(before, steps, leftToDo, rings);
        if (steps.get(0).done()) {
            confirm(before.id(), since, leftToDo);
        }
        CompromisedSince standing = context.find(before.id())
                .map(key -> context.judge().record(key))
                .flatMap(record -> record.attributes().compromisedSince())
                .orElse(since);
        leftToDo.add(findOut(standing));
        return new CompromiseReport(before.id(), standing, replacement, steps, leftToDo);
    }

    /**
     * Looks once more when everything that was written before the mark must be readable: neither the mark nor the key's being out of service is lost
     * to a writer that had read before it.
     */
    private void confirm(KeyId id, CompromisedSince since, List<String> leftToDo) {
        if (context.traits().writes() == Writes.COMPARED
                || context.abilities().keepsRecords().isEmpty()) {
            return;
        }
        Step confirmed = attempt("confirm the mark", () -> {
            boolean stands = false;
            for (int round = 0; round < MOST_CONFIRMATIONS && !stands; round++) {
                context.pause(context.traits().settle());
                stands = stands(id, since);
            }
            return stands ? "it stands" : "other writers keep writing over it";
        });
        if (!confirmed.done() || !confirmed.detail().equals("it stands")) {
            leftToDo.add("Repeat this call: whether the mark stands is not certain. " + confirmed.detail());
        }
    }

    private boolean stands(KeyId id, CompromisedSince since) {
        StoredKey read = context.require(id);
        boolean marked = RecordWriter.isMarked(read, since);
        Optional<SwitchesKeys> place = switchOf(read).filter(any -> read.service() instanceof Service.In);
        if (marked && place.isEmpty()) {
            return true;
        }
        var unused = context.steps().change(OperationType.COMPROMISE, id, () -> {
            place.ifPresent(any -> any.disable(id));
            StoredKey now = marked ? context.require(id) : writer.restoreMark(read, since);
            return new Steps.Changed(
                    now, Optional.of(context.judge().record(read).attributes().state()));
        });
        return false;
    }

    /** What switches a key apart from its record, where a place does. */
    private Optional<SwitchesKeys> switchOf(StoredKey key) {
        return context.abilities()
                .switchesKeys()
                .filter(any -> !context.traits().switchesWithRecord())
                .filter(any -> !(key.service() instanceof Service.Gone));
    }

    private static String findOut(CompromisedSince since) {
        return "Find out which signatures the key made"
                + since.instant().map(from -> " since " + from).orElse("")
                + ", by whom and from where, and revoke what rests"
                + " on them: the audit log lists them if one is kept.";
    }

    private String mark(StoredKey before, long started, CompromisedSince since, String reason) {
        Instant now = context.now();
        KeyRecord standing = context.judge().kept(before);
        boolean changes = !addMark(standing, since, now, reason).equals(standing)
                || context.judge().isDamaged(before);
        StoredKey key = context.steps()
                .change(
                        OperationType.COMPROMISE,
                        before.id(),
                        () -> new Steps.Changed(
                                writeMark(before, started, since, now, reason),
                                Optional.of(standing.attributes().state())))
                .key();
        CompromisedSince mark =
                context.judge().record(key).attributes().compromisedSince().orElse(since);
        boolean shown = context.judge().problem(key).isEmpty();
        if (shown) {
            var unused = context.handles().take(key, started);
        }
        if (changes) {
            tellOfMark(key, shown, mark, reason);
        }
        return changes ? "compromised since " + mark : "was marked before, since " + mark;
    }

    private void tellOfMark(StoredKey key, boolean shown, CompromisedSince mark, String reason) {
        String text = "Key " + key.id() + " is compromised since " + mark + ": " + reason;
        if (shown) {
            events.tell(KeyEvent.Type.COMPROMISED, context.judge().snapshot(key).metadata(), text);
        } else {
            events.tell(
                    KeyEvent.Type.COMPROMISED,
                    Optional.empty(),
                    context.judge().record(key).attributes().ring().map(RingPosition::ring),
                    text);
        }
    }

    /** Where no record is kept, or the place has deleted the key, the archive vouches for it and takes the mark. */
    private StoredKey writeMark(StoredKey before, long started, CompromisedSince since, Instant now, String reason) {
        boolean inPlace = context.abilities().keepsRecords().isPresent()
                && context.backend().find(before.id()).isPresent();
        RecordWriter.Change change = record -> addMark(record, since, now, reason);
        if (!inPlace) {
            return archiving.mark(before, change);
        }
        try {
            return takeOut(before, started, change, KeyState.COMPROMISED);
        } catch (RecordWriter.FullException full) {
            archiving.mark(before, change);
            throw full;
        }
    }

    /** The mark may move earlier, never later; a destroyed key stays destroyed and carries it. */
    private static KeyRecord addMark(KeyRecord record, CompromisedSince since, Instant now, String reason) {
        KeyAttributes attributes = record.attributes();
        CompromisedSince earliest =
                attributes.compromisedSince().map(since::earlier).orElse(since);
        return record.with(marked -> {
            marked.compromisedSince(earliest);
            return attributes.state() == KeyState.COMPROMISED || attributes.state() == KeyState.DESTROYED
                    ? marked
                    : marked.state(KeyState.COMPROMISED, now, reason);
        });
    }

    private Optional<KeyId> replacement(
            StoredKey compromised, List<Step> steps, List<String> leftToDo, Function<KeyName, Ring> rings) {
        Optional<KeyName> name =
                context.judge().record(compromised).attributes().ring().map(RingPosition::ring);
        if (context.judge().problem(compromised).isPresent()) {
            leftToDo.add("The key itself could not be read before it was marked"
                    + context.judge()
                            .problem(compromised)
                            .map(why -> " (" + why.reason() + ")")
                            .orElse("")
                    + " Rotate its ring, if it is current in one.");
            return Optional.empty();
        }
        if (name.isEmpty()) {
            leftToDo.add("The key is in no ring: generate a new key, and name it where this one was named"
                    + " (CRYPTO_CURRENT_KEY_ID).");
            return Optional.empty();
        }
        KeyMetadata key = context.judge().snapshot(compromised).metadata();
        List<KeyId> current = new ArrayList<>();
        steps.add(attempt("see that the ring '" + name.get() + "' signs with another key", () -> {
            current.add(context.operations().inTime(() -> rotation.replace(rings.apply(name.get()), key)));
            return "its current key is " + current.get(0);
        }));
        leftToDo.add("Destroy the keys of the ring '" + name.get()
                + "' that were made before the alarm and still wait (PRE_ACTIVE), if they may be known too: a later rotation"
                + " would take them.");
        if (current.isEmpty()) {
            leftToDo.add(
                    "The ring '" + name.get() + "' has no key to sign with: repeat this call when the cause is gone.");
        }
        return current.stream().findFirst();
    }

    private static Step attempt(String what, Supplier<String> step) {
        try {
            return new Step(what, true, step.get());
        } catch (ChanceryException e) {
            return new Step(what, false, e.getMessage());
        }
    }
}
