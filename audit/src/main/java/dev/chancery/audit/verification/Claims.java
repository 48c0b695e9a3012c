package dev.chancery.audit.verification;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** What is said of chains by others than their own lines. */
final class Claims {
    private final Map<Origin, NavigableMap<Long, List<Claim>>> claims = new HashMap<>();
    private final Set<String> anchored = new HashSet<>();

    /**
     * That a chain had that many lines; says a checkpoint, an anchor, or the log's own chain.
     *
     * @param size how many
     * @param root the root of the tree over them, 64 hexadecimal digits
     * @param by who says so
     */
    record Claim(long size, String root, String by) {}

    void add(Origin chain, Claim claim) {
        claims.computeIfAbsent(chain, origin -> new TreeMap<>())
                .computeIfAbsent(claim.size(), n -> new ArrayList<>())
                .add(claim);
    }

    /** What an anchor says, whose signature is right if there is a key. */
    void addAnchor(Checkpoint anchor) {
        add(anchor.origin(), new Claim(anchor.size(), anchor.root(), "the anchor"));
        anchored.add(anchor.note());
    }

    /** Whether an anchor is this very note: as a rule it is one of the log's own, and checking signatures takes time. */
    boolean isAnchored(Checkpoint checkpoint) {
        return anchored.contains(checkpoint.note());
    }

    /** What is said of one chain, by number of lines. */
    NavigableMap<Long, List<Claim>> of(Origin chain) {
        return claims.getOrDefault(chain, new TreeMap<>());
    }

    /** The chains that are spoken of. */
    Set<Origin> chains() {
        return claims.keySet();
    }
}
