package dev.chancery.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.policy.KeyPolicy;
import dev.chancery.policy.VerifyAfterSign;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeyStoreOptionsTest {

    @Test
    void the_defaults_suit_an_application_that_names_its_keys_itself() {
        KeyStoreOptions options = KeyStoreOptions.DEFAULT;

        assertThat(options.policy()).isEqualTo(KeyPolicy.DEFAULT);
        assertThat(options.defaultKey()).isEmpty();
        assertThat(options.defaultRing()).isEmpty();
        assertThat(options.pinned()).isFalse();
        assertThat(options.stateTtl()).isEmpty();
        assertThat(options.maxStale()).isEqualTo(Duration.ofSeconds(60));
        assertThat(options.ed25519Buffer()).isEqualTo(64 * 1024 * 1024);
    }

    @Test
    void a_copy_has_everything() {
        KeyStoreOptions options = KeyStoreOptions.builder()
                .clock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                .policy(KeyPolicy.DEFAULT.withVerifyAfterSign(VerifyAfterSign.ALWAYS))
                .environment(Map.of("A", "B"))
                .passphrases(id -> Optional.empty())
                .passphraseFile(Path.of("passphrase"))
                .defaultKey("invoices")
                .defaultRing("certificate-signing")
                .pinned(true)
                .jcaProvider("jdk")
                .stateTtl(Duration.ofSeconds(1))
                .maxStale(Duration.ofSeconds(2))
                .ed25519Buffer(3)
                .listener(event -> {})
                .build();

        assertThat(options.toBuilder().build()).usingRecursiveComparison().isEqualTo(options);
    }

    @Test
    void variables_are_copied() {
        Map<String, String> variables = new HashMap<>(Map.of("A", "B"));
        KeyStoreOptions options =
                KeyStoreOptions.builder().environment(variables).build();

        variables.put("A", "C");

        assertThat(options.environment()).containsEntry("A", "B");
        assertThatThrownBy(() -> options.environment().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
