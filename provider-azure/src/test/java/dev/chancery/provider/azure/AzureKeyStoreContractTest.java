package dev.chancery.provider.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;

@Tag("one-jdk")
class AzureKeyStoreContractTest extends VaultContract {
    private final FakeKeyVault vault = new FakeKeyVault();

    @Override
    public String store() {
        return vault.uri("");
    }

    @Override
    public KeyStoreOptions options() {
        return FakeKeyVault.options();
    }

    @Override
    public Set<String> secrets() {
        return Set.of(vault.token);
    }

    /** Somebody removed the key's tags. */
    @Override
    public void lose(KeyId key) {
        vault.keys().tag(key.value(), tags -> Map.of());
    }

    @AfterEach
    void nothing_was_sent_that_a_vault_would_not_take() {
        vault.close();
        assertThat(vault.problems()).isEmpty();
    }
}
