package dev.chancery.audit.internal.writing;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.line.LineReader;
import dev.chancery.audit.internal.line.LineSeal;
import dev.chancery.audit.internal.line.SegmentStart;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.MalformedLogException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The keys that a log has as compromised, by fingerprint, with the time since when: a store that was put back to an older state has
 * forgotten them. And when a key was suspended last, as the log has it: a process that was killed may not have told it. All this is in the
 * lines; beside a chain's last checkpoint is what the lines up to there say, so that an opening need not read them all.
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
                marks.addAll(ofChain(chain, context, id.get()));
            }
        }
        return marks;
    }

    /** What one chain says, by its rightly sealed lines: from where the cache reaches, else from its first line. */
    static Marks ofChain(ChainDirectory chain, LogContext context, String id) throws IOException {
        Marks marks = new Marks();
        Optional<EdgeCache> from = Optional.empty();
        for (Path segment : chain.segments()) {
            Optional<SegmentStart> start = SegmentStart.of(segment, chain.number());
            if (start.isEmpty()
                    || !start.get().origin().log().equals(id)
                    || start.get().origin().slot() != chain.number()) {
                continue;
            }
            LineSeal seal = new LineSeal(context.signer().sealKey(start.get().origin()));
            if (from.isEmpty()) {
                from = cached(chain, context, id, seal);
                from.ifPresent(edge -> marks.addAll(edge.marks()));
            }
            int number = ChainDirectory.numberOf(segment);
            if (from.isEmpty() || number > from.get().segment()) {
                marks.read(segment, 0, seal, chain.number());
            } else if (number == from.get().segment()) {
                marks.read(segment, from.get().bytes(), seal, chain.number());
            }
        }
        return marks;
    }

    private static Optional<EdgeCache> cached(ChainDirectory chain, LogContext context, String id, LineSeal seal)
            throws IOException {
        Optional<Checkpoint> last = chain.lastCheckpoint(stated -> context.believes(stated, id, chain.number()));
        return last.flatMap(stated -> EdgeCache.read(chain, stated, seal));
    }

    private void read(Path segment, long from, LineSeal seal, int chain) throws IOException {
        try (LineReader lines = new LineReader(segment, from, seal)) {
            while (lines.next()) {
                AuditEvent event = lines.event();
                if ((event == AuditEvent.KEY_COMPROMISED || event == AuditEvent.KEY_STATE_CHANGED)
                        && lines.isSealed()) {
                    add(lines.record(chain).record());
                }
            }
        } catch (MalformedLogException e) {
            // Not sealed either, and the verifier's to tell of.
        }
    }

    private void add(AuditRecord record) {
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
