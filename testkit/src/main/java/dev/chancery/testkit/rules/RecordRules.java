package dev.chancery.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.Signer;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyOrigin;
import dev.chancery.testkit.store.StoreUnderTest;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is kept with a key from its beginning: where it is from, its dates, its labels. */
public interface RecordRules extends Rules {

    @TestFactory
    default Stream<DynamicTest> a_new_key_has_an_origin_a_date_and_an_end() {
        return tested().forEachKindButLargerRsa((spec, key) -> {
            assertThat(key.origin()).isEqualTo(KeyOrigin.GENERATED);
            assertThat(key.created()).isEqualTo(StoreUnderTest.START);
            assertThat(key.signUntil()).hasValue(Instant.parse("2029-11-23T12:00:00Z"));
        });
    }

    @Test
    default void what_belongs_to_a_key_is_there_for_all_who_open_the_store() {
        KeyMetadata key = tested().keys()
                .generate(KeyRequest.builder(tested().someSpec())
                        .name("invoices")
                        .label("owner", "accounting")
                        .build());

        KeyStore another = tested().open(options -> options);

        assertThat(another.list()).singleElement().satisfies(found -> {
            assertThat(found.id()).isEqualTo(key.id());
            assertThat(found.fingerprint()).isEqualTo(key.fingerprint());
            assertThat(found.attributes()).isEqualTo(key.attributes());
        });
        assertThat(another.get(key.id()).attributes().labels()).containsEntry("owner", "accounting");
    }

    @Test
    default void the_end_of_the_signing_period_needs_nobody_to_come_by() {
        KeyMetadata key = tested().key("invoices");
        Signer signer = tested().keys().signer(key.id());
        Instant end = key.signUntil().orElseThrow();

        tested().clock().set(end.minusMillis(1));
        byte[] last = signer.sign(new byte[1]).value();

        tested().clock().set(end);
        assertThatThrownBy(() -> signer.sign(new byte[1]))
                .isInstanceOf(KeyStateException.class)
                .hasMessageContaining(end.toString());
        assertThat(tested().keys().verifier(key.id()).verify(new byte[1], last).isValid())
                .isTrue();
    }
}
