package dev.chancery.provider.file.formats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Splits a PEM file into its blocks: the textual encoding of RFC 7468, with the {@code Proc-Type} and {@code DEK-Info}
 * headers that OpenSSL's traditional forms take from RFC 1421. Text around the blocks is ignored, as OpenSSL writes it
 * ({@code openssl pkey -text}); everything inside them is checked.
 */
public final class PemReader {
    /** An RSA key of 16,384 bits, with the dump of its numbers that {@code openssl -text} adds, takes about 45 KiB. */
    public static final int MAX_BYTES = 64 * 1024;

    /** A key and its parameters are two; the rest is room to say what a file holds that is not one key. */
    private static final int MAX_BLOCKS = 4;

    // RFC 7468, section 3: printable, no hyphen at either end; OpenSSL's labels are upper-case words.
    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9]+(?: [A-Z0-9]+){0,7})-----");
    private static final Pattern END = Pattern.compile("-----END ([A-Z0-9 ]+)-----");
    private static final Pattern DEK_INFO = Pattern.compile("DEK-Info: ([A-Z0-9-]+,[0-9A-Fa-f]+)");

    private final byte[] file;
    private int position;
    private int lineStart;
    private int lineEnd;

    private PemReader(byte[] file) {
        this.file = file;
    }

    /**
     * All blocks of a file, at least one. The caller wipes them.
     *
     * @throws MalformedException if the file is too large, holds no block or too many, or a block is damaged
     */
    static List<PemBlock> read(byte[] file) throws MalformedException {
        if (file.length > MAX_BYTES) {
            throw new MalformedException("larger than " + MAX_BYTES / 1024 + " KiB, which no key file is");
        }
        List<PemBlock> blocks = new ArrayList<>();
        try {
            new PemReader(file).readAll(blocks);
            return blocks;
        } catch (MalformedException e) {
            blocks.forEach(PemBlock::wipe);
            throw e;
        }
    }

    private void readAll(List<PemBlock> blocks) throws MalformedException {
        while (nextLine()) {
            if (!lineStartsWithDashes()) {
                continue;
            }
            Matcher begin = BEGIN.matcher(line());
            if (!begin.matches()) {
                throw new MalformedException("a line that begins with ----- opens no PEM block");
            }
            if (blocks.size() == MAX_BLOCKS) {
                throw new MalformedException("more than " + MAX_BLOCKS + " PEM blocks");
            }
            blocks.add(block(begin.group(1)));
        }
        if (blocks.isEmpty()) {
            throw new MalformedException(
                    file.length == 0
                            ? "empty"
                            : file[0] == DerReader.SEQUENCE
                                    ? "no PEM; if this is DER, convert it with: openssl pkey -inform DER"
                                    : "no PEM block (-----BEGIN …-----) in it");
        }
    }

    private PemBlock block(String label) throws MalformedException {
        byte[] base64 = new byte[file.length - position];
        int length = 0;
        try {
            String dekInfo = null;
            boolean first = true;
            while (nextLine()) {
                if (lineStartsWithDashes()) {
                    requireEndOf(label);
                    return new PemBlock(label, dekInfo, decode(label, base64, length));
                }
                if (first && lineHasColon()) {
                    dekInfo = headers(label);
                } else {
                    System.arraycopy(file, lineStart, base64, length, lineEnd - lineStart);
                    length += lineEnd - lineStart;
                }
                first = false;
            }
            throw new MalformedException("truncated: no line -----END " + label + "-----");
        } finally {
            Arrays.fill(base64, (byte) 0);
        }
    }

    private void requireEndOf(String label) throws MalformedException {
        Matcher end = END.matcher(line());
        if (!end.matches() || !end.group(1).equals(label)) {
            throw new MalformedException("the block -----BEGIN " + label + "----- is not closed by its own END line");
        }
    }

    private static byte[] decode(String label, byte[] base64, int length) throws MalformedException {
        byte[] trimmed = Arrays.copyOf(base64, length);
        try {
            // The JDK's decoder takes unpadded input; in a PEM file a missing character means a truncated one.
            if (length == 0 || length % 4 != 0) {
                throw new MalformedException("the base64 of the block " + label + " is truncated");
            }
            return Base64.getDecoder().decode(trimmed);
        } catch (IllegalArgumentException e) {
            // Without the cause: the decoder quotes what it read.
            throw new MalformedException("the block " + label + " is not base64");
        } finally {
            Arrays.fill(trimmed, (byte) 0);
        }
    }

    /** The only headers OpenSSL writes: {@code Proc-Type: 4,ENCRYPTED}, {@code DEK-Info: …} and an empty line. */
    private @Nullable String headers(String label) throws MalformedException {
        String dekInfo = null;
        if (line().equals("Proc-Type: 4,ENCRYPTED") && nextLine()) {
            Matcher header = DEK_INFO.matcher(line());
            if (header.matches() && nextLine() && lineStart == lineEnd) {
                dekInfo = header.group(1);
            }
        }
        if (dekInfo == null) {
            throw new MalformedException("the headers of the block " + label + " are not those of an encrypted key"
                    + " (Proc-Type: 4,ENCRYPTED and DEK-Info, then an empty line)");
        }
        return dekInfo;
    }

    /** Moves to the next line, without its end (LF, CR LF or CR) and without trailing blanks. */
    private boolean nextLine() {
        if (position >= file.length) {
            return false;
        }
        lineStart = position;
        int end = position;
        while (end < file.length && file[end] != '\n' && file[end] != '\r') {
            end++;
        }
        boolean crLf = end + 1 < file.length && file[end] == '\r' && file[end + 1] == '\n';
        position = Math.min(file.length, end + (crLf ? 2 : 1));
        while (end > lineStart && (file[end - 1] == ' ' || file[end - 1] == '\t')) {
            end--;
        }
        lineEnd = end;
        return true;
    }

    private boolean lineStartsWithDashes() {
        return lineEnd - lineStart >= 5
                && Arrays.equals(file, lineStart, lineStart + 5, new byte[] {'-', '-', '-', '-', '-'}, 0, 5);
    }

    private boolean lineHasColon() {
        for (int i = lineStart; i < lineEnd; i++) {
            if (file[i] == ':') {
                return true;
            }
        }
        return false;
    }

    private String line() {
        return new String(file, lineStart, lineEnd - lineStart, ISO_8859_1);
    }
}
