package dev.chancery.backup.drill;

import dev.chancery.backup.archive.ArchiveId;
import dev.chancery.backup.internal.json.JsonTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
 * @param origin what was backed up, when and with what, as the archive says
 * @param signature {@code SIGNED}, {@code UNCHECKED}, {@code UNSIGNED} or {@code NO_MANIFEST}
 * @param inMemory whether the keys were restored into memory alone
 * @param findings what was looked at, key by key
 */
public record DrillReport(
        ArchiveId archive,
        Instant at,
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

    /**
     * The report for people: one page that needs nothing else.
     *
     * @return HTML in UTF-8
     */
    public byte[] html() {
        StringBuilder page = new StringBuilder("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>Restore drill</title>
                <style>
                :root { color-scheme: light dark; font-family: system-ui, sans-serif; }
                body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.4; }
                table { border-collapse: collapse; width: 100%; }
                th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #8888; overflow-wrap: anywhere; }
                .FAILED { font-weight: bold; }
                </style>
                </head>
                <body>
                """);
        page.append("<h1>Restore drill: ")
                .append(isGood() ? "everything would recover" : "not everything would recover")
                .append("</h1>\n<p>Archive ")
                .append(archive)
                .append(", ")
                .append(at)
                .append(". ")
                .append(origin.map(text -> "Backed up: " + escape(text) + ". ").orElse("It has no manifest. "))
                .append("Its signature: ")
                .append(escape(signature))
                .append(".</p>\n<table>\n<thead><tr><th scope=\"col\">What</th><th scope=\"col\">Check</th>")
                .append("<th scope=\"col\">Result</th><th scope=\"col\">Found</th></tr></thead>\n<tbody>\n");
        for (Result result : List.of(Result.FAILED, Result.NOTE, Result.OK)) {
            findings.stream().filter(finding -> finding.result() == result).forEach(finding -> row(page, finding));
        }
        page.append("</tbody>\n</table>\n</body>\n</html>\n");
        return page.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void row(StringBuilder page, Finding finding) {
        page.append("<tr class=\"").append(finding.result()).append("\"><td>");
        page.append(escape(finding.subject())).append("</td><td>").append(escape(finding.check()));
        page.append("</td><td>").append(finding.result()).append("</td><td>");
        page.append(escape(finding.what())).append("</td></tr>\n");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
