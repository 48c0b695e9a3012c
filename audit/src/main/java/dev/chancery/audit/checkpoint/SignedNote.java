package dev.chancery.audit.checkpoint;

import dev.chancery.error.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A short text that an audit key has signed about something else than a chain: a C2SP <a href="https://c2sp.org/signed-note">signed note</a>.
 * Its first line says what it is about, and is never one that a checkpoint or a seal begins with.
 *
 * @param text what is signed, its newline included
 * @param note the text, an empty line, and the signature
 */
public record SignedNote(String text, String note) {
    private static final Pattern ABOUT = Pattern.compile("chancery/backup/v[0-9]+\n[\\x20-\\x7e\n]{1,4096}");
    private static final Pattern SIGNATURE =
            Pattern.compile("\u2014 ([^+\\s\\p{Cntrl}]{1,256}) ([A-Za-z0-9+/=]{1,200})\n");
    private static final int LONGEST = 8_192;

    /** Refuses a text that could pass for something else. */
    public SignedNote {
        if (!ABOUT.matcher(text).matches() || !text.endsWith("\n") || text.contains("\n\n")) {
            throw new ConfigurationException("This is no text that an audit key signs.");
        }
    }

    /**
     * Signs a text.
     *
     * @param text lines of printable ASCII, the first of which is {@code chancery/backup/v} and a number
     * @param signer the audit key
     * @return the note
     * @throws ConfigurationException if it is another kind of text
     */
    public static SignedNote sign(String text, AuditSigner signer) {
        new SignedNote(text, ""); // before anything is signed
        byte[] signature = signer.sign(text.getBytes(StandardCharsets.US_ASCII));
        byte[] key = signer.verificationKey().hash();
        byte[] signed = Arrays.copyOf(key, key.length + signature.length);
        System.arraycopy(signature, 0, signed, key.length, signature.length);
        String line = "\u2014 " + signer.verificationKey().name() + " "
                + Base64.getEncoder().encodeToString(signed) + "\n";
        return new SignedNote(text, text + "\n" + line);
    }

    /**
     * Reads a note; its signature is not looked at.
     *
     * @param note text, an empty line, and a signature line
     * @return the note
     * @throws ConfigurationException if it is none
     */
    public static SignedNote parse(String note) {
        int end = note.length() > LONGEST ? -1 : note.indexOf("\n\n");
        if (end < 0 || !SIGNATURE.matcher(note.substring(end + 2)).matches()) {
            throw new ConfigurationException("This is no signed note.");
        }
        return new SignedNote(note.substring(0, end + 1), note);
    }

    /**
     * Whether an audit key has signed this.
     *
     * @param key the key
     * @return {@code true} if the signature is the key's
     */
    public boolean isSignedBy(VerificationKey key) {
        Matcher line = SIGNATURE.matcher(note.substring(Math.min(note.length(), text.length() + 1)));
        if (!line.matches() || !line.group(1).equals(key.name())) {
            return false;
        }
        try {
            byte[] signed = Base64.getDecoder().decode(line.group(2));
            return signed.length > 4
                    && Arrays.equals(signed, 0, 4, key.hash(), 0, 4)
                    && key.verifies(
                            text.getBytes(StandardCharsets.US_ASCII), Arrays.copyOfRange(signed, 4, signed.length));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
