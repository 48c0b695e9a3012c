package dev.chancery.spi.replicas;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthStatus;
import dev.chancery.key.KeyId;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A store whose keys have copies elsewhere, under the same ids. The home decides: names, rings, lists and every change are its own. While it does not
 * answer, a copy is read and signs in its stead, with the record that the home was last seen with or the copy has, the later one, and a mark of
 * either; a copy that is out of service does not sign. After a change, each copy is {@linkplain Copies made like} its home. Thread-safe.
 */
public final class ReplicatedBackend implements KeyBackend {
    private final KeyBackend home;
    private final List<Replica> replicas;
    private final Outage outage;
    private final Copies copies;
    private final Abilities abilities;

    /**
     * Puts places together.
     *
     * @param home the place that decides
     * @param replicas the others, in the order in which they are asked
     * @param isReplicated whether a key of that id may have copies
     */
    public ReplicatedBackend(KeyBackend home, List<Replica> replicas, Predicate<KeyId> isReplicated) {
        this.home = home;
        this.replicas = List.copyOf(replicas);
        this.outage = new Outage(home.location(), System::nanoTime);
        this.copies = new Copies(home, this.replicas, isReplicated);
        this.abilities = new ReplicatedAbilities(home, copies, outage).abilities();
    }

    @Override
    public String location() {
        return home.location();
    }

    @Override
    public Traits traits() {
        return home.traits();
    }

    @Override
    public Abilities abilities() {
        return abilities;
    }

    @Override
    public KeyId parse(String text) {
        return home.parse(text);
    }

    @Override
    public boolean follows(KeyId id) {
        return home.follows(id);
    }

    @Override
    public Optional<StoredKey> find(KeyId id) {
        KeyId known = copies.known(id);
        return outage.bridge(
                copies.areOf(known),
                () -> {
                    Optional<StoredKey> found = home.find(id);
                    found.ifPresent(key -> copies.see(id, key));
                    return found;
                },
                failure -> copies.find(known, failure));
    }

    @Override
    public Stream<StoredKey> list() {
        return home.list();
    }

    @Override
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        return outage.bridge(
                copies.areOf(id),
                () -> home.sign(id, algorithm, input),
                failure -> copies.sign(id, algorithm, input, failure));
    }

    @Override
    public List<Finding> probe(HealthLevel level) {
        List<Finding> findings = new ArrayList<>();
        try {
            findings.addAll(home.probe(level));
        } catch (StoreUnavailableException e) {
            findings.add(new Finding("home", HealthStatus.DOWN, e.getMessage()));
        }
        outage.finding().ifPresent(findings::add);
        findings.addAll(copies.findings());
        return findings;
    }

    @Override
    public void close() {
        try {
            home.close();
        } finally {
            replicas.forEach(replica -> close(replica.backend()));
        }
    }

    private static void close(KeyBackend backend) {
        try {
            backend.close();
        } catch (ChanceryException e) {
            // The others are to be closed, too, and nothing is lost.
        }
    }
}
