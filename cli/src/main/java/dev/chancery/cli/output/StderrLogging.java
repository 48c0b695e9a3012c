package dev.chancery.cli.output;

import dev.chancery.spi.support.Printable;
import java.io.Serial;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * The library's log on stderr: warnings and errors, one line each; with --debug everything, stack traces too. Audit records and
 * checkpoints are in the audit log already: here they are shown with --debug alone, and so is what other libraries log.
 */
public final class StderrLogging implements SLF4JServiceProvider {
    /** What others log of an attempt that failed, such as an SDK before the next attempt, is in the error of the last one. */
    private static final String OURS = "dev.chancery.";

    private static final Set<String> SIDE_SINKS =
            Set.of("dev.chancery.audit.records", "dev.chancery.audit.checkpoints");

    private static volatile boolean debug;

    private final ILoggerFactory loggers = StderrLogger::new;
    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter context = new NOPMDCAdapter();

    /** Named here, before the first log line, SLF4J need not search the class path for it; nor need it say so. */
    public static void install() {
        System.setProperty("slf4j.provider", StderrLogging.class.getName());
        System.setProperty("slf4j.internal.verbosity", "WARN");
    }

    public static void showDebug(boolean wanted) {
        debug = wanted;
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return loggers;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return context;
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0";
    }

    @Override
    public void initialize() {}

    private static final class StderrLogger extends LegacyAbstractLogger {
        @Serial
        private static final long serialVersionUID = 1L;

        StderrLogger(String name) {
            this.name = name;
        }

        @Override
        protected String getFullyQualifiedCallerName() {
            return StderrLogger.class.getName();
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String pattern,
                Object @Nullable [] arguments,
                @Nullable Throwable thrown) {
            String message = MessageFormatter.basicArrayFormat(pattern, arguments);
            String word = level == Level.WARN ? "warning" : level.name().toLowerCase(Locale.ROOT);
            System.err.println("chancery: " + word + ": " + Printable.line(message));
            if (thrown != null && debug) {
                thrown.printStackTrace();
            }
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return debug;
        }

        @Override
        public boolean isInfoEnabled() {
            return debug;
        }

        @Override
        public boolean isWarnEnabled() {
            return debug || (name.startsWith(OURS) && !SIDE_SINKS.contains(name));
        }

        @Override
        public boolean isErrorEnabled() {
            return isWarnEnabled();
        }
    }
}
