package dev.chancery.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.key.KeyMetadata;
import dev.chancery.testkit.witness.Witnesses;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A closed store answers nothing, whatever it remembers. */
public interface ClosingRules extends Rules {

    @Test
    default void after_close_nothing_works() {
        // A long TTL: everything below is remembered, and must not be served.
        KeyStore keys = tested().open(options -> options.stateTtl(Duration.ofHours(1)));
        KeyMetadata key = keys.generate(KeyRequest.of(tested().someSpec(), "invoices"));
        Signer signer = keys.signer(key.id());
        Verifier verifier = keys.verifier(key.id());
        byte[] signature = signer.sign(new byte[1]).value();
        List<ThrowingCallable> uses = List.of(
                () -> keys.generate(KeyRequest.of(tested().someSpec(), "late")),
                () -> keys.get(key.id()),
                () -> keys.resolve("invoices"),
                keys::list,
                keys::unusable,
                keys::rings,
                keys::capabilities,
                () -> keys.ring("certificate-signing"),
                () -> keys.signer(key.id()),
                () -> keys.verifier(key.id()),
                () -> keys.reencrypt(key.id()),
                signer::key,
                () -> signer.sign(new byte[1]),
                () -> signer.signAll(List.of(new byte[1])),
                () -> verifier.verify(new byte[1], signature));

        keys.close();

        for (ThrowingCallable use : uses) {
            assertThatIllegalStateException().isThrownBy(use).withMessageContaining(keys.location());
        }
    }

    @Test
    default void closing_twice_is_closing_once() {
        KeyStore keys = tested().open(options -> options);
        keys.close();
        keys.close();

        assertThatIllegalStateException().isThrownBy(keys::list);
    }

    @Test
    default void closing_one_leaves_the_others_open() {
        KeyMetadata key = tested().key("invoices");
        Signer signer = tested().keys().signer(key.id());
        KeyStore another = tested().open(options -> options);
        assertThat(another.list()).hasSize(1);

        another.close();

        Witnesses.confirm(tested().keys(), key, new byte[1], signer.sign(new byte[1]));
    }
}
