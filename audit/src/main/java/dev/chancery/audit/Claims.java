package dev.chancery.audit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What others say of the chains: checkpoints, anchors, and the first lines of other chains' segments. */
final class Claims {
    private final Map<String, NavigableMap<Long, List<Claim>>> byChain = new HashMap<>();

    /** Who says so. */
    enum Source {
        CHECKPOINT,
        ANCHOR,
        OTHER_CHAIN
    }

    /**
     * That a chain had that many records, the last of them with that hash.
     *
     * @param records how many
     * @param hash 64 hexadecimal digits
     * @param source who says so
     * @param file where
     * @param line the line there, or which note
     */
    record Claim(long records, String hash, Source source, Path file, long line) {
        String by() {
            return switch (source) {
                case CHECKPOINT -> "a checkpoint (" + file.getFileName() + ", number " + line + ")";
                case ANCHOR -> "the anchor";
                case OTHER_CHAIN -> "another chain (" + file + ", line " + line + ")";
            };
        }
    }

    void add(String chain, Claim claim) {
        byChain.computeIfAbsent(chain, id -> new TreeMap<>())
                .computeIfAbsent(claim.records(), n -> new ArrayList<>())
                .add(claim);
    }

    /** What is said of one chain, by number of records. */
    NavigableMap<Long, List<Claim>> of(String chain) {
        return byChain.getOrDefault(chain, new TreeMap<>());
    }

    /** The chains that anything is said of. */
    Iterable<String> chains() {
        return byChain.keySet();
    }
}
