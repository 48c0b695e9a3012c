package dev.chancery.audit.alerts;

import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.error.ConfigurationException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link AlertRule#signatureRate}. */
final class SignatureRateRule implements AlertRule {
    private static final double HALF_LIFE_MILLIS = Duration.ofDays(7).toMillis();

    /** Threads tell of their records a little out of order; a minute is no thread's doing. */
    private static final long REORDERED_MILLIS = Duration.ofMinutes(1).toMillis();

    private final long windowMillis;
    private final int factor;
    private final int atLeast;
    private final Duration learning;
    private final Subjects<Rate> rates = new Subjects<>(Rate::new);

    SignatureRateRule(Duration window, int factor, int atLeast, Duration learning) {
        if (window.toMillis() < 1 || factor < 1 || atLeast < 1 || learning.isNegative()) {
            throw new ConfigurationException(
                    "A signature rate has a window of 1 ms or more, a factor and a least number of"
                            + " 1 or more, and no negative time to learn.");
        }
        this.windowMillis = window.toMillis();
        this.factor = factor;
        this.atLeast = atLeast;
        this.learning = learning;
    }

    @Override
    public String name() {
        return "signature_rate";
    }

    @Override
    public Optional<Finding> judge(AuditRecord record) {
        boolean made =
                record.event() == AuditEvent.SIGNATURE_GENERATED || record.event() == AuditEvent.SIGNATURE_WITHHELD;
        if (!made || record.isSelfTest()) {
            return Optional.empty();
        }
        String key = Subjects.key(record);
        return rates.of(key).count(record.timestamp(), key);
    }

    /** The signatures of one key. */
    private final class Rate {
        private @Nullable Instant first;
        private long window;
        private long count;
        private double usual;
        private boolean learnt;

        Optional<Finding> count(Instant now, String key) {
            long current = Math.floorDiv(now.toEpochMilli(), windowMillis);
            if (first == null) {
                first = now;
                window = current;
            }
            if (current > window) {
                close(current);
            } else if (now.toEpochMilli() < window * windowMillis - REORDERED_MILLIS) {
                window = current; // the clock was set back
                count = 0;
            }
            // After the window that was still for learning is closed.
            learnt = learnt || !now.isBefore(first.plus(learning));
            count++;
            if (!learnt || count <= limit()) {
                return Optional.empty();
            }
            boolean crossed = count == limit() + 1;
            return Optional.of(new Finding(
                    key,
                    "More than " + limit() + " signatures with " + key + " within " + Duration.ofMillis(windowMillis)
                            + "; usual are up to " + Math.round(usual) + ".",
                    crossed ? count : 1));
        }

        private void close(long next) {
            if (!learnt || count <= limit()) {
                usual = Math.max(usual, (double) count);
            }
            usual *= Math.pow(0.5, (double) (next - window) * windowMillis / HALF_LIFE_MILLIS);
            window = next;
            count = 0;
        }

        private long limit() {
            return Math.max(atLeast, Math.round(factor * usual));
        }
    }
}
