package dev.chancery.audit.internal.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.audit.AuditLog;
import dev.chancery.audit.Logs;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.error.ConfigurationException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A line has at most 65,535 bytes, whatever its number. */
class LineLimitTest {
    private static final LineSeal SEAL = new LineSeal(new SecretKeySpec(new byte[32], "HmacSHA256"));

    /** Numbers do not grow longer than this. */
    private static final long LARGEST = 999_999_999_999_999_998L;

    @TempDir
    private Path temp;

    /** The longest that is taken: one more byte is too many. */
    private static AuditRecord longest() {
        int length = LogLine.body(record(0)).length;
        int most = 0;
        for (int step = 1 << 15; step > 0; step >>= 1) {
            try {
                assertThat(LogLine.body(record(most + step))).hasSize(length + most + step);
                most += step;
            } catch (ConfigurationException tooLong) {
                assertThat(tooLong).hasMessageContaining("65535 bytes");
            }
        }
        return record(most);
    }

    private static AuditRecord record(int length) {
        return AuditRecord.builder(Instant.EPOCH, AuditEvent.KEY_USED)
                .text("op_id", "longest")
                .list("items", List.of("x".repeat(length)))
                .build();
    }

    @Test
    void a_line_of_65_535_bytes_is_read_and_one_of_65_536_is_none() throws IOException {
        SealedLines lines = new SealedLines(LARGEST, new byte[32], SEAL);
        AuditRecord longest = longest();
        lines.add(LogLine.body(longest));
        byte[] line = Arrays.copyOf(lines.bytes(), lines.size());
        assertThat(line).hasSize(65_535).startsWith(("{\"seq\":" + (LARGEST + 1)).getBytes(StandardCharsets.US_ASCII));

        Path file = Files.write(temp.resolve("000001.jsonl"), line);
        try (LineReader reader = new LineReader(file, 0, SEAL)) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.isSealed()).isTrue();
            assertThat(reader.leaf()).isEqualTo(lines.head());
            assertThat(reader.record(1).record().fields()).isEqualTo(longest.fields());
            assertThat(reader.next()).isFalse();
        }

        ByteArrayOutputStream longer = new ByteArrayOutputStream();
        int middle = line.length / 2;
        longer.write(line, 0, middle);
        longer.write('x');
        longer.write(line, middle, line.length - middle);
        Files.write(file, longer.toByteArray());
        try (LineReader reader = new LineReader(file, 0, SEAL)) {
            assertThat(reader.next()).isFalse();
        }
    }

    @Test
    void the_longest_record_is_taken_and_verified_a_longer_one_is_refused_and_the_log_goes_on() {
        AuditRecord longest = longest();
        AuditRecord longer = record(longest.list("items").get(0).length() + 1);
        try (AuditLog log = Logs.open(temp)) {
            log.append(longest);
            assertThatThrownBy(() -> log.append(longer))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("65535 bytes");
            log.append(Logs.record("after"));
        }

        assertThat(Logs.texts(temp)).containsExactly("longest", "after");
        assertThat(Logs.verifySealed(temp).problems()).isEmpty();
    }
}
