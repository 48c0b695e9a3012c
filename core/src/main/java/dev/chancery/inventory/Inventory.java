package dev.chancery.inventory;

import dev.chancery.KeyStore;
import dev.chancery.Keyring;
import dev.chancery.error.ChanceryException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.support.CsvCell;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The usable keys of a store, in every state, as rows. What is in the store and must not be used is told by
 * {@link KeyStore#unusable()}.
 *
 * @param rows the keys, ordered by id
 */
public record Inventory(List<InventoryRow> rows) {
    private static final String HEADER =
            "key_id,algorithm,size,created,state,ring,generation,sign_until,days_left,fingerprint,last_rotation";

    /** Copies the rows. */
    public Inventory {
        rows = List.copyOf(rows);
    }

    /**
     * Reads a store.
     *
     * @param store the store
     * @param clock what days left are counted from
     * @return what it holds now
     */
    public static Inventory of(KeyStore store, Clock clock) {
        return of(store, store.list(), clock);
    }

    /**
     * Reads a store of which the keys were listed a moment ago.
     *
     * @param store the store
     * @param keys its usable keys
     * @param clock what days left are counted from
     * @return what it holds now
     */
    public static Inventory of(KeyStore store, List<KeyMetadata> keys, Clock clock) {
        Map<KeyName, Instant> rotations = new HashMap<>();
        store.rings().forEach(ring -> lastRotation(ring).ifPresent(at -> rotations.put(ring.name(), at)));
        Instant now = clock.instant();
        return new Inventory(keys.stream()
                .map(key ->
                        InventoryRow.of(key, key.ring().map(RingPosition::ring).map(rotations::get), now))
                .toList());
    }

    private static Optional<Instant> lastRotation(Keyring ring) {
        try {
            KeyMetadata current = ring.current();
            boolean rotated =
                    current.ring().filter(position -> position.generation() > 1).isPresent();
            return rotated ? current.activation() : Optional.empty();
        } catch (ChanceryException e) {
            return Optional.empty(); // a ring whose current key is damaged or gone keeps no key off the list
        }
    }

    /**
     * The inventory as CSV (RFC 4180, with line feeds alone, as Unix tools like it): the five columns of the key management
     * guide, then ours. Dates are ISO 8601 days in UTC. A field that a spreadsheet would take for a formula starts with an
     * apostrophe.
     *
     * @return a header and a line for each key
     */
    public String csv() {
        return Stream.concat(Stream.of(HEADER), rows.stream().map(Inventory::line))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String line(InventoryRow row) {
        return Stream.of(
                        row.id().value(),
                        row.algorithm(),
                        "" + row.size(),
                        day(row.created()),
                        row.state(),
                        row.ring().map(position -> position.ring().value()).orElse(""),
                        row.ring().map(position -> "" + position.generation()).orElse(""),
                        row.signUntil().map(Inventory::day).orElse(""),
                        row.daysLeft().isPresent() ? "" + row.daysLeft().getAsLong() : "",
                        row.fingerprint(),
                        row.lastRotation().map(Inventory::day).orElse(""))
                .map(CsvCell::of)
                .collect(Collectors.joining(","));
    }

    private static String day(Instant instant) {
        return LocalDate.ofInstant(instant, ZoneOffset.UTC).toString();
    }
}
