package dev.chancery.audit.verification;

import dev.chancery.audit.checkpoint.Checkpoint;
import java.nio.file.Path;
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
    private final Map<String, NavigableMap<Long, List<Claim>>> signed = new HashMap<>();
    private final List<OfOtherChain> ofOtherChains = new ArrayList<>();
    private final Set<String> anchored = new HashSet<>();

    /**
     * That a chain had that many records, the last of them with that hash; says a checkpoint or an anchor.
     *
     * @param records how many
     * @param hash 64 hexadecimal digits
     * @param by who says so
     */
    record Claim(long records, String hash, String by) {}

    /**
     * The same, said by the first line of another chain's segment; worth as much as that line.
     *
     * @param segment the segment
     * @param chain the chain that is spoken of
     * @param records how many records
     * @param hash 64 hexadecimal digits
     */
    record OfOtherChain(Path segment, String chain, long records, String hash) {}

    void add(String chain, Claim claim) {
        signed.computeIfAbsent(chain, id -> new TreeMap<>())
                .computeIfAbsent(claim.records(), n -> new ArrayList<>())
                .add(claim);
    }

    /** What an anchor says, whose signature is right if there is a key. */
    void addAnchor(Checkpoint anchor) {
        add(anchor.chain(), new Claim(anchor.records(), anchor.hash(), "the anchor"));
        anchored.add(anchor.note());
    }

    /** Whether an anchor is this very note: as a rule it is one of the log's own, and checking signatures takes time. */
    boolean isAnchored(Checkpoint checkpoint) {
        return anchored.contains(checkpoint.note());
    }

    void add(OfOtherChain claim) {
        ofOtherChains.add(claim);
    }

    /** What checkpoints and anchors say of one chain, by number of records. */
    NavigableMap<Long, List<Claim>> of(String chain) {
        return signed.getOrDefault(chain, new TreeMap<>());
    }

    /** What the chains say of each other. */
    List<OfOtherChain> ofOtherChains() {
        return ofOtherChains;
    }

    /** The records of a chain that other chains speak of. */
    Set<Long> numbersOf(String chain) {
        Set<Long> records = new HashSet<>();
        for (OfOtherChain claim : ofOtherChains) {
            if (claim.chain().equals(chain)) {
                records.add(claim.records());
            }
        }
        return records;
    }

    /** The chains that checkpoints or anchors speak of. */
    Iterable<String> chains() {
        return signed.keySet();
    }
}
