package dev.chancery.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.backup.archive.ArchiveKey;
import dev.chancery.backup.archive.ArchiveLock;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged and hostile archives are refused, and nothing is written. */
@Tag("one-jdk")
class HostileArchiveTest {
    /** Long form: {@code -Dchancery.flips=500}. */
    private static final int FLIPS = Integer.getInteger("chancery.flips", 20);

    private static final Reader READER = new Reader();
    private static final ArchiveLock LOCK = READER.lock();
    private static final ArchiveKey KEY = READER.key();

    @TempDir
    Path directory;

    private Path archive;
    private Path target;

    @BeforeEach
    void namePlaces() {
        archive = directory.resolve("archive.gpg");
        target = directory.resolve("restored");
    }

    private Restore restore() {
        return Restore.of(archive, KEY, target);
    }

    private interface Tar {
        void write(TarArchiveOutputStream tar) throws IOException;
    }

    private static void file(TarArchiveOutputStream tar, String name, byte... content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static void special(TarArchiveOutputStream tar, String name, byte type, String link) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, type);
        entry.setLinkName(link);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private static Arguments of(String why, Tar tar) {
        return Arguments.of(why, tar);
    }

    static Stream<Arguments> hostile() {
        return Stream.of(
                of("leads out of it", tar -> file(tar, "../evil.json")),
                of("leads out of it", tar -> file(tar, "public/../../evil.pub")),
                of("leads out of it", tar -> file(tar, "private/..")),
                of("absolute", tar -> file(tar, "/etc/evil")),
                of("absolute", tar -> file(tar, "C:/evil")),
                of("backslash", tar -> file(tar, "..\\evil")),
                of("control character", tar -> file(tar, "public/a\nb.pub")),
                of("not plain", tar -> file(tar, "public//a.pub")),
                of("not plain", tar -> file(tar, "public/./a.pub")),
                of("special", tar -> special(tar, "private/a.pem", TarConstants.LF_SYMLINK, "/etc/shadow")),
                of("special", tar -> special(tar, "private", TarConstants.LF_SYMLINK, "/tmp")),
                of("special", tar -> special(tar, "private/a.pem", TarConstants.LF_LINK, "public/a.pub")),
                of("special", tar -> special(tar, "private/a.pem", TarConstants.LF_FIFO, "")),
                of("special", tar -> special(tar, "private/a.pem", TarConstants.LF_CHR, "")),
                of("twice", tar -> {
                    file(tar, "public/a.pub", (byte) 1);
                    file(tar, "./public/a.pub", (byte) 2);
                }),
                of("capitals", tar -> {
                    file(tar, "public/a.pub");
                    file(tar, "public/A.pub");
                }),
                of("capitals", tar -> {
                    file(tar, "private");
                    special(tar, "private/", TarConstants.LF_DIR, "");
                }),
                of("at most 65536", tar -> file(tar, "private/a.pem", new byte[70_000])),
                of("200 times", tar -> file(tar, "README", new byte[32 << 20])),
                of(
                        "manifest makes no sense",
                        tar -> file(tar, "backup/manifest.json", "[]".getBytes(StandardCharsets.US_ASCII))),
                of("not in its manifest", tar -> {
                    file(tar, "public/a.pub");
                    file(
                            tar,
                            "backup/manifest.json",
                            "{\"version\":1,\"keys\":[],\"files\":[]}".getBytes(StandardCharsets.US_ASCII));
                }),
                of(
                        "it is not there",
                        tar -> file(
                                tar,
                                "backup/manifest.json",
                                "{\"version\":1,\"keys\":[],\"files\":[{\"path\":\"a.json\",\"sha256\":\"\"}]}"
                                        .getBytes(StandardCharsets.US_ASCII))));
    }

    @ParameterizedTest(name = "{index}: {0}")
    @MethodSource("hostile")
    void what_no_backup_holds_is_refused(String why, Tar hostile) throws IOException {
        try (OutputStream file = Files.newOutputStream(archive);
                OutputStream encrypted = LOCK.close(file);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(encrypted), "UTF-8")) {
            hostile.write(tar);
        }
        assertThatThrownBy(() -> restore().run())
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining(why);
        assertThat(target).doesNotExist();
        assertThat(directory.getParent().resolve("evil.json")).doesNotExist();
    }

    @Test
    void what_is_no_archive_is_refused() throws IOException {
        for (String content : List.of("", "short", "-----BEGIN PGP MESSAGE-----\n".repeat(10), "x".repeat(200))) {
            Files.writeString(archive, content);
            assertThatThrownBy(() -> restore().run()).isInstanceOf(IntegrityException.class);
        }
        // A message that only gzip and tar are missing from.
        try (OutputStream file = Files.newOutputStream(archive);
                OutputStream encrypted = LOCK.close(file)) {
            encrypted.write("no gzip".getBytes(StandardCharsets.US_ASCII));
        }
        assertThatThrownBy(() -> restore().run()).isInstanceOf(IntegrityException.class);
        assertThat(target).doesNotExist();
    }

    @Test
    void a_changed_bit_or_a_cut_is_refused() throws IOException {
        try (KeyStore store = KeyStores.open(directory.resolve("keys"))) {
            store.generate(KeyRequest.builder(KeySpec.EC_P256).ring("ca").build());
            Backup.of(store).writeTo(archive, LOCK);
        }
        byte[] sound = Files.readAllBytes(archive);
        List<byte[]> damaged = new ArrayList<>();
        Random random = new Random(42);
        for (int i = 0; i < FLIPS; i++) {
            byte[] flipped = sound.clone();
            // Each of the first bytes, where packets begin and the session key is, and others.
            flipped[i < 8 ? i : 60 + random.nextInt(sound.length - 60)] ^= (byte) (1 << random.nextInt(8));
            damaged.add(flipped);
            damaged.add(Arrays.copyOf(sound, 60 + random.nextInt(sound.length - 60)));
        }
        for (byte[] bytes : damaged) {
            Files.write(archive, bytes);
            assertThatThrownBy(() -> restore().run()).isInstanceOf(ChanceryException.class);
        }
        assertThat(target).doesNotExist();
        Files.write(archive, sound);
        assertThat(restore().run().steps()).isNotEmpty();
    }
}
