package dev.chancery.cli.report;

import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.StoredRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an audit log says of the use of keys, in the memory of the days and keys that are counted.
 *
 * @param log the log's directory
 * @param records how many records count
 * @param first the time of the first
 * @param last the time of the last
 * @param signatures of each key, by id: how many signatures on each day, in UTC, those of health checks left out
 * @param failures how many uses and changes were denied or failed
 * @param recent the last alerts, backups, drills and refused restores, the newest first
 */
record Use(
        Path log,
        long records,
        Optional<Instant> first,
        Optional<Instant> last,
        Map<String, TreeMap<LocalDate, Long>> signatures,
        long failures,
        Map<AuditEvent, List<AuditRecord>> recent) {

    /** How many alerts are kept, and how many of each of the others. */
    static final int MOST_EVENTS = 20;

    /** An outsider's ids would fill the memory; what is more counts as one. */
    static final int MOST_KEYS = 10_000;

    static final String OTHERS = "(others)";

    /**
     * Counts records.
     *
     * @param vouchedFor those that something vouches for
     * @param store the store whose keys are counted; the log may have others
     */
    static Use of(Path log, Stream<StoredRecord> vouchedFor, String store) {
        Counting counting = new Counting(store);
        for (Iterator<StoredRecord> each = vouchedFor.iterator(); each.hasNext(); ) {
            counting.add(each.next().record());
        }
        return new Use(
                log,
                counting.records,
                Optional.ofNullable(counting.first),
                Optional.ofNullable(counting.last),
                counting.signatures,
                counting.failures,
                counting.recent.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, kept -> List.copyOf(kept.getValue()))));
    }

    /** How many signatures a key has made. */
    long total(String key) {
        return signatures.getOrDefault(key, new TreeMap<>()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** The last of an event, the newest first. */
    List<AuditRecord> recent(AuditEvent event) {
        return recent.getOrDefault(event, List.of());
    }

    /** The last backup or drill that went well. */
    Optional<AuditRecord> lastGood(AuditEvent event) {
        return recent(event).stream().filter(AuditRecord::isDone).findFirst();
    }

    /** What has been counted so far. */
    private static final class Counting {
        private final Map<String, TreeMap<LocalDate, Long>> signatures = new TreeMap<>();
        private final Map<AuditEvent, Deque<AuditRecord>> recent = new EnumMap<>(AuditEvent.class);
        private final String store;
        private long records;
        private long failures;
        private @Nullable Instant first;
        private @Nullable Instant last;

        private Counting(String store) {
            this.store = store;
        }

        private void add(AuditRecord record) {
            records++;
            first = first == null || record.timestamp().isBefore(first) ? record.timestamp() : first;
            last = last == null || record.timestamp().isAfter(last) ? record.timestamp() : last;
            switch (record.event()) {
                case SIGNATURE_GENERATED -> {
                    if (!record.isSelfTest()) {
                        record.field("key_id").ifPresent(key -> count(key, record));
                    }
                }
                case DENIED, OPERATION_FAILED, CHANGE_FAILED -> failures++;
                case ALERT, RESTORE_REFUSED -> keep(record);
                case BACKUP_MADE, DRILL_PERFORMED -> {
                    if (record.isOf(store)) {
                        keep(record);
                    }
                }
                default -> {}
            }
        }

        private void count(String id, AuditRecord record) {
            if (!record.isOf(store)) {
                return;
            }
            String key = signatures.size() < MOST_KEYS || signatures.containsKey(id) ? id : OTHERS;
            signatures
                    .computeIfAbsent(key, unknown -> new TreeMap<>())
                    .merge(LocalDate.ofInstant(record.timestamp(), ZoneOffset.UTC), 1L, Long::sum);
        }

        private void keep(AuditRecord record) {
            Deque<AuditRecord> kept = recent.computeIfAbsent(record.event(), first -> new ArrayDeque<>());
            kept.addFirst(record);
            if (kept.size() > MOST_EVENTS) {
                kept.removeLast();
            }
        }
    }
}
