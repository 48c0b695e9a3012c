package dev.chancery.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StoredKeyTest {
    private static final StoredRecord WAITS = record(KeyState.PRE_ACTIVE);
    private static final Service LEAVING = new Service.Leaving(Optional.empty(), "goes.");

    private static StoredRecord record(KeyState state) {
        return new StoredRecord.Present(
                KeyRecord.of(KeyAttributes.builder(state, Instant.EPOCH, KeyOrigin.GENERATED)
                        .build()),
                "");
    }

    private static boolean isRemovedCandidate(StoredRecord record, Service service) {
        return StoredKey.builder(new KeyId("a/1"), new PublicHalf.Withheld(), ProtectionLevel.HSM)
                .record(record)
                .service(service)
                .build()
                .isRemovedCandidate();
    }

    @Test
    void a_candidate_was_removed_when_its_private_half_goes_or_has_gone() {
        assertThat(isRemovedCandidate(WAITS, LEAVING)).isTrue();
        assertThat(isRemovedCandidate(WAITS, new Service.Gone("is gone."))).isTrue();
        assertThat(isRemovedCandidate(WAITS, new Service.In())).isFalse();
        assertThat(isRemovedCandidate(WAITS, new Service.Out("is disabled."))).isFalse();
    }

    @Test
    void a_key_that_has_been_in_use_is_no_candidate_nor_is_one_without_a_record() {
        assertThat(isRemovedCandidate(record(KeyState.DESTROYED), LEAVING)).isFalse();
        assertThat(isRemovedCandidate(new StoredRecord.Absent(), LEAVING)).isFalse();
    }
}
