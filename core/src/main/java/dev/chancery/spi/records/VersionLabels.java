package dev.chancery.spi.records;

import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * All labels of a place in which the versions of a key share one map of 64: the record of each version in the form of {@link RecordLabels}, and
 * the owner's own labels, which are written again as they were read. Immutable.
 *
 * @param all the labels
 */
public record VersionLabels(Map<String, String> all) {
    /** How many labels there may be: <a href="https://cloud.google.com/kms/docs/labeling-keys">Google's number</a>. */
    public static final int MOST = 64;

    /** No label. */
    public static final VersionLabels NONE = new VersionLabels(Map.of());

    private static final Pattern VERSION = Pattern.compile("v([1-9][0-9]{0,9})-.+");

    /** Copies the map. */
    public VersionLabels {
        all = Map.copyOf(all);
    }

    /**
     * Reads a version's record.
     *
     * @param version the version's number
     * @return its record
     */
    public StoredRecord record(long version) {
        return RecordLabels.decode(all, version);
    }

    /**
     * The versions that have a record, be it damaged.
     *
     * @return their numbers
     */
    public SortedSet<Long> versions() {
        SortedSet<Long> versions = new TreeSet<>();
        for (String label : all.keySet()) {
            Matcher matcher = VERSION.matcher(label);
            if (matcher.matches() && RecordLabels.isOf(label, Long.parseLong(matcher.group(1)))) {
                versions.add(Long.parseLong(matcher.group(1)));
            }
        }
        return versions;
    }

    /**
     * The rings of which a version holds a generation, by its record.
     *
     * @return their names
     */
    public Set<KeyName> rings() {
        return versions().stream()
                .flatMap(version -> record(version).legible().stream())
                .flatMap(record -> record.held().stream())
                .map(RingPosition::ring)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * How many labels are no record's.
     *
     * @return their number
     */
    public int othersCount() {
        VersionLabels others = this;
        for (long version : versions()) {
            others = others.without(version);
        }
        return others.all.size();
    }

    /**
     * The labels without a version's record.
     *
     * @param version the version's number
     * @return the others
     */
    public VersionLabels without(long version) {
        Map<String, String> others = new HashMap<>(all);
        others.keySet().removeIf(label -> RecordLabels.isOf(label, version));
        return new VersionLabels(others);
    }

    /**
     * The labels with a version's record in place of the one that it had, though there may be too many.
     *
     * @param version the version's number
     * @param record its record
     * @param extra how many labels the user's labels and the history may take
     * @return the labels
     */
    public VersionLabels with(long version, KeyRecord record, int extra) {
        Map<String, String> changed = new HashMap<>(without(version).all);
        changed.putAll(RecordLabels.encode(record, version, extra));
        return new VersionLabels(changed);
    }

    /**
     * The labels with the record of another version, newer than all that have one.
     *
     * @param record its record, of which the user's labels and the history are left out
     * @return the labels, though there may be too many
     */
    public VersionLabels withNext(KeyRecord record) {
        return with(versions().isEmpty() ? 1 : versions().last() + 1, record, 0);
    }

    /**
     * The labels with a record's mark and nothing else of it changed.
     *
     * @param version the version's number
     * @param marked a record with a mark
     * @return the labels, though there may be too many
     */
    public VersionLabels withMark(long version, KeyRecord marked) {
        Map<String, String> changed = new HashMap<>(all);
        RecordLabels.encode(marked, version).forEach((label, value) -> {
            if (label.endsWith("-" + FieldNames.COMPROMISED_SINCE)) {
                changed.put(label, value);
            }
        });
        return new VersionLabels(changed);
    }

    /**
     * Changes a version's record. A mark that stands there and that the writer did not know is kept; where there is no room for all of the record,
     * the mark goes alone.
     *
     * @param version the version's number
     * @param changed its record
     * @param extra how many labels the user's labels and the history may take
     * @param archived as for {@link #fit}
     * @return labels that fit; empty if there is no room for what may not be left out
     */
    public Optional<VersionLabels> change(
            long version, KeyRecord changed, int extra, LongFunction<Optional<KeyRecord>> archived) {
        KeyRecord marked = record(version).mark().map(changed::withMark).orElse(changed);
        return with(version, marked, extra)
                .fit(0, version, archived)
                .or(() -> withMark(version, marked).fit(0, version, archived).filter(alone -> !alone.equals(this)));
    }

    /**
     * Whether there is room for more labels.
     *
     * @param spare how many
     * @param archived as for {@link #fit}
     * @return whether they would {@link #fit}, with the record of the newest version in its place; {@code true} as long as no version has one
     */
    public boolean hasRoom(int spare, LongFunction<Optional<KeyRecord>> archived) {
        return versions().isEmpty() || fit(spare, versions().last(), archived).isPresent();
    }

    /**
     * Leaves out what gives way until the rest fits, oldest version first: the user's labels and the history of other versions, then of the
     * version itself, then whole records of others.
     *
     * @param spare how many labels more shall be free
     * @param own the version that is written
     * @param archived looks the record of another version up that the archive has; see {@link KeyRecord#isExpendable}
     * @return labels that fit; empty if there is no room
     */
    public Optional<VersionLabels> fit(int spare, long own, LongFunction<Optional<KeyRecord>> archived) {
        List<Long> others =
                versions().stream().filter(version -> version != own).toList();
        VersionLabels fitting = this;
        for (long version : others) {
            fitting = fitting.fits(spare) ? fitting : fitting.curtail(version);
        }
        fitting = fitting.fits(spare) ? fitting : fitting.curtail(own);
        for (long version : others) {
            fitting = fitting.fits(spare) || !isExpendable(version, archived) ? fitting : fitting.without(version);
        }
        return Optional.of(fitting).filter(result -> result.fits(spare));
    }

    private boolean isExpendable(long version, LongFunction<Optional<KeyRecord>> archived) {
        return record(version)
                .legible()
                .filter(record -> record.isExpendable(() -> archived.apply(version)))
                .isPresent();
    }

    private boolean fits(int spare) {
        return all.size() + spare <= MOST;
    }

    private VersionLabels curtail(long version) {
        return record(version).legible().map(record -> with(version, record, 0)).orElse(this);
    }
}
