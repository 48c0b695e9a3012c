package dev.chancery.testkit.chapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyStore;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.testkit.rules.Rules;
import dev.chancery.testkit.witness.Witnesses;
import org.junit.jupiter.api.Test;

/** A chapter for stores without {@link dev.chancery.Capability#ORPHANS}: a key is made in one step, wholly or not at all. */
public interface LeavesNoOrphans extends Rules {

    /** Asking for them is no error, removing one is. */
    @Test
    default void there_are_no_orphans_and_none_is_removed() {
        KeyMetadata key = tested().key("invoices");
        KeyStore keys = tested().keys();

        assertThat(keys.orphans()).isEmpty();
        assertThatThrownBy(() -> keys.removeOrphan(key.id()))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("ORPHANS")
                .hasMessageContaining(keys.location());

        assertThat(keys.get(key.id())).isEqualTo(key);
        Witnesses.confirm(keys, key, new byte[1], keys.signer(key.id()).sign(new byte[1]));
    }
}
