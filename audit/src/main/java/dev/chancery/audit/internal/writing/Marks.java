package dev.chancery.audit.internal.writing;

import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.record.AuditRecord;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The keys that a log has as compromised, by fingerprint, with the time since when: a store that was put back to an older state has
 * forgotten them.
 */
public final class Marks {
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");

    /** A time, or that none is known. */
    private static final Pattern SINCE = Pattern.compile("[A-Za-z0-9:.-]{1,40}");

    private final Map<String, String> since = new TreeMap<>();

    /** What all chains of a log say. */
    public static Marks ofLog(LogContext context) throws IOException {
        Marks marks = new Marks();
        Optional<String> id = LogIdentity.find(context);
        for (ChainDirectory chain : ChainDirectory.all(context.log())) {
            if (id.isPresent()) {
                marks.addAll(ChainSummary.of(chain, context, id.get()).marks());
            }
        }
        return marks;
    }

    /** Adds what a record says. */
    void add(AuditRecord record) {
        add(
                record.field("fingerprint").orElse(""),
                record.field("compromised_since").orElse(""));
    }

    /** Adds a mark; what is none is passed over. */
    void add(String fingerprint, String compromisedSince) {
        if (FINGERPRINT.matcher(fingerprint).matches()
                && SINCE.matcher(compromisedSince).matches()) {
            since.put(fingerprint, compromisedSince);
        }
    }

    private void addAll(Marks others) {
        since.putAll(others.since);
    }

    /** Since when a key is compromised, as the log has it; empty if the log has no mark of it. */
    public Optional<String> of(String fingerprint) {
        return Optional.ofNullable(since.get(fingerprint));
    }

    /** All of them, by fingerprint. */
    public Map<String, String> all() {
        return since;
    }
}
