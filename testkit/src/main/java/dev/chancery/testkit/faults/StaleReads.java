package dev.chancery.testkit.faults;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Answers each look at the place from before the last writes, as a replica does that lags behind: the worst that
 * {@link dev.chancery.spi.Traits#settle} allows, so that a place that settles at once is never stale. Share one between the openings of a
 * place, as it counts the writes that pass through it. Thread-safe.
 */
public final class StaleReads implements Fault {
    private static final Set<String> LOOKS = Set.of("find", "list", "members", "rings", "claims", "holder");

    private final int writes;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Write> youngestFirst = new ArrayDeque<>();

    private record Write(Instant when, PlacePicture before) {}

    private StaleReads(int writes, Clock clock) {
        this.writes = writes;
        this.clock = clock;
    }

    /**
     * Starts with a place that has settled.
     *
     * @param writes how many writes a look misses at most
     * @param clock the clock of the stores
     * @return the fault
     */
    public static StaleReads missing(int writes, Clock clock) {
        return new StaleReads(writes, clock);
    }

    @Override
    public @Nullable Object answer(BackendCall call) {
        if (!call.isChange()) {
            PlacePicture seen = LOOKS.contains(call.name())
                    ? stalePicture(call.backend().traits().settle())
                    : null;
            return seen == null ? call.answer() : call.answerOf(seen);
        }
        PlacePicture before = PlacePicture.of(call.backend());
        try {
            return call.answer();
        } finally {
            lock.lock();
            try {
                youngestFirst.addFirst(new Write(clock.instant(), before));
            } finally {
                lock.unlock();
            }
        }
    }

    private @Nullable PlacePicture stalePicture(Duration settle) {
        lock.lock();
        try {
            Instant settled = clock.instant().minus(settle);
            youngestFirst.removeIf(write -> !write.when().isAfter(settled));
            return youngestFirst.stream()
                    .limit(writes)
                    .reduce((younger, older) -> older)
                    .map(Write::before)
                    .orElse(null);
        } finally {
            lock.unlock();
        }
    }
}
