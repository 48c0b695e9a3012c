package dev.chancery.spi.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DurableFilesTest {
    private static final byte[] NEW = "new".getBytes(UTF_8);

    @TempDir
    private Path temp;

    private Path file;

    /** Each way to write one. */
    private enum Way {
        REPLACE,
        REWRITE,
        CREATE,
        CREATE_IN_PLACE;

        void write(DurableFiles files, Path file) throws IOException {
            switch (this) {
                case REPLACE -> files.replace(file, NEW);
                case REWRITE -> files.rewrite(Files.createFile(file), NEW);
                case CREATE -> files.create(file, NEW);
                case CREATE_IN_PLACE -> files.createInPlace(file, NEW);
            }
        }
    }

    @BeforeEach
    void nameTheFile() {
        file = temp.resolve("a.json");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(temp)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private String mode() throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void a_file_is_written_and_nothing_else_is_left(Way way) throws IOException {
        way.write(new DurableFiles(), file);
        assertThat(file).hasBinaryContent(NEW);
        assertThat(names()).containsExactly("a.json");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void an_interrupt_in_the_middle_breaks_nothing_and_is_not_lost(Way way) throws IOException {
        List<Integer> attempts = new ArrayList<>();
        DurableFiles files = new DurableFiles() {
            @Override
            protected void write(FileChannel channel, byte[] content) throws IOException {
                attempts.add(content.length);
                if (attempts.size() <= 2) {
                    Thread.currentThread().interrupt();
                }
                super.write(channel, content);
            }
        };
        way.write(files, file);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(attempts).hasSize(3);
        assertThat(file).hasBinaryContent(NEW);
        assertThat(names()).containsExactly("a.json");
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void a_thread_that_is_interrupted_already_writes_all_the_same(Way way) throws IOException {
        Thread.currentThread().interrupt();
        way.write(new DurableFiles(), file);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(file).hasBinaryContent(NEW);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void a_disk_that_becomes_full_in_the_middle_leaves_no_part_of_a_file(Way way) throws IOException {
        DurableFiles files = new DurableFiles() {
            @Override
            protected void write(FileChannel channel, byte[] content) throws IOException {
                super.write(channel, new byte[1]);
                throw new IOException("No space left on device");
            }
        };
        assertThatThrownBy(() -> way.write(files, file)).hasMessageContaining("No space");
        assertThat(names()).hasSize(way == Way.REWRITE ? 1 : 0);
        if (way == Way.REWRITE) {
            assertThat(file).isEmptyFile();
        }
    }

    @Test
    void a_reader_sees_the_old_file_or_the_new_one() throws Exception {
        DurableFiles files = new DurableFiles();
        files.replace(file, "0".repeat(10_000).getBytes(UTF_8));
        AtomicBoolean done = new AtomicBoolean();
        List<String> seen = new ArrayList<>();
        Thread reader = new Thread(() -> {
            while (!done.get()) {
                try {
                    seen.add(new String(FileContent.read(file, 10_000).bytes(), UTF_8));
                } catch (IOException e) {
                    seen.add(e.toString());
                }
            }
        });
        reader.start();
        for (int turn = 1; turn <= 200; turn++) {
            files.replace(file, String.valueOf(turn % 10).repeat(10_000).getBytes(UTF_8));
        }
        done.set(true);
        reader.join();
        assertThat(seen)
                .isNotEmpty()
                .allMatch(text -> text.equals(text.substring(0, 1).repeat(10_000)));
    }

    @Test
    void a_file_has_its_final_mode_from_the_first_moment() throws IOException {
        List<String> modes = new ArrayList<>();
        DurableFiles files = new DurableFiles() {
            @Override
            protected void write(FileChannel channel, byte[] content) throws IOException {
                try (Stream<Path> there = Files.list(temp)) {
                    for (Path each : there.toList()) {
                        modes.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)));
                    }
                }
                super.write(channel, content);
            }
        };
        files.replace(file, NEW, FileModes.of(file, "r--------"));
        assertThat(modes).containsExactly("r--------");
        assertThat(mode()).isEqualTo("r--------");
    }

    @Test
    void a_file_that_is_written_anew_keeps_its_mode() throws IOException {
        Files.createFile(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
        new DurableFiles().rewrite(file, NEW);
        assertThat(mode()).isEqualTo("r--r-----");
        assertThat(file).hasBinaryContent(NEW);
    }

    @Test
    void a_file_that_is_there_is_not_made_again() throws IOException {
        Files.writeString(file, "old");
        DurableFiles files = new DurableFiles();
        assertThatThrownBy(() -> files.create(file, NEW)).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> files.createInPlace(file, NEW)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("old");
        assertThat(names()).containsExactly("a.json");
    }

    @Test
    void a_symbolic_link_is_replaced_and_not_followed() throws IOException {
        Path elsewhere = Files.writeString(temp.resolve("elsewhere"), "precious");
        Files.createSymbolicLink(file, elsewhere);
        new DurableFiles().replace(file, NEW);
        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(elsewhere).hasContent("precious");
    }

    @Test
    void a_rename_that_fails_leaves_what_was_there() throws IOException {
        Files.createDirectories(file.resolve("full"));
        assertThatThrownBy(() -> new DurableFiles().replace(file, NEW)).isInstanceOf(FileSystemException.class);
        assertThat(names()).containsExactly("a.json");
    }

    @Test
    void what_a_crash_left_is_known_by_its_name_and_goes() throws IOException {
        for (String name : List.of(
                "a.json", ".a.json.0123456789ab.tmp", ".b.txt.0123456789ab.tmp", ".a.json.tmp", ".a.json.swp.tmp")) {
            Files.createFile(temp.resolve(name));
        }
        new DurableFiles().removeLeftovers(temp, name -> name.endsWith(".json"));
        assertThat(names()).containsExactly(".a.json.swp.tmp", ".a.json.tmp", ".b.txt.0123456789ab.tmp", "a.json");
    }

    @Test
    void what_a_crash_would_leave_has_that_name() throws IOException {
        List<String> during = new ArrayList<>();
        DurableFiles files = new DurableFiles() {
            @Override
            protected void write(FileChannel channel, byte[] content) throws IOException {
                during.addAll(names(temp));
                removeLeftovers(temp, "a.json"::equals);
                during.addAll(names(temp));
                throw new IOException("crash");
            }
        };
        assertThatThrownBy(() -> files.replace(file, NEW)).hasMessage("crash");
        assertThat(during).singleElement().asString().matches("\\.a\\.json\\.[0-9a-f]{12}\\.tmp");
    }

    @Test
    void a_directory_is_made_once_and_its_name_forced() throws IOException {
        List<Path> forced = new ArrayList<>();
        DurableFiles files = new DurableFiles() {
            @Override
            public void forceDirectory(Path directory) throws IOException {
                forced.add(directory);
                super.forceDirectory(directory);
            }
        };
        files.makeDirectory(temp.resolve("rings"), FileModes.of(temp, "rwx------"));
        files.makeDirectory(temp.resolve("rings"), FileModes.of(temp, "rwx------"));
        assertThat(forced).containsExactly(temp);
    }
}
