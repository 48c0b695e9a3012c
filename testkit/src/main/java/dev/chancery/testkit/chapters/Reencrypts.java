package dev.chancery.testkit.chapters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyStore;
import dev.chancery.key.KeyMetadata;
import dev.chancery.testkit.rules.Rules;
import dev.chancery.testkit.witness.Witnesses;
import org.junit.jupiter.api.Test;

/** A chapter for stores with {@link dev.chancery.Capability#REENCRYPT}. */
public interface Reencrypts extends Rules {

    /** It is the same key afterwards. */
    @Test
    default void a_key_can_be_written_again_in_the_strongest_form() {
        KeyMetadata key = tested().key("invoices");
        KeyStore keys = tested().keys();

        assertThat(keys.reencrypt(key.id()).fingerprint()).isEqualTo(key.fingerprint());

        byte[] message = {1, 2, 3};
        Witnesses.confirm(keys, key, message, keys.signer(key.id()).sign(message));
        KeyStore another = tested().open(options -> options);
        Witnesses.confirm(another, key, message, another.signer(key.id()).sign(message));
    }
}
