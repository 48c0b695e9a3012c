package dev.chancery.provider.gcp;

import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.RecordLabels;
import dev.chancery.spi.records.StoredRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All labels of a CryptoKey: the records of its versions, and its owner's own. Google takes them as a whole, so that a change writes all others again
 * as they were read.
 */
record KeyLabels(Map<String, String> all) {
    /** <a href="https://cloud.google.com/kms/docs/labeling-keys">A resource has 64 labels at most</a>. */
    static final int MOST = 64;

    /** What a version's labels and history may take, as long as there is room. */
    static final int EXTRA = 6;

    private static final Pattern VERSION = Pattern.compile("v([1-9][0-9]{0,9})-.+");

    KeyLabels {
        all = Map.copyOf(all);
    }

    StoredRecord record(long version) {
        return RecordLabels.decode(all, version);
    }

    /** The versions that have a record. */
    SortedSet<Long> versions() {
        SortedSet<Long> versions = new TreeSet<>();
        for (String label : all.keySet()) {
            Matcher matcher = VERSION.matcher(label);
            if (matcher.matches() && RecordLabels.isOf(label, Long.parseLong(matcher.group(1)))) {
                versions.add(Long.parseLong(matcher.group(1)));
            }
        }
        return versions;
    }

    KeyLabels without(long version) {
        Map<String, String> others = new HashMap<>(all);
        others.keySet().removeIf(label -> RecordLabels.isOf(label, version));
        return new KeyLabels(others);
    }

    /**
     * The labels with a version's record, though there may be too many.
     *
     * @param extra how many may be used for what gives way: the user's labels, and the history
     */
    KeyLabels with(long version, KeyRecord record, int extra) {
        Map<String, String> changed = new HashMap<>(without(version).all);
        changed.putAll(RecordLabels.encode(record, version, extra));
        return new KeyLabels(changed);
    }

    /** The labels without what gives way of a version's record. */
    KeyLabels curtail(long version) {
        return record(version).legible().map(record -> with(version, record, 0)).orElse(this);
    }

    /** The labels with a record's mark, and nothing else of it changed. */
    KeyLabels withMark(long version, KeyRecord marked) {
        Map<String, String> changed = new HashMap<>(all);
        RecordLabels.encode(marked, version).forEach((label, value) -> {
            if (label.endsWith("-compromised-since")) {
                changed.put(label, value);
            }
        });
        return new KeyLabels(changed);
    }

    /** How many labels are no record's. */
    int othersCount() {
        KeyLabels others = this;
        for (long version : versions()) {
            others = others.without(version);
        }
        return others.all.size();
    }
}
