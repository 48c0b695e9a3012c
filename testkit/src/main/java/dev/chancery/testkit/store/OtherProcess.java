package dev.chancery.testkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.Claim;
import dev.chancery.spi.ClaimsGenerations;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.SwitchesKeys;
import dev.chancery.spi.Traits;
import dev.chancery.spi.records.KeyRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What another process does to the store of one test, behind the store's back: it asks the backend, without what this process
 * remembers and without core.
 */
public final class OtherProcess {
    private final StoreUnderTest store;
    private final PlaceUnderTest place;
    private final KeyStoreConfig config;
    private final KeyBackend backend;

    OtherProcess(StoreUnderTest store, PlaceUnderTest place, KeyStoreConfig config, KeyBackend backend) {
        this.store = store;
        this.place = place;
        this.config = config;
        this.backend = backend;
    }

    /**
     * Changes what is kept with a key, behind the store's back.
     *
     * @param id the key
     * @param change the change
     */
    public void change(KeyId id, UnaryOperator<KeyAttributes.Builder> change) {
        change(backend, id, change);
    }

    private void change(KeyBackend writer, KeyId id, UnaryOperator<KeyAttributes.Builder> change) {
        change(writer, id, change, () -> {});
    }

    /** Does what another process does: reads, decides, writes on top of what it read, and again if it was overtaken. */
    private void change(KeyBackend writer, KeyId id, UnaryOperator<KeyAttributes.Builder> change, Runnable onceRead) {
        KeepsRecords records = writer.abilities().keepsRecords().orElseThrow();
        StoredKey read = writer.find(id).orElseThrow();
        onceRead.run();
        if (writer.traits().writes() == Traits.Writes.BESIDE) {
            // Of two records that follow the same one, one counts: an old read is none to write upon.
            read = writer.find(id).orElseThrow();
        }
        boolean decided = false;
        while (!decided) {
            KeyRecord standing = read.record().legible().orElseThrow();
            KeyRecord changed = provable(standing.with(change), id).toBuilder()
                    .revision(standing.revision() + 1)
                    .build();
            KeyState to = changed.attributes().state();
            archive(writer, id, to);
            read = takeOut(writer, read, to);
            PutResult result = records.put(read, changed, !isOut(to));
            decided = !(result instanceof PutResult.Overtaken);
            if (result instanceof PutResult.Overtaken overtaken) {
                read = overtaken.standing();
            } else {
                finish(writer, read, to);
            }
        }
    }

    /** Once the private half is gone, no signature shows any more which public half is the right one. */
    private KeyRecord provable(KeyRecord record, KeyId id) {
        return record.attributes().state() == KeyState.DESTROYED
                ? record.toBuilder()
                        .fingerprint(store.keys().get(id).fingerprint())
                        .build()
                : record;
    }

    /** What the place is about to keep back is archived first. */
    private void archive(KeyBackend writer, KeyId id, KeyState to) {
        if (writer.traits().withholds().contains(to)) {
            config.options()
                    .publicArchive()
                    .ifPresent(archive ->
                            archive.put(writer.location(), store.keys().get(id)));
        }
    }

    private static boolean isOut(KeyState state) {
        return state == KeyState.SUSPENDED || state == KeyState.COMPROMISED || state == KeyState.DESTROYED;
    }

    private static Optional<SwitchesKeys> switchOf(KeyBackend writer) {
        return writer.abilities()
                .switchesKeys()
                .filter(place -> !writer.traits().switchesWithRecord());
    }

    private StoredKey takeOut(KeyBackend writer, StoredKey read, KeyState to) {
        if (isOut(to)
                && read.service() instanceof Service.In
                && switchOf(writer).isPresent()) {
            switchOf(writer).get().disable(read.id());
            return read.withService(new Service.Out("it was disabled by the contract."));
        }
        return read;
    }

    private static void finish(KeyBackend writer, StoredKey read, KeyState to) {
        if (to == KeyState.DESTROYED) {
            writer.abilities().destroysKeys().ifPresent(place -> place.destroy(read.id()));
        } else if (!isOut(to) && read.service() instanceof Service.Out) {
            switchOf(writer).ifPresent(place -> place.enable(read.id()));
        }
    }

    /**
     * Brings a key into a state, behind the store's back.
     *
     * @param id the key
     * @param state the state, not COMPROMISED, which needs a mark
     */
    public void bring(KeyId id, KeyState state) {
        change(id, attributes -> attributes.state(state, store.clock().instant(), "brought here by the contract"));
    }

    /**
     * Marks a key as compromised, behind the store's back.
     *
     * @param id the key
     * @param since the first instant of doubt
     */
    public void mark(KeyId id, CompromisedSince since) {
        change(id, attributes -> mark(attributes, since));
    }

    /**
     * The change that {@link #mark} makes.
     *
     * @param attributes what is kept with the key
     * @param since the mark
     * @return the attributes, marked
     */
    public KeyAttributes.Builder mark(KeyAttributes.Builder attributes, CompromisedSince since) {
        return attributes
                .state(KeyState.COMPROMISED, store.clock().instant(), "marked by the contract")
                .compromisedSince(since);
    }

    /**
     * Claims a generation of a ring.
     *
     * @param position ring and generation
     * @param candidate the key that would hold it
     * @return the key that holds it now
     */
    public KeyId claim(RingPosition position, KeyId candidate) {
        Optional<ClaimsGenerations> claims = backend.abilities().claimsGenerations();
        if (claims.isPresent()) {
            Claim standing = claims.get().claim(position, candidate);
            assertThat(standing.position()).isEqualTo(position);
            return standing.holder();
        }
        StoredKey read = backend.find(candidate).orElseThrow();
        KeyRecord record = read.record().legible().orElseThrow();
        List<RingPosition> held = new ArrayList<>(record.held());
        held.add(position);
        var unused = backend.abilities()
                .keepsRecords()
                .orElseThrow()
                .put(
                        read,
                        record.toBuilder()
                                .held(held)
                                .revision(record.revision() + 1)
                                .build(),
                        read.service() instanceof Service.In);
        return candidate;
    }

    /**
     * Who holds the generations of a ring.
     *
     * @param ring the ring's name
     * @return the holders by generation; empty if there is no such ring
     */
    public Map<Long, KeyId> claims(String ring) {
        return backend.abilities().claimsGenerations().orElseThrow().claims(new KeyName(ring)).stream()
                .collect(Collectors.toMap(claim -> claim.position().generation(), Claim::holder));
    }

    /**
     * Removes a key that was made to hold a generation, if it waits and holds none.
     *
     * @param id the key
     */
    public void removeCandidate(KeyId id) {
        boolean waits = backend.find(id)
                .flatMap(key -> key.record().legible())
                .filter(record -> record.attributes().state() == KeyState.PRE_ACTIVE)
                .isPresent();
        if (waits) { // what core decides; that it holds no generation is the place's to see
            var unused = backend.abilities().makesKeys().orElseThrow().removeCandidate(id);
        }
    }

    /**
     * Whether a key is gone, or out of service where a place deletes late or never.
     *
     * @param id the key
     * @return whether it signs no more
     */
    public boolean isRemoved(KeyId id) {
        return backend.find(id)
                .filter(key -> key.service() instanceof Service.In)
                .isEmpty();
    }

    /**
     * Two processes change one key at once: when the first has read it, the second begins, and is done or waits for the first before the
     * first goes on.
     *
     * @param id the key
     * @param first the change of the one that reads first; is made again where the place says so
     * @param second the change of the other
     * @throws Exception if one of the two fails
     */
    public void changeAtOnce(
            KeyId id, UnaryOperator<KeyAttributes.Builder> first, UnaryOperator<KeyAttributes.Builder> second)
            throws Exception {
        KeyBackend other = store.closeAfterTest(place.provider().open(config));
        FutureTask<Void> task = new FutureTask<>(() -> {
            change(other, id, second);
            return null;
        });
        Thread thread = Together.daemon(task);
        change(backend, id, first, () -> {
            thread.start();
            Together.awaitEndOrWait(thread);
        });
        task.get();
    }

    /** A process that has read a key in order to change it, and does not go on before it is closed. */
    public final class HangingWriter implements AutoCloseable {
        private final CountDownLatch reading = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final Thread thread;

        private HangingWriter(KeyId id) throws InterruptedException {
            thread = Together.daemon(
                    () -> change(backend, id, attributes -> attributes.label("hung", "for-a-while"), this::hang));
            thread.start();
            assertThat(reading.await(store.patience().toNanos(), TimeUnit.NANOSECONDS))
                    .as("the writer has read the key")
                    .isTrue();
        }

        private void hang() {
            try (AutoCloseable held = place.holdPlace()) {
                assertThat(held).isNotNull();
                reading.countDown();
                Together.await(goOn);
            } catch (Exception e) {
                throw new IllegalStateException("The place cannot be held, or not be let go.", e);
            }
        }

        @Override
        public void close() throws InterruptedException {
            goOn.countDown();
            thread.join();
        }
    }

    /**
     * Lets a process hang in the middle of a change.
     *
     * @param id the key that it changes
     * @return the process
     * @throws InterruptedException if the thread is interrupted
     */
    public HangingWriter hang(KeyId id) throws InterruptedException {
        return new HangingWriter(id);
    }

    /**
     * Changes what is kept with a key, by a process that waits for the place no longer than it must.
     *
     * @param id the key
     * @param change the change
     */
    public void changeHurried(KeyId id, UnaryOperator<KeyAttributes.Builder> change) {
        change(store.closeAfterTest(place.openHurried(config)), id, change);
    }
}
