package dev.chancery.provider.file.layout;

import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyId;
import dev.chancery.spi.support.PercentEncoding;
import dev.chancery.spi.support.Printable;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which key ids a directory takes, so that no other text becomes a path. */
public final class FileNames {
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    /** Windows opens the device for these, also with a dot and more behind ("Naming Files, Paths, and Namespaces"). */
    private static final Pattern DEVICE = Pattern.compile("(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");

    /** What {@link #ifValid} asks of an id, for messages. */
    public static final String RULE =
            "starts with a-z or 0-9, goes on with a-z, 0-9, '.', '_' and '-', and has at most 63"
                    + " characters; '..', a dot at the end and Windows device names (con, nul, com1 …) are out";

    private static final int MAX_LISTED = 80;

    private FileNames() {}

    /**
     * Reads an id.
     *
     * @throws ConfigurationException if no key of a directory can be called that
     */
    public static KeyId parse(String text) {
        return ifValid(text)
                .orElseThrow(() -> new ConfigurationException(
                        "No key in a directory can be called '" + Printable.of(text) + "'. An id " + RULE + "."));
    }

    /** An id, or empty if the text is none. */
    public static Optional<KeyId> ifValid(String text) {
        boolean valid = ID.matcher(text).matches()
                && !text.contains("..")
                && !text.endsWith(".")
                && !DEVICE.matcher(text).matches();
        return valid ? Optional.of(new KeyId(text)) : Optional.empty();
    }

    /** A name that is no id, as the id under which it is listed: encoded, and of bounded length. */
    public static String listedName(String name) {
        String encoded = PercentEncoding.encode(name);
        return encoded.length() > MAX_LISTED ? encoded.substring(0, MAX_LISTED) + "..." : encoded;
    }
}
