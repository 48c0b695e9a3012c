package dev.chancery.provider.file.formats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.chancery.error.UnsupportedException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Splits a PEM file into its blocks: the textual encoding of RFC 7468, with the headers of RFC 1421 that OpenSSL's traditional
 * forms have. Text around the blocks is ignored, as OpenSSL writes it ({@code openssl pkey -text}), and so are a byte order
 * mark and blanks at the ends of a line; everything else inside a block is checked.
 */
public final class PemReader {
    /** An RSA key of 16,384 bits, with the dump of its numbers that {@code openssl -text} adds, takes about 45 KiB. */
    public static final int MAX_BYTES = 64 * 1024;

    /** A key, its parameters, and the certificates of a long chain. */
    private static final int MAX_BLOCKS = 32;

    /** A line, up to its LF, CR LF or CR: a byte order mark in Latin-1, blanks, what counts, blanks. */
    private static final Pattern LINE =
            Pattern.compile("\\G(?:\u00EF\u00BB\u00BF)?[ \t]*+((?:[^\r\n]*[^\r\n \t])?)[ \t]*+(?:\r\n?|\n|\\z)");

    private static final Pattern BOUNDARY = Pattern.compile("-----(BEGIN|END) ");
    // RFC 7468, section 3: printable, no hyphen at either end; OpenSSL's labels are upper-case words.
    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9]+(?: [A-Z0-9]+){0,7})-----");
    private static final Pattern HEADER = Pattern.compile("[^:]+:.*");
    private static final Pattern ENCRYPTED = Pattern.compile("Proc-Type: *4, *ENCRYPTED");
    private static final Pattern DEK_INFO = Pattern.compile("DEK-Info: *([A-Z0-9-]+,[0-9A-Fa-f]+)");

    /** The file, each byte a character: what is secret in it never becomes a string, which stays in memory. */
    private final CharBuffer text;

    private final Matcher line;

    private PemReader(CharBuffer text) {
        this.text = text;
        this.line = LINE.matcher(text);
    }

    /** Whether the labels and headers of a file say that a key in it is encrypted. */
    public static boolean isEncrypted(byte[] file) {
        try {
            List<PemBlock> blocks = read(file);
            blocks.forEach(PemBlock::wipe);
            return blocks.stream().anyMatch(PemBlock::isEncrypted);
        } catch (MalformedException e) {
            return false;
        }
    }

    /**
     * All blocks of a file, at least one. The caller wipes them.
     *
     * @throws MalformedException if the file is too large, holds no block or too many, or a block is damaged
     * @throws UnsupportedException if the file is no PEM, but of a format that can be made PEM
     */
    static List<PemBlock> read(byte[] file) throws MalformedException {
        if (file.length > MAX_BYTES) {
            throw new MalformedException("larger than " + MAX_BYTES / 1024 + " KiB, which no key file is");
        }
        CharBuffer text = ISO_8859_1.decode(ByteBuffer.wrap(file));
        List<PemBlock> blocks = new ArrayList<>();
        try {
            new PemReader(text).readAll(blocks);
            return blocks;
        } catch (MalformedException e) {
            blocks.forEach(PemBlock::wipe);
            OtherFormat.refuse(text);
            throw e;
        } finally {
            Arrays.fill(text.array(), '\0');
        }
    }

    private void readAll(List<PemBlock> blocks) throws MalformedException {
        while (line.find()) {
            if (!BOUNDARY.matcher(line()).lookingAt()) {
                continue;
            }
            Matcher begin = BEGIN.matcher(line());
            if (!begin.matches()) {
                throw new MalformedException("a line that begins as those around a PEM block opens none");
            }
            if (blocks.size() == MAX_BLOCKS) {
                throw new MalformedException("more than " + MAX_BLOCKS + " PEM blocks");
            }
            blocks.add(block(begin.group(1)));
        }
        if (blocks.isEmpty()) {
            throw new MalformedException(text.isEmpty() ? "empty" : "no PEM block (-----BEGIN …-----) in it");
        }
    }

    private PemBlock block(String label) throws MalformedException {
        CharBuffer base64 = CharBuffer.allocate(text.length() - line.end());
        String dekInfo = null;
        try {
            while (line.find()) {
                if (BOUNDARY.matcher(line()).lookingAt()) {
                    if (!"-----END ".concat(label).concat("-----").contentEquals(line())) {
                        throw new MalformedException(
                                "the block -----BEGIN " + label + "----- is not closed by its own END line");
                    }
                    return new PemBlock(label, dekInfo, decode(label, base64.flip()));
                }
                if (base64.position() == 0 && HEADER.matcher(line()).matches()) {
                    dekInfo = headers(label);
                }
                base64.append(line());
            }
            throw new MalformedException("truncated: no line -----END " + label + "-----");
        } finally {
            Arrays.fill(base64.array(), '\0');
        }
    }

    private CharSequence line() {
        return text.subSequence(line.start(1), line.end(1));
    }

    private static byte[] decode(String label, CharBuffer base64) throws MalformedException {
        // The JDK's decoder takes unpadded input; in a PEM file a missing character means a truncated one.
        if (base64.isEmpty() || base64.length() % 4 != 0) {
            throw new MalformedException("the base64 of the block " + label + " is truncated");
        }
        byte[] bytes = ISO_8859_1.encode(base64).array();
        try {
            return Base64.getDecoder().decode(bytes);
        } catch (IllegalArgumentException e) {
            // Without the cause: the decoder quotes what it read.
            throw new MalformedException("the block " + label + " is not base64");
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /**
     * Passes over the headers, up to the empty line that ends them.
     *
     * @return the value of {@code DEK-Info}, if the block is encrypted
     */
    private @Nullable String headers(String label) throws MalformedException {
        boolean encrypted = false;
        String dekInfo = null;
        do {
            encrypted |= ENCRYPTED.matcher(line()).matches();
            Matcher header = DEK_INFO.matcher(line());
            dekInfo = header.matches() ? header.group(1) : dekInfo;
        } while (line.find() && HEADER.matcher(line()).matches());
        if (line.hitEnd() || !line().isEmpty() || encrypted != (dekInfo != null)) {
            throw new MalformedException("the headers of the block " + label + " do not end with an empty line, or are"
                    + " not those of an encrypted key (Proc-Type: 4,ENCRYPTED and DEK-Info)");
        }
        return dekInfo;
    }
}
