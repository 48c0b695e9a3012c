package dev.chancery.audit.alerts;

import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link AlertRule#newCaller} and {@link AlertRule#newAddress}. Remembers hashes, so that long values take no more room. */
final class FirstSeenRule implements AlertRule {
    private final String name;
    private final String field;
    private final String what;
    private final Duration learning;
    private final int remembered;
    private final Subjects<Known> known = new Subjects<>(Known::new);

    FirstSeenRule(String name, String field, String what, Duration learning, int remembered) {
        if (learning.isNegative() || remembered < 1 || remembered > 1 << 16) {
            throw new ConfigurationException(
                    "The rule " + name + " learns for no negative time, and remembers 1 to 65,536 of each key.");
        }
        this.name = name;
        this.field = field;
        this.what = what;
        this.learning = learning;
        this.remembered = remembered;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<Finding> judge(AuditRecord record) {
        Optional<String> value = record.field(field);
        boolean passedOver = value.isEmpty() && !field.equals("user_id");
        if (record.event() != AuditEvent.KEY_USED || passedOver || record.isSelfTest()) {
            return Optional.empty();
        }
        String key = Subjects.key(record);
        if (!known.of(key).isStranger(value.orElse(""), record.timestamp())) {
            return Optional.empty();
        }
        String who = value.map(text -> "'" + Subjects.show(text) + "'").orElse("nobody");
        return Optional.of(
                new Finding(key, "The " + what + " " + who + " was never seen to use " + key + " before.", 1));
    }

    /** The first half of a SHA-256: an attacker finds no second caller with it. */
    private record Digest(long first, long second) {
        static Digest of(String value) {
            ByteBuffer hash = ByteBuffer.wrap(Sha256.digest().digest(value.getBytes(StandardCharsets.UTF_8)));
            return new Digest(hash.getLong(), hash.getLong());
        }
    }

    /** Who used one key. */
    private final class Known {
        private final Map<Digest, Boolean> values = new Subjects.Latest<>(remembered);
        private @Nullable Instant first;
        private boolean learnt;

        boolean isStranger(String value, Instant now) {
            boolean isNew = values.put(Digest.of(value), true) == null;
            if (first == null) {
                first = now;
                return false;
            }
            learnt = learnt || !now.isBefore(first.plus(learning));
            return isNew && learnt;
        }
    }
}
