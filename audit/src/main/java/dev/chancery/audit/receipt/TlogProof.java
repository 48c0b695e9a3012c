package dev.chancery.audit.receipt;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.internal.tree.Hashes;
import dev.chancery.audit.internal.tree.InclusionProof;
import dev.chancery.audit.internal.tree.TreeHash;
import dev.chancery.error.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * That a line is in a chain, in the form of <a href="https://c2sp.org/tlog-proof">c2sp.org/tlog-proof</a>; the line itself is its extra
 * data.
 *
 * @param line the line, with its newline
 * @param index its index in the tree, counted from 0
 * @param path the audit path
 * @param checkpoint the signed root that the path leads to
 */
record TlogProof(String line, long index, List<byte[]> path, Checkpoint checkpoint) {
    static final String HEADER = "c2sp.org/tlog-proof@v1\n";

    private static final Pattern INDEX = Pattern.compile("index (0|[1-9][0-9]{0,17})");
    private static final int MOST_HASHES = 63;

    /** Copies nothing: made here and never changed. */
    TlogProof {
        path = List.copyOf(path);
    }

    /** Whether the path leads from the line to the checkpoint's root. */
    boolean holds() {
        return InclusionProof.root(new TreeHash().leaf(bytes()), index, checkpoint.size(), path)
                .filter(root -> Hashes.hex(root).equals(checkpoint.root()))
                .isPresent();
    }

    static TlogProof parse(String text) {
        int blank = text.indexOf("\n\n");
        if (!text.startsWith(HEADER) || blank < 0) {
            throw malformed();
        }
        String[] lines = text.substring(HEADER.length(), blank).split("\n", -1);
        if (lines.length < 2 || lines.length > 2 + MOST_HASHES || !lines[0].startsWith("extra ")) {
            throw malformed();
        }
        if (!INDEX.matcher(lines[1]).matches()) {
            throw malformed();
        }
        List<byte[]> path = new ArrayList<>();
        for (int i = 2; i < lines.length; i++) {
            byte[] node = decode(lines[i]);
            if (node.length != TreeHash.BYTES) {
                throw malformed();
            }
            path.add(node);
        }
        return new TlogProof(
                new String(decode(lines[0].substring("extra ".length())), StandardCharsets.ISO_8859_1),
                Long.parseLong(lines[1].substring("index ".length())),
                path,
                Checkpoint.parse(text.substring(blank + 2)));
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
    }

    private static ConfigurationException malformed() {
        return new ConfigurationException("This is no receipt of an audit log.");
    }

    @Override
    public String toString() {
        Base64.Encoder base64 = Base64.getEncoder();
        StringBuilder text = new StringBuilder(HEADER)
                .append("extra ")
                .append(base64.encodeToString(bytes()))
                .append("\nindex ")
                .append(index)
                .append('\n');
        path.forEach(node -> text.append(base64.encodeToString(node)).append('\n'));
        return text.append('\n').append(checkpoint.note()).toString();
    }

    /** The line, byte for byte. */
    byte[] bytes() {
        return line.getBytes(StandardCharsets.ISO_8859_1);
    }
}
