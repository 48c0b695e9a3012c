package dev.chancery.provider.aws;

import dev.chancery.KeyAttributes;
import dev.chancery.KeyName;
import dev.chancery.spi.CompactAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.kms.model.Tag;

/**
 * What a key's tags say, each of ours under {@code chancery:}. A tag is emptied, never removed: so that a change is one call, all or
 * nothing, and needs no further permission. Each change counts the revision up, which tells an old answer from a new one.
 *
 * @param values our tags by their names without the prefix
 */
record KeyTags(Map<String, String> values) {
    private static final String OURS = "chancery:";
    private static final String REVISION = "revision";
    private static final String FINGERPRINT = "fingerprint";
    private static final String REQUEST = "request";
    private static final String NAME = "name";
    private static final String PREFIX = "prefix";

    /** KMS takes 50 tags for a key, with values of 256 characters; ten are left to the user, five are the four above and the revision. */
    private static final int FIELDS = 35;

    private static final int LENGTH = 256;

    static KeyTags of(List<Tag> tags) {
        Map<String, String> values = new HashMap<>();
        for (Tag tag : tags) {
            if (tag.tagKey() != null && tag.tagKey().startsWith(OURS)) {
                values.put(tag.tagKey().substring(OURS.length()), tag.tagValue() == null ? "" : tag.tagValue());
            }
        }
        return new KeyTags(Map.copyOf(values));
    }

    static KeyTags fresh(KeyAttributes attributes, String requestId, KeyName name, String prefix) {
        Map<String, String> values = new HashMap<>(CompactAttributes.encode(attributes, FIELDS, LENGTH));
        values.put(REQUEST, requestId);
        values.put(NAME, name.value());
        values.put(PREFIX, prefix);
        values.put(REVISION, "1");
        return new KeyTags(Map.copyOf(values));
    }

    /** Whether somebody has put anything of ours there. */
    boolean isOurs() {
        return values.containsKey("state");
    }

    KeyAttributes attributes() {
        return CompactAttributes.decode(values);
    }

    KeyTags with(KeyAttributes attributes, String fingerprint) {
        Map<String, String> changed = new HashMap<>(values);
        Map<String, String> encoded = CompactAttributes.encode(attributes, FIELDS, LENGTH);
        CompactAttributes.dropped(values, encoded).forEach(name -> changed.put(name, ""));
        changed.putAll(encoded);
        changed.put(FINGERPRINT, fingerprint);
        changed.put(REVISION, Long.toString(revision() + 1));
        return new KeyTags(Map.copyOf(changed));
    }

    long revision() {
        String text = values.getOrDefault(REVISION, "");
        return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : 0;
    }

    Optional<String> fingerprint() {
        return Optional.ofNullable(values.get(FINGERPRINT)).filter(value -> !value.isEmpty());
    }

    Optional<String> request() {
        return Optional.ofNullable(values.get(REQUEST));
    }

    Optional<String> name() {
        return Optional.ofNullable(values.get(NAME));
    }

    boolean isUnder(String prefix) {
        return prefix.equals(values.get(PREFIX));
    }

    List<Tag> all() {
        return changedSince(new KeyTags(Map.of()));
    }

    /** Only what differs: two writers who change different things do not undo each other. */
    List<Tag> changedSince(KeyTags before) {
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
