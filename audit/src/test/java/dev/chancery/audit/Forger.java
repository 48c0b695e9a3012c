package dev.chancery.audit;

import dev.chancery.audit.internal.line.LineSeal;
import dev.chancery.audit.internal.line.LogLine;
import dev.chancery.audit.internal.line.SealedLines;
import dev.chancery.audit.internal.tree.Hashes;
import dev.chancery.audit.record.AuditRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.spec.SecretKeySpec;

/** An outsider who has the log's disk and knows its form, and has no audit key: all but the seals and signatures comes out right. */
final class Forger {
    private static final LineSeal NO_SEAL = new LineSeal(new SecretKeySpec(new byte[32], "HmacSHA256"));

    private Forger() {}

    /** A line with the right number and the right hash of the line before. */
    static byte[] lineAfter(byte[] line, AuditRecord record) {
        String text = new String(line, StandardCharsets.US_ASCII);
        long number = line.length == 0 ? 0 : Long.parseLong(text.substring("{\"seq\":".length(), text.indexOf(',')));
        SealedLines next = new SealedLines(number, line.length == 0 ? new byte[32] : leaf(line), NO_SEAL);
        next.add(LogLine.body(record));
        return Arrays.copyOf(next.bytes(), next.size());
    }

    /** The same line behind another; its seal stays. */
    static String chained(String line, byte[] before) {
        String text = new String(before, StandardCharsets.US_ASCII);
        long number = Long.parseLong(text.substring("{\"seq\":".length(), text.indexOf(',')));
        return line.replaceFirst(
                "^\\{\"seq\":[0-9]+,\"prev\":\"[0-9a-f]{64}\"",
                "{\"seq\":" + (number + 1) + ",\"prev\":\"" + Hashes.hex(leaf(before)) + "\"");
    }

    /** The same line as the first of a chain; its seal stays. */
    static String first(String line) {
        return line.replaceFirst(
                "^\\{\"seq\":[0-9]+,\"prev\":\"[0-9a-f]{64}\",\"acked\":[0-9]+",
                "{\"seq\":1,\"prev\":\"" + "0".repeat(64) + "\",\"acked\":0");
    }

    /** Hashes as a line has them. */
    static String list(List<byte[]> hashes) {
        return hashes.stream().map(Hashes::hex).collect(Collectors.joining("\",\"", "[\"", "\"]"));
    }

    static byte[] leaf(byte[] line) {
        MessageDigest digest = dev.chancery.spi.support.Sha256.digest();
        digest.update((byte) 0);
        return digest.digest(line);
    }

    /** Puts a well-chained line behind a segment's last. */
    static void append(Path segment, AuditRecord record) throws IOException {
        List<String> lines = Files.readString(segment).replace("\0", "").lines().toList();
        byte[] last = (lines.get(lines.size() - 1) + "\n").getBytes(StandardCharsets.US_ASCII);
        Files.write(segment, lineAfter(last, record), StandardOpenOption.APPEND);
    }
}
