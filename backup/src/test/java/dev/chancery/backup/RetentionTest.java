package dev.chancery.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which archives of a directory are kept. */
@Tag("one-jdk")
class RetentionTest {
    private static final Instant NEWEST = Instant.parse("2026-11-30T02:00:00Z"); // a Monday

    @TempDir
    Path directory;

    @Test
    void the_newest_of_each_period_is_kept() throws IOException {
        for (int day = 0; day < 400; day++) {
            Instant night = NEWEST.minus(day, ChronoUnit.DAYS);
            Files.createFile(directory.resolve(Retention.name(night)));
            Files.createFile(directory.resolve(Retention.name(night.minusSeconds(3600))));
        }
        Path mine = Files.createFile(directory.resolve("chancery-mine.tar.gz.gpg"));
        List<Path> removed = Retention.parse("3d,2w,2m").prune(directory);
        assertThat(Retention.archives(directory))
                .extracting(path -> path.getFileName().toString())
                .containsExactly(
                        "chancery-20261130T020000Z.tar.gz.gpg", // day, week, month
                        "chancery-20261129T020000Z.tar.gz.gpg", // day, week
                        "chancery-20261128T020000Z.tar.gz.gpg", // day
                        "chancery-20261031T020000Z.tar.gz.gpg"); // month
        assertThat(removed).hasSize(800 - 4);
        assertThat(mine).exists();
        assertThat(Retention.parse("1y").prune(directory)).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "0d", "7d,", "7h", "-1d", "99999d"})
    void another_rule_is_refused(String rule) {
        assertThatThrownBy(() -> Retention.parse(rule))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("7d,4w,12m");
    }
}
