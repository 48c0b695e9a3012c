package dev.chancery.audit.internal.files;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that is written to is missed when its path leads elsewhere, in a directory that was left alone for long, and in a new one. */
@ParameterizedClass(name = "directory untouched for {0} s")
@ValueSource(longs = {0, 3_600})
class LogFilesTest {
    private static final byte[] LINE = "a line\n".getBytes(StandardCharsets.US_ASCII);

    private final long untouched;

    @TempDir
    private Path temporary;

    private Path directory;
    private Path path;
    private LogFile file;

    LogFilesTest(long untouched) {
        this.untouched = untouched;
    }

    @BeforeEach
    void open() throws IOException {
        directory = Files.createDirectory(temporary.resolve("chain"));
        path = directory.resolve("segment");
        file = LogFiles.DISK.create(path);
        file.write(0, LINE, LINE.length);
        settle();
        file.requireInPlace(LINE.length);
    }

    private void settle() throws IOException {
        Files.setLastModifiedTime(directory, FileTime.from(Instant.now().minus(Duration.ofSeconds(untouched))));
    }

    @AfterEach
    void close() throws IOException {
        file.close();
    }

    /** What may become of a file. */
    private enum Loss {
        REMOVED("was removed") {
            @Override
            void of(Path file) throws IOException {
                Files.delete(file);
            }
        },
        MOVED_AWAY("was removed") {
            @Override
            void of(Path file) throws IOException {
                Files.move(file, file.resolveSibling("elsewhere"));
            }
        },
        REPLACED("was replaced") {
            @Override
            void of(Path file) throws IOException {
                Path copy = Files.copy(file, file.resolveSibling("copy"));
                Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
            }
        },
        SHORTENED("has 6 bytes where 7 were written") {
            @Override
            void of(Path file) throws IOException {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(LINE.length - 1);
                }
            }
        },
        DIRECTORY_MOVED_AWAY("was removed") {
            @Override
            void of(Path file) throws IOException {
                Files.move(file.getParent(), file.getParent().resolveSibling("elsewhere"));
            }
        },
        DIRECTORY_REPLACED_BY_A_COPY("was replaced") {
            @Override
            void of(Path file) throws IOException {
                Path directory = file.getParent();
                FileTime changed = Files.getLastModifiedTime(directory);
                Path before = Files.move(directory, directory.resolveSibling("elsewhere"));
                Files.createDirectory(directory);
                Files.copy(before.resolve(file.getFileName()), file);
                Files.setLastModifiedTime(directory, changed);
            }
        };

        private final String message;

        Loss(String message) {
            this.message = message;
        }

        abstract void of(Path file) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void a_lost_file_is_missed(Loss loss) throws IOException {
        loss.of(path);

        assertThatThrownBy(() -> file.requireInPlace(LINE.length))
                .isInstanceOf(LostFileException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining(loss.message);
    }

    @ParameterizedTest
    @EnumSource(names = {"REMOVED", "REPLACED", "DIRECTORY_MOVED_AWAY"})
    void a_file_is_missed_after_other_files_have_come_and_gone(Loss loss) throws IOException {
        Files.delete(Files.createFile(directory.resolve("other")));
        assertThatCode(() -> file.requireInPlace(LINE.length)).doesNotThrowAnyException();
        settle();
        assertThatCode(() -> file.requireInPlace(LINE.length)).doesNotThrowAnyException();

        loss.of(path);

        assertThatThrownBy(() -> file.requireInPlace(LINE.length)).isInstanceOf(LostFileException.class);
    }
}
