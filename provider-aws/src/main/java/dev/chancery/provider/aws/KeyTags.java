package dev.chancery.provider.aws;

import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyName;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.RecordFields;
import dev.chancery.spi.records.StoredRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.kms.model.Tag;

/**
 * What a key's tags say, each of ours under {@code chancery:}. A tag is emptied, never removed: so a change is one call, all or
 * nothing, and needs no permission to remove tags.
 *
 * @param values our tags by their names without the prefix
 * @param others how many tags the key's owner has given it
 */
record KeyTags(Map<String, String> values, int others) {
    /** KMS takes 50 tags for a key, with values of 256 characters. */
    static final int MOST = 50;

    static final KeyTags NONE = new KeyTags(Map.of(), 0);

    private static final String OURS = "chancery:";
    private static final String REQUEST = "request";
    private static final String NAME = "name";
    private static final String PREFIX = "prefix";
    private static final int LENGTH = 256;

    /** Ten tags are left to the owner; four are the three above and the place that is kept free for a mark. */
    private static final int FIELDS = 36;

    static KeyTags of(List<Tag> tags) {
        Map<String, String> values = new HashMap<>();
        for (Tag tag : tags) {
            if (tag.tagKey() != null && tag.tagKey().startsWith(OURS)) {
                values.put(tag.tagKey().substring(OURS.length()), tag.tagValue() == null ? "" : tag.tagValue());
            }
        }
        return new KeyTags(values, tags.size() - values.size());
    }

    /**
     * The tags of a new key. The mark's tag is there from the beginning, empty, so that a mark finds room beside all tags that the owner adds.
     *
     * @throws UnsupportedException if there is no room for the labels
     */
    static KeyTags fresh(KeyRecord record, String requestId, KeyName name, String prefix) {
        RecordFields.requireRoom(record, FIELDS, LENGTH);
        Map<String, String> values = new HashMap<>(RecordFields.encode(record, FIELDS, LENGTH));
        values.putIfAbsent(RecordFields.COMPROMISED_SINCE, "");
        values.put(REQUEST, requestId);
        values.put(NAME, name.value());
        values.put(PREFIX, prefix);
        return new KeyTags(values, 0);
    }

    KeyTags {
        values = Map.copyOf(values);
    }

    // --- what they say

    StoredRecord record() {
        return RecordFields.decode(values, version());
    }

    /** All that a later change has to know of what was read; {@link #ofVersion} reads it. */
    private String version() {
        StringBuilder version = new StringBuilder().append(others);
        new TreeMap<>(values)
                .forEach((name, value) ->
                        version.append('\n').append(name).append('\n').append(value));
        return version.toString();
    }

    /** The tags that a record was read from. */
    static KeyTags ofVersion(String version) {
        String[] lines = version.split("\n", -1);
        Map<String, String> values = new HashMap<>();
        for (int i = 1; i + 1 < lines.length; i += 2) {
            values.put(lines[i], lines[i + 1]);
        }
        return new KeyTags(values, Integer.parseInt(lines[0]));
    }

    Optional<String> request() {
        return Optional.ofNullable(values.get(REQUEST));
    }

    Optional<String> name() {
        return Optional.ofNullable(values.get(NAME));
    }

    /** The prefix of the store that made the key. */
    Optional<String> prefix() {
        return Optional.ofNullable(values.get(PREFIX));
    }

    // --- what they shall say

    /** The tags of a changed record: as much of history and labels as there is room for. Empty if there is none for the rest. */
    Optional<KeyTags> with(KeyRecord changed) {
        boolean roomForMark = values.containsKey(RecordFields.COMPROMISED_SINCE)
                || changed.attributes().compromisedSince().isPresent();
        return with(changed, roomForMark ? MOST : MOST - 1).or(() -> with(changed, MOST));
    }

    private Optional<KeyTags> with(KeyRecord changed, int most) {
        return RecordFields.fit(values, changed, FIELDS, LENGTH, most - others).map(all -> new KeyTags(all, others));
    }

    /** The tags with a record's mark and nothing else of it. Empty if they have it, or if there is no room even for that. */
    Optional<KeyTags> withMark(KeyRecord marked) {
        Map<String, String> all = new HashMap<>(values);
        marked.attributes()
                .compromisedSince()
                .ifPresent(since -> all.put(RecordFields.COMPROMISED_SINCE, since.toString()));
        boolean fits = all.size() + others <= MOST;
        return fits && !all.equals(values) ? Optional.of(new KeyTags(all, others)) : Optional.empty();
    }

    /** All of them, with the owner's for a new key. */
    List<Tag> all(Map<String, String> owners) {
        List<Tag> all = new ArrayList<>(changesSince(NONE));
        owners.forEach((name, value) ->
                all.add(Tag.builder().tagKey(name).tagValue(value).build()));
        return all;
    }

    /** Only what differs: two writers who change different things do not undo each other. */
    List<Tag> changesSince(KeyTags before) {
        return values.entrySet().stream()
                .filter(tag -> !tag.getValue().equals(before.values.get(tag.getKey())))
                .sorted(Map.Entry.comparingByKey())
                .map(tag -> Tag.builder()
                        .tagKey(OURS + tag.getKey())
                        .tagValue(tag.getValue())
                        .build())
                .toList();
    }
}
