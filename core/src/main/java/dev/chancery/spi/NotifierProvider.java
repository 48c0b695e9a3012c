package dev.chancery.spi;

import dev.chancery.options.Webhook;

/**
 * Posts events to webhooks; found with {@link java.util.ServiceLoader} by core, which knows no HTTP. Needs a public no-argument
 * constructor.
 */
public interface NotifierProvider {

    /**
     * Opens a notifier.
     *
     * @param webhook where it posts
     * @return the notifier
     * @throws dev.chancery.error.ConfigurationException if nothing must be posted there
     */
    Notifier open(Webhook webhook);
}
