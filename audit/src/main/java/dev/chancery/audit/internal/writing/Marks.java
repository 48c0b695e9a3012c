package dev.chancery.audit.internal.writing;

import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.error.ConfigurationException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyState;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The keys that a log has as compromised, by fingerprint, with the time since when: a store that was put back to an older state has
 * forgotten them. And when a key was suspended last, as the log has it: a process that was killed may not have told it.
 */
public final class Marks {
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");

    private final Map<String, CompromisedSince> since = new TreeMap<>();
    private final Map<String, Instant> suspended = new TreeMap<>();

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
        String fingerprint = record.field("fingerprint").orElse("");
        if (record.event() == AuditEvent.KEY_COMPROMISED) {
            add(fingerprint, record.field("compromised_since").orElse(""));
        } else if (record.field("to_state").equals(Optional.of(KeyState.SUSPENDED.name()))) {
            addSuspension(fingerprint, record.timestamp());
        }
    }

    /** Takes note of a suspension. */
    void addSuspension(String fingerprint, Instant at) {
        if (FINGERPRINT.matcher(fingerprint).matches()) {
            suspended.merge(fingerprint, at, (one, other) -> one.isAfter(other) ? one : other);
        }
    }

    /** Adds a mark, of which the earliest stands; one of no time is of an unknown one. */
    void add(String fingerprint, String compromisedSince) {
        if (FINGERPRINT.matcher(fingerprint).matches()) {
            add(fingerprint, parse(compromisedSince));
        }
    }

    private static CompromisedSince parse(String compromisedSince) {
        try {
            return CompromisedSince.at(Instant.parse(compromisedSince));
        } catch (DateTimeParseException | ConfigurationException e) {
            return CompromisedSince.UNKNOWN;
        }
    }

    private void add(String fingerprint, CompromisedSince mark) {
        since.merge(fingerprint, mark, CompromisedSince::earlier);
    }

    private void addAll(Marks others) {
        others.since.forEach(this::add);
        others.suspended.forEach(this::addSuspension);
    }

    /** Since when a key is compromised, as the log has it; empty if the log has no mark of it. */
    public Optional<CompromisedSince> of(String fingerprint) {
        return Optional.ofNullable(since.get(fingerprint));
    }

    /** All of them, by fingerprint. */
    public Map<String, CompromisedSince> all() {
        return since;
    }

    /** When a key was suspended last, as the log has it, by fingerprint. */
    public Map<String, Instant> suspensions() {
        return suspended;
    }
}
