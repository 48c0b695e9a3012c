package dev.chancery.internal.lifecycle;

import dev.chancery.Capability;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyId;
import dev.chancery.key.Orphan;
import dev.chancery.spi.FindsOrphans;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** What creations left that were cut off, and which of it may go. */
public final class Leftovers {
    /** Far beyond the deadline of any creation. */
    private static final Duration STILL_GOING_ON = Duration.ofMinutes(15);

    private final StoreContext context;

    public Leftovers(StoreContext context) {
        this.context = context;
    }

    public List<Orphan> list() {
        context.requireOpen();
        return context.abilities().findsOrphans().map(FindsOrphans::orphans).orElse(List.of()).stream()
                .sorted(Comparator.comparing(Orphan::created)
                        .thenComparing(orphan -> orphan.id().value()))
                .toList();
    }

    public void remove(KeyId id) {
        FindsOrphans place = context.ability(context.abilities().findsOrphans(), Capability.ORPHANS);
        Orphan orphan = place.orphans().stream()
                .filter(left -> left.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new KeyNotFoundException("There is no half-made key " + id + " in "
                        + context.location() + ". `chancery orphans` lists those that are there."));
        if (orphan.created()
                .plus(STILL_GOING_ON)
                .isAfter(context.options().clock().instant())) {
            throw new KeyStateException("Key " + id + " in " + context.location() + " was made at " + orphan.created()
                    + ": its creation may still go on. Try again " + STILL_GOING_ON.toMinutes() + " minutes later.");
        }
        context.steps().removeOrphan(id, () -> place.removeOrphan(id));
    }
}
