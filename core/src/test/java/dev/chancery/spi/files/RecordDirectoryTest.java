package dev.chancery.spi.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.spi.files.RecordDirectory.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordDirectoryTest {
    @TempDir
    private Path temp;

    private RecordDirectory records;

    @BeforeEach
    void open() {
        records = reopen();
    }

    private RecordDirectory reopen() {
        return new RecordDirectory(temp, ".json", 16);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private Optional<String> read(String name) {
        return reopen().read(name).map(entry -> new String(entry.content(), UTF_8));
    }

    private static Predicate<Optional<Entry>> version(Optional<Entry> read) {
        return standing -> standing.map(Entry::version).equals(read.map(Entry::version));
    }

    @Test
    void a_record_is_written_over_what_was_expected_only() {
        assertThat(records.replace("a", Optional::isPresent, bytes("none there")))
                .isFalse();
        assertThat(records.replace("a", Optional::isEmpty, bytes("first"))).isTrue();
        Optional<Entry> first = records.read("a");
        assertThat(records.replace("a", version(first), bytes("second"))).isTrue();
        assertThat(records.replace("a", version(first), bytes("lost"))).isFalse();
        assertThat(read("a")).contains("second");
    }

    @Test
    void a_version_is_the_hash_of_the_bytes() {
        records.replace("a", standing -> true, bytes("abc"));
        assertThat(records.read("a").orElseThrow().version())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); // FIPS 180-4
    }

    @Test
    void no_change_of_many_writers_is_lost() throws Exception {
        records.replace("count", standing -> true, bytes("0"));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int n = 0; n < 40; n++) {
                running.add(threads.submit(() -> add(reopen())));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(read("count")).contains("40");
    }

    private static void add(RecordDirectory records) {
        while (true) {
            Optional<Entry> read = records.read("count");
            int count = Integer.parseInt(new String(read.orElseThrow().content(), UTF_8));
            if (records.replace("count", version(read), bytes(String.valueOf(count + 1)))) {
                return;
            }
        }
    }

    @Test
    void records_are_listed_by_name_and_nothing_else_is() throws IOException {
        records.replace("b", standing -> true, bytes("2"));
        records.replace("a%20~x.y", standing -> true, bytes("1"));
        records.claim("codes", 1, bytes("b"));
        Files.writeString(temp.resolve("README.md"), "by hand");
        assertThat(records.list()).extracting(Entry::name).containsExactly("a%20~x.y", "b");
    }

    @Test
    void a_record_goes_if_it_may() {
        records.replace("a", standing -> true, bytes("1"));
        assertThat(records.remove("a", standing -> false)).isFalse();
        assertThat(read("a")).contains("1");
        assertThat(records.remove("a", standing -> true)).isTrue();
        assertThat(read("a")).isEmpty();
        assertThat(records.remove("a", standing -> false)).isTrue();
    }

    @Test
    void a_generation_is_claimed_once() {
        assertThat(records.claim("codes", 1, bytes("a"))).isEqualTo(bytes("a"));
        assertThat(reopen().claim("codes", 1, bytes("b"))).isEqualTo(bytes("a"));
        records.claim("codes", 10, bytes("b"));
        records.claim("codes", 9, bytes("c"));
        assertThat(records.claims("codes").keySet()).containsExactly(10L, 9L, 1L);
        assertThat(records.claims("codes").get(9L)).isEqualTo(bytes("c"));
        assertThat(records.claims("none")).isEmpty();
        assertThat(records.rings()).containsExactly("codes");
    }

    @Test
    void of_many_that_claim_one_generation_all_hear_of_the_same() throws Exception {
        Set<String> holders = Collections.synchronizedSet(new TreeSet<>());
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int n = 0; n < 16; n++) {
                byte[] candidate = bytes("key-" + n);
                running.add(
                        threads.submit(() -> holders.add(new String(reopen().claim("codes", 1, candidate), UTF_8))));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(holders).hasSize(1);
    }

    @Test
    void several_steps_are_one_for_other_writers() {
        records.replace("a", standing -> true, bytes("1"));
        boolean claimed = records.alone("Claiming for a", () -> {
            boolean there = records.read("a").isPresent();
            return there && records.claim("codes", 1, bytes("a")).length == 1 && records.remove("a", any -> true);
        });
        assertThat(claimed).isTrue();
        assertThat(read("a")).isEmpty();
        assertThat(records.claims("codes")).hasSize(1);
    }

    @Test
    void a_record_has_bounds_both_ways() throws IOException {
        byte[] large = new byte[17];
        assertThatThrownBy(() -> records.replace("a", standing -> true, large))
                .isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> records.claim("codes", 1, large)).isInstanceOf(ConfigurationException.class);
        Files.write(temp.resolve("a.json"), large);
        assertThatThrownBy(() -> records.read("a"))
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContainingAll("a.json", "17 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", ".lock", "a/b", "../a", "a\\b", "a\nb", "ä"})
    void a_name_never_leads_out_of_the_directory(String name) {
        assertThatThrownBy(() -> records.read(name)).isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> records.replace(name, standing -> true, bytes("1")))
                .isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> records.claim(name, 1, bytes("1"))).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void a_link_in_place_of_a_record_is_refused() throws IOException {
        Path elsewhere = Files.writeString(temp.resolve("elsewhere"), "x");
        Files.createSymbolicLink(temp.resolve("a.json"), elsewhere);
        assertThatThrownBy(() -> records.read("a")).isInstanceOf(KeyAccessException.class);
    }

    @Test
    void a_directory_that_others_can_write_is_refused() throws IOException {
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxrwxr-x"));
        assertThatThrownBy(this::reopen).isInstanceOf(KeyAccessException.class).hasMessageContaining("chmod go-w");
    }

    @Test
    void a_directory_must_be_there_and_be_no_link() throws IOException {
        Path none = temp.resolve("none");
        assertThatThrownBy(() -> new RecordDirectory(none, ".json", 16))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(none.toString());
        Path link = Files.createSymbolicLink(temp.resolve("link"), Files.createDirectory(temp.resolve("real")));
        assertThatThrownBy(() -> new RecordDirectory(link, ".json", 16)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void the_first_write_makes_the_directory_for_its_owner_alone() throws IOException {
        Path later = temp.resolve("later");
        RecordDirectory made = RecordDirectory.createOnWrite(later, ".json", 16);
        assertThat(made.read("a")).isEmpty();
        assertThat(made.list()).isEmpty();
        assertThat(made.rings()).isEmpty();
        assertThat(made.findClaim("codes", 1)).isEmpty();
        assertThat(later).doesNotExist();

        made.claim("codes", 1, bytes("a"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(later)))
                .isEqualTo("rwx------");
        assertThat(made.findClaim("codes", 1)).contains(bytes("a"));
        assertThat(new RecordDirectory(later, ".json", 16).findClaim("codes", 2))
                .isEmpty();
    }

    @Test
    void a_directory_that_came_later_is_looked_at_as_one_that_was_there() throws IOException {
        Path later = temp.resolve("later");
        RecordDirectory opened = RecordDirectory.createOnWrite(later, ".json", 16);
        Files.createDirectory(later);
        Files.setPosixFilePermissions(later, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> opened.read("a")).isInstanceOf(KeyAccessException.class);
        assertThatThrownBy(() -> opened.replace("a", any -> true, bytes("1"))).isInstanceOf(KeyAccessException.class);
        assertThatThrownBy(() -> RecordDirectory.createOnWrite(later, ".json", 16))
                .isInstanceOf(KeyAccessException.class);
    }

    @Test
    void a_directory_that_is_gone_is_not_made_anew() throws IOException {
        Path gone = Files.createDirectory(temp.resolve("gone"));
        List<RecordDirectory> opened =
                List.of(new RecordDirectory(gone, ".json", 16), RecordDirectory.createOnWrite(gone, ".json", 16));
        Files.delete(gone);
        for (RecordDirectory each : opened) {
            assertThatThrownBy(() -> each.replace("a", any -> true, bytes("1")))
                    .isInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(() -> each.withPatience(Duration.ZERO).replace("a", any -> true, bytes("1")))
                    .isInstanceOf(StoreUnavailableException.class);
        }
        assertThat(gone).doesNotExist();
    }

    @Test
    void a_writer_waits_as_long_as_it_was_told() throws Exception {
        String message = records.alone("Hanging", () -> {
            ExecutorService other = Executors.newSingleThreadExecutor();
            try {
                return other.submit(() -> {
                            StoreUnavailableException e = assertThrows(
                                    StoreUnavailableException.class,
                                    () -> reopen().withPatience(Duration.ofMillis(10))
                                            .replace("a", any -> true, bytes("1")));
                            return e.getMessage();
                        })
                        .get();
            } catch (InterruptedException | ExecutionException e) {
                throw new AssertionError(e);
            } finally {
                other.shutdown();
            }
        });
        assertThat(message).contains("try again");
    }

    @Test
    void what_a_crash_left_goes_with_the_next_change() throws IOException {
        records.claim("codes", 1, bytes("a"));
        Path record = Files.createFile(temp.resolve(".a.json.0123456789ab.tmp"));
        Path claim = Files.createFile(temp.resolve("rings/codes/.2.json.0123456789ab.tmp"));
        reopen().replace("a", standing -> true, bytes("1"));
        assertThat(record).doesNotExist();
        assertThat(claim).doesNotExist();
    }

    @Test
    void an_interrupted_thread_reads_and_writes_all_the_same() {
        Thread.currentThread().interrupt();
        records.replace("a", standing -> true, bytes("1"));
        Optional<Entry> read = records.read("a");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(read).isPresent();
    }
}
