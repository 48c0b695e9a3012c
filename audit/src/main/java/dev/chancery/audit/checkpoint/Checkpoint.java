package dev.chancery.audit.checkpoint;

import dev.chancery.audit.internal.tree.Hashes;
import dev.chancery.error.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a chain had come at some time: how many lines, and the root of the Merkle tree over them (RFC 6962), which stands for
 * all. A signed note of exactly the form that transparency logs use for their checkpoints.
 *
 * <pre>
 * chancery/audit/4f1c…/1/9a20…    the chain
 * 1000                            how many lines
 * 47DEQpj8HBSa+…=                 the root over them, in base64
 *
 * — chancery-audit dGVzdA…=       the audit key's name, hash and signature; cosignatures may follow
 * </pre>
 *
 * <p>Source: <a href="https://c2sp.org/signed-note">c2sp.org/signed-note</a> and
 * <a href="https://c2sp.org/tlog-checkpoint">c2sp.org/tlog-checkpoint</a>.
 *
 * @param origin the chain
 * @param size how many lines the chain had; also the number of the last one
 * @param root the root of the tree over them, 64 hexadecimal digits
 * @param note text and signatures as they were written
 */
public record Checkpoint(Origin origin, long size, String root, String note) {
    private static final Pattern TEXT = Pattern.compile("""
            ([^\\n]{1,200})
            ([1-9][0-9]{0,17})
            ([A-Za-z0-9+/]{43}=)
            """);
    private static final Pattern SIGNATURE =
            Pattern.compile("\u2014 ([^+\\s\\p{Cntrl}]{1,256}) ([A-Za-z0-9+/=]{1,200})\n");
    private static final int LONGEST = 8_192;

    /**
     * Signs a statement of how far a chain has come.
     *
     * @param origin the chain
     * @param size how many lines it has
     * @param root the root of the tree over them
     * @param signer the audit key
     * @return the checkpoint, signed
     */
    public static Checkpoint sign(Origin origin, long size, byte[] root, AuditSigner signer) {
        String text = origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root) + "\n";
        byte[] signature = signer.sign(text.getBytes(StandardCharsets.UTF_8));
        byte[] key = signer.verificationKey().hash();
        byte[] signed = Arrays.copyOf(key, key.length + signature.length);
        System.arraycopy(signature, 0, signed, key.length, signature.length);
        String note = text + "\n\u2014 " + signer.verificationKey().name() + " "
                + Base64.getEncoder().encodeToString(signed) + "\n";
        return new Checkpoint(origin, size, Hashes.hex(root), note);
    }

    /**
     * Adds the signature of another key.
     *
     * @param signer the key
     * @return the same checkpoint, signed by both
     */
    public Checkpoint cosign(AuditSigner signer) {
        Checkpoint other = sign(origin, size, HexFormat.of().parseHex(root), signer);
        String signature = other.note.substring(other.note.indexOf("\n\n") + 2);
        return new Checkpoint(origin, size, root, note + signature);
    }

    /**
     * Adds signature lines, of witnesses.
     *
     * @param lines the lines, each with its newline
     * @return the same checkpoint with these signatures, too
     * @throws ConfigurationException if they are no signature lines
     */
    public Checkpoint withSignatures(String lines) {
        return parse(note + lines);
    }

    /**
     * Whether others have signed this, too.
     *
     * @return {@code true} if there is more than one signature line; whose, that does not say
     */
    public boolean isCosigned() {
        return signatureLines(note.substring(note.indexOf("\n\n") + 2)).size() > 1;
    }

    /**
     * When a witness saw this.
     *
     * @param witness the witness's key
     * @return the time of its cosignature; empty if there is none that is right
     */
    public Optional<Instant> cosignedBy(WitnessKey witness) {
        int end = note.indexOf("\n\n");
        return signatureLines(note.substring(end + 2)).stream()
                .filter(line -> line.group(1).equals(witness.name()))
                .flatMap(line -> witness.check(note.substring(0, end + 1), line.group(2)).stream())
                .min(Instant::compareTo);
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
        Origin origin = Origin.parse(text.group(1))
                .orElseThrow(() -> new ConfigurationException("This is no checkpoint of an audit log."));
        byte[] root = Base64.getDecoder().decode(text.group(3));
        // Exactly as we write it: the spare bits of base64 are a place to change a byte and nothing else.
        if (!Base64.getEncoder().encodeToString(root).equals(text.group(3))) {
            throw new ConfigurationException("This is no checkpoint of an audit log.");
        }
        return new Checkpoint(origin, Long.parseLong(text.group(2)), Hashes.hex(root), note);
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
