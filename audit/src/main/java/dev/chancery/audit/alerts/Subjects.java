package dev.chancery.audit.alerts;

import dev.chancery.audit.record.AuditRecord;
import dev.chancery.spi.support.Printable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What a rule remembers of each thing it watches: of those seen last, however many there are. Not thread-safe. */
final class Subjects<T> {
    /** A store with more rings than this has other worries. */
    static final int MOST = 1_000;

    private static final int SHOWN = 100;

    private final Map<String, T> states;
    private final Supplier<T> fresh;

    Subjects(Supplier<T> fresh) {
        this.fresh = fresh;
        this.states = new Latest<>(MOST);
    }

    T of(String subject) {
        return states.computeIfAbsent(subject, unknown -> fresh.get());
    }

    /** The key that a record is about, as its ring where it has one. */
    static String key(AuditRecord record) {
        String what = record.field("ring")
                .map(ring -> "ring " + show(ring))
                .orElse("key " + show(record.field("key_id").orElse("?")));
        return what + " in " + store(record);
    }

    /** The very key, and the ring that it belongs to. */
    static String member(AuditRecord record) {
        String key = "key " + show(record.field("key_id").orElse("?"));
        return record.field("ring").isPresent() ? key + " of " + key(record) : key(record);
    }

    static String store(AuditRecord record) {
        return show(record.field("store").orElse("?"));
    }

    static String caller(AuditRecord record) {
        return record.field("user_id").map(user -> "'" + show(user) + "'").orElse("nobody");
    }

    /** A value from outside, for a sentence. */
    static String show(String value) {
        return Printable.of(value, SHOWN);
    }

    /** A map that forgets what was not asked for the longest. */
    static final class Latest<K, V> extends LinkedHashMap<K, V> {
        private static final long serialVersionUID = 1;

        private final int most;

        public Latest(int most) {
            super(16, 0.75f, true);
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > most;
        }
    }
}
