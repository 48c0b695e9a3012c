package dev.chancery.provider.file;

import dev.chancery.ConfigurationException;
import dev.chancery.KeyId;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which key ids a directory takes, so that whatever does not fit never becomes a path. */
final class FileNames {
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    /** Windows opens the device for these, whatever follows the first dot ("Naming Files, Paths, and Namespaces"). */
    private static final Pattern DEVICE = Pattern.compile("(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");

    private static final int MAX_QUOTED = 80;

    private FileNames() {}

    /**
     * Reads an id.
     *
     * @throws ConfigurationException if no key of a directory can be called that
     */
    static KeyId parse(String text) {
        return ifValid(text)
                .orElseThrow(() -> new ConfigurationException("No key in a directory can be called '" + printable(text)
                        + "'. An id starts with a-z or 0-9, goes on with a-z, 0-9, '.', '_' and '-', and has at most 63"
                        + " characters; '..', a dot at the end and Windows device names (con, nul, com1 …) are out."));
    }

    /** An id, or empty if the text is none. */
    static Optional<KeyId> ifValid(String text) {
        boolean valid = ID.matcher(text).matches()
                && !text.contains("..")
                && !text.endsWith(".")
                && !DEVICE.matcher(text).matches();
        return valid ? Optional.of(new KeyId(text)) : Optional.empty();
    }

    /** A name from outside in printable ASCII without spaces, of bounded length, to stand in a message or a listing. */
    static String printable(String name) {
        StringBuilder safe = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (safe.length() >= MAX_QUOTED) {
                return safe.append("...").toString();
            }
            if (b > ' ' && b < 0x7f && b != '%') {
                safe.append((char) b);
            } else {
                safe.append(String.format("%%%02x", b));
            }
        }
        return safe.isEmpty() ? "%" : safe.toString();
    }
}
