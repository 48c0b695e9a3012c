package dev.chancery.testkit.chapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyStore;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.testkit.rules.Rules;
import dev.chancery.testkit.witness.Witnesses;
import org.junit.jupiter.api.Test;

/**
 * A chapter for stores with {@link dev.chancery.Capability#ORPHANS}. How a creation fails, and what it leaves, is the place's
 * own: the provider's tests have it.
 */
public interface ShowsOrphans extends Rules {

    /** What was made whole and is used is out of reach. */
    @Test
    default void a_key_with_a_name_is_no_orphan_and_is_not_removed() {
        KeyMetadata key = tested().key("invoices");
        KeyStore keys = tested().keys();

        assertThat(keys.orphans()).isEmpty();
        assertThatThrownBy(() -> keys.removeOrphan(key.id()))
                .isInstanceOf(KeyNotFoundException.class)
                .hasMessageContaining(key.id().value());

        assertThat(keys.get(key.id())).isEqualTo(key);
        Witnesses.confirm(keys, key, new byte[1], keys.signer(key.id()).sign(new byte[1]));
    }
}
