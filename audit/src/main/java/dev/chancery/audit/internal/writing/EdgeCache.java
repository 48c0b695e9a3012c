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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a chain's last checkpoint stands in its segment, and the tree's edge there, in a small file: who opens the chain reads on
 * from there. A cache, and not forced: without a right one the segment is read from its beginning.
 *
 * @param segment the segment's number
 * @param bytes where the last line that the checkpoint covers ends
 * @param tree the edge of the tree over the lines up to there
 * @param summary what those lines say of compromised keys and of other chains
 */
record EdgeCache(int segment, long bytes, TreeEdge tree, ChainSummary summary) {
    private static final String BEGINNING = "chancery-audit-edge";
    private static final String MARK = "mark";
    private static final String SUSPENDED = "suspended";
    private static final String HEAD = "head";
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
        List<byte[]> subtrees = new ArrayList<>();
        ChainSummary summary = new ChainSummary();
        String[] lines = text.substring(0, code).split("\n");
        for (String line : lines) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case BEGINNING -> {} // below
                case MARK -> summary.marks().add(words[1], words[2]);
                case SUSPENDED -> summary.marks().addSuspension(words[1], Instant.parse(words[2]));
                case HEAD -> summary.addHead(words[1], words[2], words[3]);
                default -> subtrees.add(HexFormat.of().parseHex(line));
            }
        }
        String[] place = lines[0].split(" ");
        return Optional.of(new EdgeCache(
                Integer.parseInt(place[1]),
                Long.parseLong(place[2]),
                TreeEdge.of(Long.parseLong(place[3]), subtrees),
                summary));
    }

    /** Writes it in place of the one before; a failure costs the next opening some time, and nothing else. */
    void write(ChainDirectory chain, LineSeal seal) throws IOException {
        StringBuilder text = new StringBuilder();
        append(text, BEGINNING, segment, bytes, tree.size());
        tree.subtrees().forEach(root -> append(text, Hashes.hex(root)));
        summary.marks().all().forEach((fingerprint, since) -> append(text, MARK, fingerprint, since));
        summary.marks().suspensions().forEach((fingerprint, at) -> append(text, SUSPENDED, fingerprint, at));
        summary.heads().forEach((origin, head) -> append(text, HEAD, origin, head));
        String code = seal.ofText(text.toString());
        text.append("code ").append(code).append('\n');
        Path file = chain.edge();
        LogFiles.requireFileIfThere(file);
        Files.writeString(file, text, StandardCharsets.US_ASCII);
    }

    private static void append(StringBuilder text, Object... words) {
        text.append(Stream.of(words).map(Object::toString).collect(Collectors.joining(" ", "", "\n")));
    }
}
