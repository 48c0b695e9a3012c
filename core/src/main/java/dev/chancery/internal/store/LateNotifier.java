package dev.chancery.internal.store;

import dev.chancery.error.ConfigurationException;
import dev.chancery.options.KeyEvent;
import dev.chancery.options.Webhook;
import dev.chancery.spi.Notifier;
import dev.chancery.spi.NotifierProvider;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the configured notifier with the first event: most calls have none, and a webhook that is refused keeps no store from opening. */
final class LateNotifier implements Notifier {
    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);

    private final NotifierProvider provider;
    private final Webhook webhook;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Notifier notifier;
    private boolean closed;

    LateNotifier(NotifierProvider provider, Webhook webhook) {
        this.provider = provider;
        this.webhook = webhook;
    }

    @Override
    public void onEvent(KeyEvent event) {
        lock.lock();
        try {
            if (notifier == null && !closed) {
                notifier = provider.open(webhook);
            }
            if (notifier != null) {
                notifier.onEvent(event);
            }
        } catch (ConfigurationException e) {
            LOG.warn("A notification of {} was not sent: {}", event.type(), e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (notifier != null) {
                notifier.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
