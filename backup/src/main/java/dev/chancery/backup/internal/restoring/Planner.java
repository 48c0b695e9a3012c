package dev.chancery.backup.internal.restoring;

import dev.chancery.backup.internal.contents.ArchiveContents;
import dev.chancery.backup.internal.contents.ArchivedKey;
import dev.chancery.backup.internal.layout.KeyDirectory;
import dev.chancery.backup.internal.layout.KeyFacts;
import dev.chancery.backup.internal.layout.LayoutPath;
import dev.chancery.backup.internal.layout.LayoutPath.Kind;
import dev.chancery.backup.plan.RestoreStep;
import dev.chancery.backup.plan.RestoreStep.Action;
import dev.chancery.key.KeyState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides what becomes of each key: nothing that differs is overwritten, and nothing comes back younger than it is known to be. */
final class Planner {
    private final ArchiveContents contents;
    private final KeyDirectory directory;
    private final Knowledge knowledge;

    Planner(ArchiveContents contents, KeyDirectory directory, Knowledge knowledge) {
        this.contents = contents;
        this.directory = directory;
        this.knowledge = knowledge;
    }

    /** Decides on the chosen keys; none chosen means all. */
    List<Decision> decide(Set<String> chosen) throws IOException {
        List<Decision> decisions = new ArrayList<>();
        for (ArchivedKey key : contents.keys().values()) {
            if (chosen.isEmpty() || chosen.contains(key.id())) {
                decisions.add(decide(key));
            }
        }
        return decisions;
    }

    private Decision decide(ArchivedKey key) throws IOException {
        Optional<String> problem = key.problem();
        if (problem.isPresent()) {
            return nothing(key, Action.LEAVE_OUT, problem.get());
        }
        Optional<Knowledge.Known> known = knowledge.of(key.id(), key.fingerprint());
        if (known.isPresent() && known.get().facts().removed()) {
            return nothing(
                    key,
                    Action.LEAVE_OUT,
                    "It was removed before it ever signed, as " + known.get().where() + " knows.");
        }
        Optional<LiveKey> live = directory.has(LayoutPath.marker(key.id()))
                ? Optional.empty() // half-made: it goes first
                : LiveKey.read(directory, key.id());
        if (live.isEmpty()) {
            return bring(key, known);
        }
        return live.get().isSame(key)
                ? mend(key, live.get().key(), known)
                : nothing(
                        key,
                        Action.REFUSE,
                        "Another key of this id is in " + directory.root()
                                + ", and is not overwritten. Restore into another directory.");
    }

    private static Decision nothing(ArchivedKey key, Action action, String why) {
        return new Decision(key, new RestoreStep(key.id(), action, why), key.facts(), Set.of(), false);
    }

    private Decision bring(ArchivedKey key, Optional<Knowledge.Known> known) {
        KeyFacts facts = key.facts();
        String why = "";
        if (known.isPresent()) {
            KeyFacts joined = facts.join(known.get().facts());
            why = joined.equals(facts)
                    ? why
                    : " It was " + facts.words() + " then; " + known.get().where() + " knows more.";
            facts = joined;
        }
        Optional<Knowledge.Generation> newer = key.place()
                .flatMap(
                        place -> knowledge.ring(place.ring()).filter(highest -> highest.number() > place.generation()));
        if (newer.isPresent() && isInUse(facts.state()) && !hasNewer(key.place().orElseThrow())) {
            facts = facts.join(new KeyFacts(KeyState.DEACTIVATED, Optional.empty(), false));
            why = why + " Generation " + newer.get().number() + " of its ring came since, as "
                    + newer.get().where() + " knows.";
        }
        Set<Kind> files = EnumSet.of(Kind.METADATA, Kind.PUBLIC, Kind.PRIVATE, Kind.DISABLED);
        String lack = key.hasPrivate() ? "" : " Its private half is not in the archive: it verifies." + blob(key.id());
        if (facts.state() == KeyState.DESTROYED) {
            files.remove(Kind.PRIVATE);
            files.remove(Kind.DISABLED);
            lack = key.hasPrivate() ? " Its private half stays away." : lack;
        }
        return new Decision(
                key,
                new RestoreStep(key.id(), Action.RESTORE, "As " + facts.words() + "." + why + lack),
                facts,
                files,
                !facts.equals(key.facts()));
    }

    /** What is to be done with the backup that the key's own place made of it. */
    private String blob(String id) {
        Optional<String> blob = contents.blob(id);
        if (blob.isEmpty()) {
            return "";
        }
        boolean azure = contents.manifest()
                .filter(manifest -> manifest.store().startsWith("azurekms:"))
                .isPresent();
        return " Its place's own backup is there: take " + blob.get() + " out with gpg and tar, and give it back to "
                + (azure
                        ? "a vault: `az keyvault key restore --vault-name VAULT --file " + blob.get() + "`."
                        : "the place.");
    }

    /** A key that waits has no generation yet; one that was put aside is not in use. */
    private static boolean isInUse(KeyState state) {
        return state == KeyState.ACTIVE || state == KeyState.SUSPENDED;
    }

    /** Whether the archive itself knows a later generation: then what it says of the key took that into account. */
    private boolean hasNewer(KeyFacts.Place place) {
        return contents.claims().keySet().stream()
                .anyMatch(claim -> claim.name().equals(place.ring()) && claim.generation() > place.generation());
    }

    private Decision mend(ArchivedKey key, ArchivedKey live, Optional<Knowledge.Known> known) {
        KeyFacts before = live.has(Kind.METADATA) ? live.facts() : key.facts();
        KeyFacts facts = known.map(more -> before.join(more.facts())).orElse(before);
        if (key.facts().state().compareTo(KeyState.SUSPENDED) > 0) {
            facts = facts.join(key.facts()); // there is no way back from these
        }
        EnumSet<Kind> files = EnumSet.noneOf(Kind.class);
        boolean noRecord = !live.has(Kind.METADATA) || !live.isLegible();
        boolean rewritten = !facts.equals(live.facts());
        List<String> mended = new ArrayList<>();
        if (noRecord && key.has(Kind.METADATA)) {
            files.add(Kind.METADATA);
            mended.add("its metadata");
            rewritten = !facts.equals(key.facts());
        }
        if (!live.has(Kind.PUBLIC) && key.has(Kind.PUBLIC)) {
            files.add(Kind.PUBLIC);
            mended.add("its public half");
        }
        if (!live.hasPrivate() && key.hasPrivate() && facts.state() != KeyState.DESTROYED) {
            files.add(key.has(Kind.PRIVATE) ? Kind.PRIVATE : Kind.DISABLED);
            mended.add("its private half");
        }
        if (files.isEmpty() && !rewritten) {
            boolean later = live.facts().state().compareTo(key.facts().state()) > 0;
            String why = later ? " The archive has it as " + key.facts().words() + "; what is later stands." : "";
            return nothing(key, Action.KEEP, "It is there, as " + live.facts().words() + "." + why);
        }
        String what = mended.isEmpty() ? "" : " What is missing comes back: " + String.join(", ", mended) + ".";
        String from = rewritten && !facts.equals(live.facts())
                ? " It was " + live.facts().words() + " here; "
                        + known.filter(more -> !live.facts().join(more.facts()).equals(live.facts()))
                                .map(Knowledge.Known::where)
                                .orElse("the archive")
                        + " knows more."
                : "";
        return new Decision(
                key,
                new RestoreStep(key.id(), Action.REPAIR, "As " + facts.words() + "." + from + what),
                facts,
                files,
                rewritten);
    }
}
