package dev.chancery.options;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.files.SecretSources;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A webhook that events are posted to. Its URL is a secret, and {@link #toString} does not show it. Immutable and thread-safe.
 */
public final class Webhook {
    private static final String PRIVATE = "CHANCERY_WEBHOOK_PRIVATE";

    private final URI url;
    private final boolean mayBePrivate;

    private Webhook(URI url, boolean mayBePrivate) {
        this.url = url;
        this.mayBePrivate = mayBePrivate;
    }

    /**
     * A webhook at a public address.
     *
     * @param url its URL
     * @return the webhook
     */
    public static Webhook of(URI url) {
        return new Webhook(url, false);
    }

    /**
     * The same webhook, whose host may have a private or a loopback address, the latter with plain http.
     *
     * @return the webhook
     */
    public Webhook orPrivate() {
        return new Webhook(url, true);
    }

    /**
     * The webhook that some variables configure. The URL is the first line of systemd's credential {@code chancery-webhook} or of the file that
     * {@code CHANCERY_WEBHOOK_FILE} names, or, as the last resort and with a warning, {@code CHANCERY_WEBHOOK} itself.
     *
     * @param variables the environment variables
     * @return the webhook, or empty where none is configured
     * @throws ConfigurationException if what is configured is no URL
     * @throws dev.chancery.error.KeyAccessException if the file can be read by others, or not by this process
     */
    public static Optional<Webhook> fromEnvironment(Map<String, String> variables) {
        SecretSources sources = new SecretSources(
                "webhook's URL",
                "chancery-webhook",
                Optional.empty(),
                "CHANCERY_WEBHOOK_FILE",
                "CHANCERY_WEBHOOK",
                variables);
        return sources.find(Optional::empty)
                .map(Webhook::takeUrl)
                .map(url -> new Webhook(url, mayBePrivate(variables)));
    }

    private static URI takeUrl(char[] text) {
        try {
            return new URI(new String(text).strip());
        } catch (URISyntaxException e) {
            // Without its cause, which shows the URL.
            throw new ConfigurationException(
                    "What is configured as the webhook's URL is no URL. See CHANCERY_WEBHOOK_FILE.");
        } finally {
            Arrays.fill(text, '\0');
        }
    }

    private static boolean mayBePrivate(Map<String, String> variables) {
        return switch (variables.getOrDefault(PRIVATE, "").strip().toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes" -> true;
            case "", "false", "0", "no" -> false;
            default -> throw new ConfigurationException(PRIVATE + " is true or false.");
        };
    }

    /**
     * Where to post.
     *
     * @return the URL, a secret
     */
    public URI url() {
        return url;
    }

    /**
     * Whether its host may have an address that is not public.
     *
     * @return {@code false} unless it was said
     */
    public boolean mayBePrivate() {
        return mayBePrivate;
    }

    /** Returns scheme and host: the rest is a secret. */
    @Override
    public String toString() {
        return "Webhook[" + url.getScheme() + "://" + url.getHost() + "/…]";
    }
}
