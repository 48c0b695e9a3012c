package dev.chancery.provider.pkcs11.binding;

import org.slf4j.LoggerFactory;
import org.xipki.pkcs11.wrapper.Logger;

/**
 * Where the wrapper's own words go. What it would say of single calls stays unsaid: it shows templates, and a template of an
 * import holds a private key.
 */
final class WrapperLog implements Logger {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger("dev.chancery.provider.pkcs11.wrapper");

    @Override
    public void info(String format, Object... arguments) {
        LOG.debug(format, arguments);
    }

    @Override
    public void warn(String format, Object... arguments) {
        LOG.debug(format, arguments);
    }

    @Override
    public void error(String format, Object... arguments) {
        LOG.debug(format, arguments);
    }

    @Override
    public void debug(String format, Object... arguments) {}

    @Override
    public void trace(String format, Object... arguments) {}

    @Override
    public boolean isDebugEnabled() {
        return false;
    }

    @Override
    public boolean isInfoEnabled() {
        return LOG.isDebugEnabled();
    }

    @Override
    public boolean isWarnEnabled() {
        return LOG.isDebugEnabled();
    }

    @Override
    public boolean isTraceEnabled() {
        return false;
    }
}
