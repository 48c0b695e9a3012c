package dev.chancery.spi.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredRecordTest {
    private static StoredRecord record(boolean withdrawn, RingPosition... held) {
        KeyAttributes waiting = KeyAttributes.builder(KeyState.PRE_ACTIVE, Instant.EPOCH, KeyOrigin.GENERATED)
                .build();
        return new StoredRecord.Present(
                new KeyRecord.Builder(waiting)
                        .held(List.of(held))
                        .withdrawn(withdrawn)
                        .build(),
                "");
    }

    @Test
    void a_claim_holds_its_generation_until_the_candidate_is_withdrawn() {
        RingPosition second = new RingPosition(new KeyName("ring"), 2);

        assertThat(record(false).holdsGeneration()).isFalse();
        assertThat(record(false, second).holdsGeneration()).isTrue();
        assertThat(record(true, second).holdsGeneration()).isFalse();
        assertThat(new StoredRecord.Absent().holdsGeneration()).isFalse();
    }
}
