package dev.chancery.spi.support;

/** A word of a command that a person copies into a shell. Stateless. */
public final class ShellWord {
    private ShellWord() {}

    /**
     * Quotes a word where a POSIX shell would read it as anything but itself.
     *
     * @param word the word
     * @return the same, in single quotes where that is needed
     */
    public static String quote(String word) {
        return word.matches("[A-Za-z0-9_./:@%+,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
