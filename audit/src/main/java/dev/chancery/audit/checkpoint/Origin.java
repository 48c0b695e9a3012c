package dev.chancery.audit.checkpoint;

import dev.chancery.error.ConfigurationException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What tells one chain from every other, of this log and of all: {@code chancery/audit/LOG/SLOT/CHAIN}. Part of what seals each
 * line and the first line of each checkpoint, so that a chain that was copied, or put into another slot, is none of the log's.
 *
 * @param log the log's id, 32 hexadecimal digits
 * @param slot the number of the chain's directory; 0 is the log's own chain
 * @param chain the chain's own id, 32 hexadecimal digits
 */
public record Origin(String log, int slot, String chain) {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern FORM =
            Pattern.compile("chancery/audit/([0-9a-f]{32})/(0|[1-9][0-9]{0,5})/([0-9a-f]{32})");

    /**
     * Checks the form.
     *
     * @throws ConfigurationException if an id is none, or the slot is negative
     */
    public Origin {
        if (!isId(log) || !isId(chain) || slot < 0) {
            throw new ConfigurationException("This is no origin of an audit log's chain.");
        }
    }

    /**
     * Whether a text can be the id of a log or chain.
     *
     * @param text the text
     * @return {@code true} if it is 32 lower-case hexadecimal digits
     */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /**
     * Reads an origin.
     *
     * @param text the text
     * @return the origin; empty if the text is none
     */
    public static Optional<Origin> parse(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches()
                ? Optional.of(new Origin(form.group(1), Integer.parseInt(form.group(2)), form.group(3)))
                : Optional.empty();
    }

    /** Returns {@code chancery/audit/LOG/SLOT/CHAIN}. */
    @Override
    public String toString() {
        return "chancery/audit/" + log + "/" + slot + "/" + chain;
    }
}
