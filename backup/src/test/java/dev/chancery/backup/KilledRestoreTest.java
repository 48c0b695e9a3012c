package dev.chancery.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.backup.archive.ArchiveKey;
import dev.chancery.backup.archive.ArchiveLock;
import dev.chancery.key.KeyListing;
import dev.chancery.key.KeyMetadata;
import dev.chancery.spi.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL in the middle of a restore leaves each key whole or absent, and the next restore brings all of them. */
@Tag("one-jdk")
class KilledRestoreTest {
    private static final int KILLS = Integer.getInteger("chancery.kills", 3);
    private static final int KEYS = 12;

    @TempDir
    Path directory;

    /** What the child process runs: restores into one directory after the other, each named by a line. */
    static final class Restores {
        private Restores() {}

        public static void main(String[] arguments) throws IOException {
            ArchiveKey key = ArchiveKey.ofPassphrase(RestoreTest.PASSPHRASE);
            Restore.of(Path.of(arguments[0]), key, Path.of(arguments[1])).plan(); // loads the classes
            System.out.println("ready");
            System.in.read();
            Restore.of(Path.of(arguments[0]), key, Path.of(arguments[1])).run();
        }
    }

    @Test
    void each_key_is_whole_or_absent() throws Exception {
        Path archive = directory.resolve("archive.gpg");
        Path keys = directory.resolve("keys");
        List<KeyMetadata> all;
        try (KeyStore store = KeyStores.open(keys)) {
            for (int i = 0; i < KEYS; i++) {
                store.generate(
                        KeyRequest.builder(KeySpec.ED25519).name("key-" + i).build());
            }
            store.generate(KeyRequest.builder(KeySpec.ED25519).ring("ca").build());
            Files.move(keys.resolve("private/key-0.pem"), keys.resolve("private/key-0.pem.disabled"));
            Backup.of(store).writeTo(archive, ArchiveLock.ofPassphrase(RestoreTest.PASSPHRASE));
        }
        try (KeyStore store = KeyStores.open(keys)) {
            all = store.list();
        }
        Map<String, String> live = ArchiveTest.files(keys);
        Random random = new Random();
        Map<String, Integer> moments = new TreeMap<>();
        for (int kill = 0; kill < KILLS; kill++) {
            Path target = directory.resolve("restored-" + kill);
            killAt(random.nextInt(5 * all.size()), all.size(), archive, target);
            moments.merge(moment(Seen.in(target), all.size()), 1, Integer::sum);
            requireWholeOrAbsent(target, all);
            Restore.Plan done = Restore.of(archive, ArchiveKey.ofPassphrase(RestoreTest.PASSPHRASE), target)
                    .run();
            assertThat(done.isComplete()).isTrue();
            assertThat(ArchiveTest.files(target)).isEqualTo(live);
        }
        System.out.println("KilledRestoreTest: " + KILLS + " kills " + moments);
    }

    /** How far a restore has come: each key gets a marker first, then three files, and loses its marker last. */
    private record Seen(int markers, int files) {
        static Seen in(Path target) throws IOException {
            DurableFiles disk = new DurableFiles();
            List<String> root = disk.names(target);
            int markers = count(root, ".creating");
            int files = count(root, ".json")
                    + disk.names(target.resolve("private")).size()
                    + disk.names(target.resolve("public")).size();
            return new Seen(markers, files);
        }

        private static int count(List<String> names, String end) {
            return (int) names.stream().filter(name -> name.endsWith(end)).count();
        }

        int steps(int keys) {
            return files < 3 * keys ? files + markers : 5 * keys - markers;
        }
    }

    private static String moment(Seen seen, int keys) {
        return seen.markers() == 0
                ? seen.files() == 0 ? "before" : "after"
                : seen.files() == 0
                        ? "among the markers"
                        : seen.files() < 3 * keys ? "among the files" : "before the last marker went";
    }

    /** Kills a restore once it has taken so many steps. */
    private static void killAt(int steps, int keys, Path archive, Path target) throws Exception {
        Process child = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Restores.class.getName(),
                        archive.toString(),
                        target.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(child.inputReader().readLine()).isEqualTo("ready");
        child.getOutputStream().write('\n');
        child.getOutputStream().flush();
        while (child.isAlive() && Seen.in(target).steps(keys) < steps) {
            // until then
        }
        child.destroyForcibly().waitFor();
    }

    /** Looks before anything tidies up, and after a writer has. */
    private static void requireWholeOrAbsent(Path target, List<KeyMetadata> all) throws IOException {
        for (int look = 0; look < 2; look++) {
            try (KeyStore store = KeyStores.open(target)) {
                KeyListing listing = store.listing();
                assertThat(listing.unusable()).isEmpty();
                List<KeyMetadata> there = new ArrayList<>(listing.usable());
                there.removeIf(key -> key.id().value().equals("another"));
                assertThat(all).containsAll(there);
                if (look == 0) {
                    store.generate(
                            KeyRequest.builder(KeySpec.ED25519).name("another").build());
                }
            }
        }
        try (Stream<Path> files = Files.walk(target)) {
            assertThat(files.map(Path::toString))
                    .noneMatch(file -> file.endsWith(".creating") || file.endsWith(".tmp"));
        }
        for (String file : List.of("another.json", "private/another.pem", "public/another.pub")) {
            Files.delete(target.resolve(file));
        }
    }
}
