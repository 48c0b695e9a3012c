package dev.chancery.key;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Printable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a user chooses to call a key or a ring. The form is the part that every store can keep as it is: an AWS alias, an
 * Azure key name, a file name on any operating system.
 *
 * @param value matches {@code [a-z0-9][a-z0-9-]{0,62}}
 */
public record KeyName(String value) {

    /** The longest name, that of a DNS label. */
    public static final int MAX_LENGTH = 63;

    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /**
     * Checks the name.
     *
     * @throws ConfigurationException if the text does not have the form above
     */
    public KeyName {
        if (!FORM.matcher(value).matches()) {
            throw new ConfigurationException(
                    "A key name starts with a-z or 0-9, goes on with a-z, 0-9 and '-', and has at"
                            + " most 63 characters; this is not one: '" + Printable.of(value) + "'.");
        }
    }

    // Written out, as all ids and names are looked up by: linking what a record has by itself takes ten milliseconds at
    // start.

    /** Compares the texts. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyName that && value.equals(that.value);
    }

    /** Hashes the text. */
    @Override
    public int hashCode() {
        return value.hashCode();
    }

    /** Returns the name's text. */
    @Override
    public String toString() {
        return value;
    }
}
