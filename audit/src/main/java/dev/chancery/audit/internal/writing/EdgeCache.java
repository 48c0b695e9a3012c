package dev.chancery.audit.internal.writing;

import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.internal.files.LogFiles;
import dev.chancery.audit.internal.line.LineSeal;
import dev.chancery.audit.internal.tree.Hashes;
import dev.chancery.audit.internal.tree.TreeEdge;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Where a chain's last checkpoint stands in its segment, and the tree's edge there, in a small file: who opens the chain reads on
 * from there. A cache, and not forced: without a right one the segment is read from its beginning.
 *
 * @param segment the segment's number
 * @param bytes where the last line that the checkpoint covers ends
 * @param tree the edge of the tree over the lines up to there
 * @param marks what those lines say of compromised keys
 */
record EdgeCache(int segment, long bytes, TreeEdge tree, Marks marks) {
    private static final String BEGINNING = "chancery-audit-edge";
    private static final String MARK = "mark";
    private static final String SUSPENDED = "suspended";
    private static final int LARGEST = 16 << 20;

    /** What the chain's directory has, if it belongs to that checkpoint. */
    static Optional<EdgeCache> read(ChainDirectory chain, Checkpoint checkpoint, LineSeal seal) {
        try {
            Path file = chain.edge();
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LARGEST) {
                return Optional.empty();
            }
            return parse(Files.readString(file, StandardCharsets.ISO_8859_1), seal)
                    .filter(edge -> edge.tree.size() == checkpoint.size()
                            && Hashes.hex(edge.tree.root()).equals(checkpoint.root()));
        } catch (IOException | IllegalArgumentException | DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<EdgeCache> parse(String text, LineSeal seal) {
        int code = text.lastIndexOf("code ");
        if (code < 0 || !text.substring(code).equals("code " + seal.ofText(text.substring(0, code)) + "\n")) {
            return Optional.empty();
        }
        String[] words = text.substring(0, code).split("\\s+");
        List<byte[]> subtrees = new ArrayList<>();
        int word = 4;
        for (; word < words.length && !isMark(words[word]); word++) {
            subtrees.add(HexFormat.of().parseHex(words[word]));
        }
        Marks marks = new Marks();
        for (; word + 2 < words.length; word += 3) {
            if (words[word].equals(MARK)) {
                marks.add(words[word + 1], words[word + 2]);
            } else {
                marks.addSuspension(words[word + 1], Instant.parse(words[word + 2]));
            }
        }
        return Optional.of(new EdgeCache(
                Integer.parseInt(words[1]),
                Long.parseLong(words[2]),
                TreeEdge.of(Long.parseLong(words[3]), subtrees),
                marks));
    }

    private static boolean isMark(String word) {
        return word.equals(MARK) || word.equals(SUSPENDED);
    }

    /** Writes it in place of the one before; a failure costs the next opening some time, and nothing else. */
    void write(ChainDirectory chain, LineSeal seal) throws IOException {
        StringBuilder text = new StringBuilder(BEGINNING)
                .append(' ')
                .append(segment)
                .append(' ')
                .append(bytes)
                .append(' ')
                .append(tree.size())
                .append('\n');
        tree.subtrees().forEach(root -> text.append(Hashes.hex(root)).append('\n'));
        marks.all().forEach((fingerprint, since) -> append(text, MARK, fingerprint, since));
        marks.suspensions().forEach((fingerprint, at) -> append(text, SUSPENDED, fingerprint, at));
        String code = seal.ofText(text.toString());
        text.append("code ").append(code).append('\n');
        Path file = chain.edge();
        LogFiles.requireFileIfThere(file);
        Files.writeString(file, text, StandardCharsets.US_ASCII);
    }

    private static void append(StringBuilder text, String kind, String fingerprint, Object when) {
        text.append(kind)
                .append(' ')
                .append(fingerprint)
                .append(' ')
                .append(when)
                .append('\n');
    }
}
