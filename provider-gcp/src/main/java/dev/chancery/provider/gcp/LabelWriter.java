package dev.chancery.provider.gcp;

import com.google.api.gax.rpc.StatusCode.Code;
import com.google.cloud.kms.v1.CryptoKey;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.spi.VersionedId;
import dev.chancery.spi.records.SharedLabels;
import dev.chancery.spi.records.VersionLabels;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Writes the labels of CryptoKeys, and knows whether the server keeps them. Thread-safe. */
final class LabelWriter implements SharedLabels.Store {
    /** Half of what labels take to settle: a later write would be based on too old a look. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    /** What there is to say of a server that keeps none: the rest of a sentence that begins with it. */
    static final String KEEPS_NONE =
            " keeps no labels, and so no states, dates, marks and rings (it lacks LIFECYCLE): its keys can be made,"
                    + " sign and verify. Use Google Cloud KMS itself for the rest.";

    /** What a version's labels and history may take, as long as there is room. */
    static final int EXTRA = 6;

    private static final Set<Code> REFUSED = Set.of(Code.INVALID_ARGUMENT, Code.UNIMPLEMENTED);

    private final Place place;
    private final SharedLabels labels = new SharedLabels(this, LONGEST);
    private volatile Support support;

    /** Whether the server keeps labels: Google does, and servers that stand in for it may not. */
    enum Support {
        KEPT,
        REFUSED,
        UNKNOWN
    }

    LabelWriter(Place place) {
        this.place = place;
        this.support = place.uri().plaintext() ? Support.UNKNOWN : Support.KEPT;
    }

    Support support() {
        return support;
    }

    /** Finds out whether a server that stands in for Google keeps labels, by writing none to a CryptoKey that has none. */
    Support probe() {
        if (support != Support.UNKNOWN) {
            return support;
        }
        try {
            List<CryptoKey> known = place.requests().cryptoKeys();
            Optional<CryptoKey> bare =
                    known.stream().filter(key -> key.getLabelsCount() == 0).findFirst();
            if (bare.isPresent()) {
                String name = place.names().parse(bare.get().getName()).value();
                support = send(name, Map.of(), LONGEST).isPresent() ? Support.KEPT : Support.REFUSED;
            } else if (!known.isEmpty()) {
                support = Support.KEPT;
            }
        } catch (ChanceryException e) {
            // It stays unknown; the first call that needs the server tells what is wrong.
        }
        return support;
    }

    /**
     * Changes the labels of a version.
     *
     * @param change as for {@link SharedLabels#change}
     * @throws UnsupportedException if the server keeps no labels
     */
    Optional<VersionLabels> change(KeyId id, Function<VersionLabels, Optional<VersionLabels>> change) {
        return labels.change(VersionedId.name(id), KeyNames.number(id), change);
    }

    @Override
    public VersionLabels read(String name) {
        return place.requests().labels(name).orElseThrow(() -> KeyNotFoundException.of(name, place.location()));
    }

    @Override
    public void write(String name, VersionLabels wanted, Duration atMost) {
        boolean kept = support != Support.REFUSED
                && send(name, wanted.all(), atMost)
                        .filter(key -> key.getLabelsMap().equals(wanted.all()))
                        .isPresent();
        support = kept ? Support.KEPT : Support.REFUSED;
        if (!kept) {
            throw new UnsupportedException("The server of " + place.location() + KEEPS_NONE);
        }
    }

    /** Empty if a server that may not keep labels says so; Google itself has another reason, which is told. */
    private Optional<CryptoKey> send(String name, Map<String, String> labels, Duration atMost) {
        Set<Code> mayRefuse = support == Support.UNKNOWN ? REFUSED : Set.of();
        return place.requests().setLabels(name, labels, atMost, mayRefuse);
    }
}
