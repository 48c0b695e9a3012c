package dev.chancery.key;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Printable;
import org.jspecify.annotations.Nullable;

/**
 * What a store calls one of its keys: a file name, an ARN, a version URL. Opaque outside the store that issued it; the
 * store decides what a valid one looks like, this type only keeps out what must never reach a path, a tag or a log line.
 *
 * @param value 1 to 512 printable ASCII characters, no spaces
 */
public record KeyId(String value) {

    /** The longest id that any store may issue; the ARN of an AWS multi-region key has 90 characters. */
    public static final int MAX_LENGTH = 512;

    /**
     * Checks the id.
     *
     * @throws ConfigurationException if the text is empty, too long, or holds anything but printable ASCII
     */
    public KeyId {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new ConfigurationException(
                    "A key id has 1 to " + MAX_LENGTH + " characters, this one has " + value.length() + ".");
        }
        if (!value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new ConfigurationException(
                    "A key id is printable ASCII without spaces, this is not: '" + Printable.of(value) + "'.");
        }
    }

    // Written out, as all ids and names are looked up by: linking what a record has by itself takes ten milliseconds at
    // start.

    /** Compares the texts. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyId that && value.equals(that.value);
    }

    /** Hashes the text. */
    @Override
    public int hashCode() {
        return value.hashCode();
    }

    /** Returns the id's text. */
    @Override
    public String toString() {
        return value;
    }
}
