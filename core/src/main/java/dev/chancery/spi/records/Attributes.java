package dev.chancery.spi.records;

import dev.chancery.key.KeyAttributes;
import dev.chancery.key.StateChange;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Changed copies of attributes that have less than before. */
final class Attributes {
    private Attributes() {}

    static KeyAttributes withoutLabel(KeyAttributes attributes, String name) {
        Map<String, String> labels = new TreeMap<>(attributes.labels());
        labels.remove(name);
        return with(attributes, attributes.history(), labels);
    }

    /** The youngest lines of the history alone. */
    static KeyAttributes withHistory(KeyAttributes attributes, int lines) {
        List<StateChange> history = attributes.history();
        return with(
                attributes, history.subList(Math.max(0, history.size() - lines), history.size()), attributes.labels());
    }

    private static KeyAttributes with(KeyAttributes attributes, List<StateChange> history, Map<String, String> labels) {
        return new KeyAttributes(
                attributes.state(),
                attributes.created(),
                attributes.signFrom(),
                attributes.signUntil(),
                attributes.verifyUntil(),
                attributes.compromisedSince(),
                attributes.ring(),
                attributes.origin(),
                attributes.defaultAlgorithm(),
                history,
                labels);
    }
}
