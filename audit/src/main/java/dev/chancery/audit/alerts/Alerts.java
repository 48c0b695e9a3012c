package dev.chancery.audit.alerts;

import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.options.AuditSink;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.record.EventType;
import dev.chancery.audit.record.MalformedLogException;
import dev.chancery.audit.record.StoredRecord;
import dev.chancery.error.ConfigurationException;
import dev.chancery.options.KeyEvent;
import dev.chancery.options.KeyListener;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for what is suspicious in the records of a log, and says so in the log ({@link AuditEvent#ALERT}) and to listeners
 * ({@link KeyEvent.Type#ALERT}): once when an incident begins, and once when it ends, with how many records it had.
 *
 * <pre>{@code
 * Alerts alerts = Alerts.builder().listener(webhook).build();
 * alerts.learn(directory, Instant.now().minus(Duration.ofDays(30)), 1_000_000);
 * AuditLog log = AuditLog.open(directory, signer, AuditOptions.builder().sink(alerts).build());
 * }</pre>
 *
 * <p>Thread-safe. Time is the records' own. No record makes memory grow beyond its bounds. It sees what this process writes,
 * and what passes a slow sink by ({@link AuditOptions#sinkQueue()}) it does not see. Of what the log tells of
 * itself ({@link EventType#LOG}) only damage is looked at: no alert leads to another.
 */
public final class Alerts implements AuditSink {
    private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);

    private final List<AlertRule> rules;
    private final List<KeyListener> listeners;
    private final Duration quiet;
    private final Duration longest;
    private final int incidents;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Incident> open = new LinkedHashMap<>();
    private Instant latest = Instant.MIN;
    private Instant nextEnd = Instant.MAX;
    private volatile Consumer<AuditRecord> log = nowhere -> {};

    /** What an incident is told from others by. */
    private record Key(String rule, String subject) {}

    private Alerts(Builder settings) {
        rules = List.copyOf(settings.rules.values());
        listeners = List.copyOf(settings.listeners);
        quiet = settings.quiet;
        longest = settings.longest;
        incidents = settings.incidents;
    }

    /**
     * Starts from the rules that are on by default.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Learns from an existing log what is usual, without alerts.
     *
     * @param directory the log's directory
     * @param since what is older is passed over
     * @param most after how many records it stops; those that the log tells of itself teach nothing and do not count
     * @return how many records it learnt from
     * @throws ConfigurationException if the directory holds no log
     * @throws MalformedLogException at the first line that is no record
     */
    public long learn(Path directory, Instant since, long most) {
        long[] learnt = {0};
        try (Stream<StoredRecord> stored = AuditReader.read(directory)) {
            stored.map(StoredRecord::record)
                    .filter(record ->
                            !isPassedOver(record) && !record.timestamp().isBefore(since))
                    .limit(most)
                    .forEach(record -> {
                        learn(record);
                        learnt[0]++;
                    });
        }
        return learnt[0];
    }

    /** Of what the log tells of itself, alerts among it, only damage is looked at: no alert leads to another. */
    private static boolean isPassedOver(AuditRecord record) {
        return record.event().type() == EventType.LOG && !AlertRule.isDamage(record);
    }

    private void learn(AuditRecord record) {
        lock.lock();
        try {
            judge(record, (rule, finding) -> {});
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void opened(Consumer<AuditRecord> opened) {
        log = opened;
    }

    @Override
    public void accept(AuditRecord record) {
        List<AuditRecord> alerts = new ArrayList<>();
        lock.lock();
        try {
            if (!isPassedOver(record)) {
                advance(record.timestamp(), alerts);
            }
            judge(record, (rule, finding) -> beginOrAdd(rule, record, finding).ifPresent(alerts::add));
        } finally {
            lock.unlock();
        }
        alerts.forEach(this::tell);
    }

    /** Who is told of a rule's finding. */
    @FunctionalInterface
    private interface Judge {
        void found(AlertRule rule, AlertRule.Finding finding);
    }

    private void judge(AuditRecord record, Judge judge) {
        if (isPassedOver(record)) {
            return;
        }
        for (AlertRule rule : rules) {
            try {
                rule.judge(record).ifPresent(finding -> judge.found(rule, finding));
            } catch (RuntimeException e) {
                LOG.warn("The rule {} failed on a record; the others go on.", rule.name(), e);
            }
        }
    }

    private Optional<AuditRecord> beginOrAdd(AlertRule rule, AuditRecord record, AlertRule.Finding finding) {
        Key key = new Key(rule.name(), finding.subject());
        if (!open.containsKey(key) && open.size() >= incidents) {
            key = new Key(rule.name(), "");
        }
        Incident known = open.get(key);
        if (known != null) {
            known.add(record, finding);
            return Optional.empty();
        }
        Incident incident = new Incident(rule.name(), record, finding);
        open.put(key, incident);
        Instant end = incident.end(quiet, longest);
        nextEnd = end.isBefore(nextEnd) ? end : nextEnd;
        return Optional.of(incident.makeFirstAlert());
    }

    /** Records come nearly in order. Where a clock was set back, what was open on the old time is over. */
    private void advance(Instant now, List<AuditRecord> alerts) {
        if (now.isAfter(latest)) {
            latest = now;
        } else if (Duration.between(now, latest).compareTo(quiet) > 0) {
            endAll(alerts);
            latest = now;
        }
        end(latest, alerts);
    }

    private void endAll(List<AuditRecord> alerts) {
        for (Incident incident : open.values()) {
            alerts.add(incident.makeLastAlert(latest));
        }
        open.clear();
        nextEnd = Instant.MAX;
    }

    /** Ends what is over by then. */
    private void end(Instant now, List<AuditRecord> alerts) {
        if (now.isBefore(nextEnd)) {
            return;
        }
        nextEnd = Instant.MAX;
        for (Iterator<Incident> each = open.values().iterator(); each.hasNext(); ) {
            Incident incident = each.next();
            Instant end = incident.end(quiet, longest);
            if (!now.isBefore(end)) {
                each.remove();
                alerts.add(incident.makeLastAlert(now));
            } else if (end.isBefore(nextEnd)) {
                nextEnd = end;
            }
        }
    }

    private void tell(AuditRecord alert) {
        log.accept(alert);
        String rule = alert.field("rule").orElseThrow();
        KeyEvent event = new KeyEvent(
                KeyEvent.Type.ALERT,
                alert.timestamp(),
                alert.field("store").map(Subjects::show).orElse("?"),
                Optional.empty(),
                Optional.empty(),
                rule + ": " + alert.field("reason").orElseThrow());
        for (KeyListener listener : listeners) {
            try {
                listener.onEvent(event);
            } catch (RuntimeException e) {
                LOG.warn(
                        "The listener {} failed on an alert; it is in the log.",
                        listener.getClass().getName(),
                        e);
            }
        }
    }

    /** Ends the open incidents. */
    @Override
    public void closing() {
        List<AuditRecord> alerts = new ArrayList<>();
        lock.lock();
        try {
            endAll(alerts);
        } finally {
            lock.unlock();
        }
        alerts.forEach(this::tell);
    }

    /** Ends the open incidents; listeners are not closed. */
    @Override
    public void close() {
        closing();
    }

    /** Collects rules and listeners. Not thread-safe. */
    public static final class Builder {
        private final Map<String, AlertRule> rules = new LinkedHashMap<>();
        private final List<KeyListener> listeners = new ArrayList<>();
        private Duration quiet = Duration.ofMinutes(10);
        private Duration longest = Duration.ofHours(1);
        private int incidents = 100;

        private Builder() {
            rule(AlertRule.signatureRate(Duration.ofMinutes(1), 10, 100, Duration.ofDays(1)));
            rule(AlertRule.newCaller(Duration.ofDays(1), 256));
            rule(AlertRule.newAddress(Duration.ofDays(1), 256));
            rule(AlertRule.denials(10, Duration.ofMinutes(1)));
            rule(AlertRule.failedVerifications(10, Duration.ofMinutes(1)));
            rule(AlertRule.unusableKey());
            rule(AlertRule.rotation());
            rule(AlertRule.compromise());
            rule(AlertRule.damagedLog());
        }

        /**
         * Adds a rule, in place of the one with the same name. A rule remembers: give each {@link Alerts} its own.
         *
         * @param value the rule
         * @return this builder
         */
        public Builder rule(AlertRule value) {
            rules.put(value.name(), value);
            return this;
        }

        /**
         * Removes a rule.
         *
         * @param name its name
         * @return this builder
         * @throws ConfigurationException if there is none of that name
         */
        public Builder without(String name) {
            if (rules.remove(name) == null) {
                throw new ConfigurationException("There is no rule " + Subjects.show(name) + " to remove. There are: "
                        + String.join(", ", rules.keySet()) + ".");
            }
            return this;
        }

        /**
         * Adds a listener that is told of alerts, on the thread of the log's sinks: one that is slow must hand its work on.
         *
         * @param value the listener, such as a {@code WebhookNotifier}; it stays open
         * @return this builder
         */
        public Builder listener(KeyListener value) {
            listeners.add(value);
            return this;
        }

        /**
         * Sets when an incident is over.
         *
         * @param after how long without a further record; 10 minutes by default
         * @param atLatest after how long in any case; the next record begins a new one, so that what goes on is told again;
         *     1 hour by default
         * @return this builder
         */
        public Builder quiet(Duration after, Duration atLatest) {
            if (after.isNegative() || after.isZero() || atLatest.compareTo(after) < 0) {
                throw new ConfigurationException(
                        "An incident is over after some time without a record, and no earlier than"
                                + " that at the latest.");
            }
            quiet = after;
            longest = atLatest;
            return this;
        }

        /**
         * Sets how many incidents may be open at once. What begins beyond that is one more incident for each rule.
         *
         * @param value the number, at least 1; 100 by default
         * @return this builder
         */
        public Builder incidents(int value) {
            if (value < 1) {
                throw new ConfigurationException("One incident at least must be able to be open.");
            }
            incidents = value;
            return this;
        }

        /**
         * Makes the alerts.
         *
         * @return the alerts
         */
        public Alerts build() {
            return new Alerts(this);
        }
    }
}
