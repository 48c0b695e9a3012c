package dev.chancery.provider.azure;

import dev.chancery.error.UnsupportedException;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.RecordTags;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.support.PercentEncoding;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All tags of a version: ours, each under {@code chancery-}, and its owner's. A vault takes them as a whole, so that a change writes the owner's again
 * as they were read.
 */
record KeyTags(Map<String, String> all) {
    /** <a href="https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#object-metadata">A vault takes 15 tags</a> with values of 256 characters. */
    static final int MOST = 15;

    static final int LENGTH = 256;

    private static final String OURS = "chancery-";
    private static final String ORDER = OURS + "order";
    private static final String MARK = OURS + RecordTags.COMPROMISED_SINCE;

    /** Five are left to the owner. */
    private static final int RECORD = 10;

    KeyTags {
        all = Map.copyOf(all);
    }

    /**
     * The tags of a new version.
     *
     * @param order what tells this creation from all others, should its answer be lost
     * @throws UnsupportedException if there is no room for the labels
     */
    static KeyTags fresh(KeyRecord record, String order) {
        RecordTags.requireRoom(record, RECORD, LENGTH);
        Map<String, String> all = prefix(RecordTags.encode(record, RECORD, LENGTH));
        all.put(ORDER, order);
        return new KeyTags(all);
    }

    private static Map<String, String> prefix(Map<String, String> record) {
        Map<String, String> tags = new HashMap<>();
        record.forEach((name, value) -> tags.put(OURS + name, value));
        return tags;
    }

    // --- what they say

    StoredRecord record() {
        return RecordTags.decode(ours(), version());
    }

    private Map<String, String> ours() {
        return all.entrySet().stream()
                .filter(tag -> tag.getKey().startsWith(OURS))
                .collect(Collectors.toMap(tag -> tag.getKey().substring(OURS.length()), Map.Entry::getValue));
    }

    /** Those of the key's owner. */
    Map<String, String> others() {
        Map<String, String> others = new HashMap<>(all);
        others.keySet().removeIf(name -> name.startsWith(OURS));
        return others;
    }

    boolean isOfOrder(String order) {
        return order.equals(all.get(ORDER));
    }

    /** All that a later change has to know of what was read; {@link #ofVersion} reads it. */
    String version() {
        return new TreeMap<>(all)
                .entrySet().stream()
                        .map(tag -> PercentEncoding.encode(tag.getKey()) + "=" + PercentEncoding.encode(tag.getValue()))
                        .collect(Collectors.joining("&"));
    }

    /** The tags that a record was read from. */
    static KeyTags ofVersion(String version) {
        return new KeyTags(Arrays.stream(version.split("&"))
                .map(tag -> tag.split("=", 2))
                .filter(tag -> tag.length == 2)
                .collect(Collectors.toMap(
                        tag -> PercentEncoding.decode(tag[0]).orElseThrow(),
                        tag -> PercentEncoding.decode(tag[1]).orElseThrow())));
    }

    // --- what they shall say

    /** The tags of a changed record: as much of history and labels as there is room for. Empty if there is none for the rest. */
    Optional<KeyTags> with(KeyRecord changed) {
        Map<String, String> others = others();
        try {
            Map<String, String> tags =
                    prefix(RecordTags.encode(changed, Math.min(RECORD, MOST - others.size()), LENGTH));
            tags.putAll(others);
            return Optional.of(new KeyTags(tags));
        } catch (UnsupportedException full) {
            return Optional.empty();
        }
    }

    /** The tags with a record's mark and nothing else of it. Empty if they have it, or if there is no room even for that. */
    Optional<KeyTags> withMark(KeyRecord marked) {
        Map<String, String> tags = new HashMap<>(all);
        marked.attributes().compromisedSince().ifPresent(since -> tags.put(MARK, since.toString()));
        return tags.size() <= MOST && !tags.equals(all) ? Optional.of(new KeyTags(tags)) : Optional.empty();
    }
}
