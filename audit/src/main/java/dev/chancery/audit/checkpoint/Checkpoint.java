package dev.chancery.audit.checkpoint;

import dev.chancery.audit.internal.line.Hashes;
import dev.chancery.error.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a chain had come at some time: how many records, and the hash of the last one, which stands for all of them. A
 * signed note, of the form that transparency logs use for their checkpoints; the hash stands where they have a tree's root.
 *
 * <pre>
 * chancery/audit/4f1c…            the chain's id
 * 1000                            how many records
 * 47DEQpj8HBSa+…=                 SHA-256 of the last one's line, in base64
 * segment 3
 * time 2026-11-25T03:00:00Z
 *
 * — chancery-audit dGVzdA…=       the audit key's name, hash and signature
 * </pre>
 *
 * <p>Source: <a href="https://c2sp.org/signed-note">c2sp.org/signed-note</a> and
 * <a href="https://c2sp.org/tlog-checkpoint">c2sp.org/tlog-checkpoint</a>.
 *
 * @param chain the chain's id, 32 hexadecimal digits
 * @param records how many records the chain had; also the number of the last one
 * @param hash SHA-256 of the last record's line, 64 hexadecimal digits
 * @param segment the number of the segment that holds it
 * @param time when the checkpoint was made
 * @param note text and signatures as they were written
 */
public record Checkpoint(String chain, long records, String hash, int segment, Instant time, String note) {
    private static final String ORIGIN = "chancery/audit/";
    private static final Pattern TEXT = Pattern.compile("""
            chancery/audit/([0-9a-f]{32})
            ([1-9][0-9]{0,17})
            ([A-Za-z0-9+/]{43}=)
            segment ([1-9][0-9]{0,5})
            time ([0-9TZ:.-]{1,40})
            """);
    private static final Pattern SIGNATURE =
            Pattern.compile("\u2014 ([^+\\s\\p{Cntrl}]{1,256}) ([A-Za-z0-9+/=]{1,200})\n");
    private static final int LONGEST = 4_096;

    /**
     * Signs a statement of how far a chain has come.
     *
     * @param chain the chain's id
     * @param records how many records it has
     * @param hash the last one's
     * @param segment the number of the segment that holds it
     * @param time when
     * @param signer the audit key
     * @return the checkpoint, signed
     */
    public static Checkpoint sign(
            String chain, long records, byte[] hash, int segment, Instant time, AuditSigner signer) {
        String text = ORIGIN + chain + "\n" + records + "\n"
                + Base64.getEncoder().encodeToString(hash) + "\nsegment " + segment + "\ntime " + time + "\n";
        byte[] signature = signer.sign(text.getBytes(StandardCharsets.UTF_8));
        byte[] key = signer.verificationKey().hash();
        byte[] signed = Arrays.copyOf(key, key.length + signature.length);
        System.arraycopy(signature, 0, signed, key.length, signature.length);
        String note = text + "\n\u2014 " + signer.verificationKey().name() + " "
                + Base64.getEncoder().encodeToString(signed) + "\n";
        return new Checkpoint(chain, records, Hashes.hex(hash), segment, time, note);
    }

    /**
     * Reads a note, without looking at its signatures.
     *
     * @param note text, an empty line, and signature lines
     * @return the checkpoint
     * @throws ConfigurationException if the note is no checkpoint of ours
     */
    public static Checkpoint parse(String note) {
        int end = note.length() > LONGEST ? -1 : note.indexOf("\n\n");
        Matcher text = TEXT.matcher(end < 0 ? "" : note.substring(0, end + 1));
        if (!text.matches() || signatureLines(note.substring(end + 2)).isEmpty()) {
            throw new ConfigurationException("This is no checkpoint of an audit log.");
        }
        try {
            return new Checkpoint(
                    text.group(1),
                    Long.parseLong(text.group(2)),
                    Hashes.hex(Base64.getDecoder().decode(text.group(3))),
                    Integer.parseInt(text.group(4)),
                    Instant.parse(text.group(5)),
                    note);
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new ConfigurationException("This is no checkpoint of an audit log.", e);
        }
    }

    /** The signature lines: all of the text, or none. */
    private static List<Matcher> signatureLines(String lines) {
        List<Matcher> found = new ArrayList<>();
        int from = 0;
        while (from < lines.length()) {
            Matcher line = SIGNATURE.matcher(lines).region(from, lines.length());
            if (!line.lookingAt()) {
                return List.of();
            }
            found.add(line);
            from = line.end();
        }
        return found;
    }

    /**
     * The first line of the note.
     *
     * @return what tells this chain from every other
     */
    public String origin() {
        return ORIGIN + chain;
    }

    /**
     * Whether an audit key has signed this.
     *
     * @param key the key
     * @return {@code true} if one of the signatures is the key's
     */
    public boolean isSignedBy(VerificationKey key) {
        int end = note.indexOf("\n\n");
        byte[] text = note.substring(0, end + 1).getBytes(StandardCharsets.UTF_8);
        for (Matcher line : signatureLines(note.substring(end + 2))) {
            if (line.group(1).equals(key.name()) && isSignature(key, text, line.group(2))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSignature(VerificationKey key, byte[] text, String base64) {
        byte[] signed;
        try {
            signed = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return false;
        }
        // Exactly as we write it: the spare bits of base64 are a place to change a byte and nothing else.
        return Base64.getEncoder().encodeToString(signed).equals(base64)
                && signed.length > 4
                && Arrays.equals(signed, 0, 4, key.hash(), 0, 4)
                && key.verifies(text, Arrays.copyOfRange(signed, 4, signed.length));
    }
}
