package dev.chancery.audit.options;

import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.spi.support.Printable;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Tells SLF4J of each record, as a message that begins with the event and as key-values behind it, so that
 * {@code journalctl | grep SIGNATURE_GENERATED} works with any backend and a structured one loses nothing. Values are
 * escaped as in the log: none can begin a line.
 */
public final class Slf4jSink implements AuditSink {
    private static final Logger LOG = LoggerFactory.getLogger("dev.chancery.audit.records");

    /** Makes the sink; its logger is {@code dev.chancery.audit.records}. */
    public Slf4jSink() {}

    @Override
    public void accept(AuditRecord record) {
        Level level = level(record.event());
        if (!LOG.isEnabledForLevel(level)) {
            return;
        }
        LoggingEventBuilder event = LOG.atLevel(level)
                .addKeyValue("event_type", record.event().type().name());
        for (var field : record.fields().entrySet()) {
            event = event.addKeyValue(field.getKey(), show(field.getValue()));
        }
        event.log(record.event().name());
    }

    private static Level level(AuditEvent event) {
        return switch (event) {
            case DENIED, OPERATION_FAILED, CHANGE_FAILED, SIGNATURE_WITHHELD, KEY_COMPROMISED -> Level.WARN;
            case LOG_REPAIRED, LOG_RESUMED, RECORDS_MISSING, ALERT -> Level.WARN;
            case LOG_LOST -> Level.ERROR;
            default -> Level.INFO;
        };
    }

    private static Object show(Object value) {
        if (!(value instanceof String || value instanceof List)) {
            return value;
        }
        String quotable = value.toString().replace("\\", "\\\\").replace("\"", "\\\"");
        return Printable.of(quotable, quotable.length());
    }
}
