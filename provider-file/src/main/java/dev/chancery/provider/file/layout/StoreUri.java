package dev.chancery.provider.file.layout;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Printable;
import dev.chancery.spi.support.UriOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Set;

/**
 * What a {@code file:} URI asks for: {@code file:///absolute/directory} or {@code file:relative/directory}, with percent
 * encoding (RFC 3986), and options behind a question mark.
 *
 * @param directory the store's root, absolute
 * @param linksInside whether symbolic links that resolve inside the root are followed
 * @param groupTrusted whether a secret of root's that a group may read is taken though this process could exchange it
 */
public record StoreUri(Path directory, boolean linksInside, boolean groupTrusted) {
    /**
     * Reads a URI.
     *
     * @throws ConfigurationException if the URI is malformed or has an unknown option
     */
    public static StoreUri parse(String uri) {
        UriOptions options = UriOptions.ofUri(uri, Set.of("links", "group"), StoreUri::wrongOption);
        return new StoreUri(
                directory(uri.split("\\?", 2)[0]).toAbsolutePath().normalize(),
                options.flag("links", "inside"),
                options.flag("group", "trusted"));
    }

    private static ConfigurationException wrongOption(String why) {
        return new ConfigurationException(
                "In the URI of the file store, " + why
                        + ". The options are 'links=inside', which follows symbolic links that stay inside the directory, and"
                        + " 'group=trusted', which takes root's secrets that a group may read though this process can write beside them.");
    }

    private static Path directory(String place) {
        try {
            URI uri = new URI(place);
            if (!uri.isOpaque()) {
                return Path.of(uri);
            }
            if (uri.getFragment() != null) {
                throw new IllegalArgumentException("a fragment");
            }
            if (uri.getSchemeSpecificPart().startsWith("~")) {
                throw new IllegalArgumentException("a tilde that no shell replaces");
            }
            return Path.of(uri.getSchemeSpecificPart());
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new ConfigurationException(
                    "This is no URI of a directory: '" + Printable.of(place)
                            + "'. Write file:///absolute/path or file:relative/path, with special characters"
                            + " percent-encoded (a space is %20, '#' is %23) and without a tilde, or give the plain path.",
                    e);
        }
    }

    /** The URI without options, for messages. */
    public String location() {
        // Path.toUri adds a slash if the directory exists at that moment; a store's name must not depend on it.
        String uri = directory.toUri().toString();
        return uri.length() > "file:///".length() && uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    }
}
