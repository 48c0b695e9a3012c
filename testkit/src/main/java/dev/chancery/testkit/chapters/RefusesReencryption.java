package dev.chancery.testkit.chapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyStore;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.testkit.rules.Rules;
import dev.chancery.testkit.witness.Witnesses;
import org.junit.jupiter.api.Test;

/** A chapter for stores without {@link dev.chancery.Capability#REENCRYPT}. */
public interface RefusesReencryption extends Rules {

    /** It is the same key afterwards. */
    @Test
    default void no_key_is_written_again() {
        KeyMetadata key = tested().key("invoices");
        KeyStore keys = tested().keys();

        assertThatThrownBy(() -> keys.reencrypt(key.id()))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("REENCRYPT")
                .hasMessageContaining(keys.location());

        assertThat(keys.get(key.id())).isEqualTo(key);
        Witnesses.confirm(keys, key, new byte[1], keys.signer(key.id()).sign(new byte[1]));
    }
}
