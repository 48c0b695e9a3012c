package dev.chancery.notify;

import dev.chancery.options.Webhook;
import dev.chancery.spi.Notifier;
import dev.chancery.spi.NotifierProvider;

/** Posts to the webhook that is configured. */
public final class WebhookProvider implements NotifierProvider {

    /** For {@link java.util.ServiceLoader}. */
    public WebhookProvider() {}

    @Override
    public Notifier open(Webhook webhook) {
        return WebhookNotifier.of(webhook);
    }
}
