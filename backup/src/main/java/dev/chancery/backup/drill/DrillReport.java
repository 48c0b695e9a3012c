package dev.chancery.backup.drill;

import dev.chancery.backup.archive.ArchiveId;
import dev.chancery.backup.internal.json.JsonTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of a drill.
 *
 * @param archive the archive's id
 * @param at when
 * @param store the location of the store that was backed up, as the archive says
 * @param origin what was backed up, when and with what, as the archive says
 * @param signature {@code SIGNED}, {@code UNCHECKED}, {@code UNSIGNED} or {@code NO_MANIFEST}
 * @param inMemory whether the keys were restored into memory alone
 * @param findings what was looked at, key by key
 */
public record DrillReport(
        ArchiveId archive,
        Instant at,
        Optional<String> store,
        Optional<String> origin,
        String signature,
        boolean inMemory,
        List<Finding> findings) {

    /** Keeps a copy. */
    public DrillReport {
        findings = List.copyOf(findings);
    }

    /**
     * Something that was looked at.
     *
     * @param subject the key's id, or the ring's name
     * @param check {@code restored}, {@code loads}, {@code signs}, {@code live} or {@code log}
     * @param result how it is
     * @param what a sentence
     */
    public record Finding(String subject, String check, Result result, String what) {}

    /** How something is. */
    public enum Result {
        /** It would recover. */
        OK,
        /** It is not so, and is no fault: a key that cannot be exported, one that is older than the live one. */
        NOTE,
        /** It would not recover. */
        FAILED
    }

    /**
     * Whether everything would recover.
     *
     * @return {@code false} if one finding says that something would not
     */
    public boolean isGood() {
        return findings.stream().noneMatch(finding -> finding.result() == Result.FAILED);
    }

    /**
     * How many findings are so.
     *
     * @param result how
     * @return their number
     */
    public long count(Result result) {
        return findings.stream().filter(finding -> finding.result() == result).count();
    }

    /**
     * The report for programs.
     *
     * @return JSON in UTF-8
     */
    public byte[] json() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("archive", archive.value());
        tree.put("at", at.toString());
        store.ifPresent(location -> tree.put("store", location));
        origin.ifPresent(text -> tree.put("origin", text));
        tree.put("signature", signature);
        tree.put("inMemory", inMemory);
        tree.put("good", isGood());
        List<Map<String, Object>> list = new ArrayList<>();
        for (Finding finding : findings) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("subject", finding.subject());
            one.put("check", finding.check());
            one.put("result", finding.result().name());
            one.put("what", finding.what());
            list.add(one);
        }
        tree.put("findings", list);
        try {
            return JsonTree.write(tree);
        } catch (IOException e) {
            throw new UncheckedIOException("Memory takes JSON.", e);
        }
    }
}
