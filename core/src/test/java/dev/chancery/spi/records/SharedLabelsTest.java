package dev.chancery.spi.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SharedLabelsTest {
    private final Deque<Runnable> beforeWrites = new ArrayDeque<>();
    private final Deque<Runnable> afterWrites = new ArrayDeque<>();
    private VersionLabels place = new VersionLabels(Map.of("owner", "accounting"));
    private int writes;

    private final SharedLabels labels = new SharedLabels(
            new SharedLabels.Store() {
                @Override
                public VersionLabels read(String name) {
                    return place;
                }

                @Override
                public void write(String name, VersionLabels written, Duration atMost) {
                    writes++;
                    Optional.ofNullable(beforeWrites.poll()).ifPresent(Runnable::run);
                    place = written;
                    Optional.ofNullable(afterWrites.poll()).ifPresent(Runnable::run);
                }
            },
            Duration.ofSeconds(5));

    private static KeyRecord record(long revision) {
        return KeyRecord.of(KeyAttributes.builder(
                                KeyState.ACTIVE, Instant.parse("2026-11-23T12:00:00Z"), KeyOrigin.GENERATED)
                        .build())
                .toBuilder()
                .revision(revision)
                .build();
    }

    private Optional<VersionLabels> write(long version, long revision) {
        return labels.change("key", version, now -> Optional.of(now.with(version, record(revision), 0)));
    }

    private long revision(long version) {
        return place.record(version).legible().map(KeyRecord::revision).orElse(0L);
    }

    @Test
    void what_stands_already_is_not_written_again_and_what_has_no_room_not_at_all() {
        write(1, 1);
        write(1, 1);
        assertThat(labels.change("key", 1, now -> Optional.empty())).isEmpty();

        assertThat(writes).isEqualTo(1);
        assertThat(place.all()).containsEntry("owner", "accounting");
    }

    /** The other process had read before, and so it writes labels without this record. */
    @Test
    void a_record_that_another_process_overwrote_is_written_again() {
        VersionLabels before = place;
        afterWrites.add(() -> place = before.with(2, record(7), 0));

        write(1, 1);

        assertThat(revision(1)).isEqualTo(1);
        assertThat(revision(2)).as("what the other wrote stays").isEqualTo(7);
    }

    @Test
    void a_later_revision_of_another_process_stays() {
        afterWrites.add(() -> place = place.with(1, record(9), 0));

        write(1, 2);

        assertThat(revision(1)).isEqualTo(9);
        assertThat(writes).isEqualTo(1);
    }
}
