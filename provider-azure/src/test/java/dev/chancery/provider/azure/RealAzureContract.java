package dev.chancery.provider.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.credential.TokenRequestContext;
import com.azure.core.util.Context;
import com.azure.identity.DefaultAzureCredentialBuilder;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.provider.azure.client.Vault;
import dev.chancery.provider.azure.client.VaultUri;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.support.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/**
 * The contract against a vault that nobody here wrote. {@code CHANCERY_TEST_AZURE_VAULT} is its URI, with the options that its server needs. The vault must
 * be empty, as all keys in it are deleted and purged after each test, and its keys cost money. Not called a test, so that only the profile of the
 * variable runs it; the build says when it did not.
 */
class RealAzureContract extends VaultContract {
    private static final String URI = System.getenv().getOrDefault("CHANCERY_TEST_AZURE_VAULT", "");

    /** Nobody's keys are deleted by mistake. */
    @BeforeAll
    static void require_an_empty_vault() {
        try (Vault vault = vault()) {
            assertThat(new VaultKeys(place(vault)).names())
                    .as("The contract deletes all keys of the vault; name one that has none.")
                    .isEmpty();
        }
    }

    private static Vault vault() {
        return Vault.open(VaultUri.parse(URI));
    }

    private static Place place(Vault vault) {
        return new Place(vault, VaultUri.parse(URI), Clock.systemUTC());
    }

    @Override
    public String store() {
        return URI;
    }

    @Override
    public KeyStoreOptions options() {
        return KeyStoreOptions.DEFAULT;
    }

    @Override
    public Set<String> secrets() {
        return Set.of(VaultUri.parse(URI)
                .token()
                .map(file -> {
                    try {
                        return Files.readString(file).strip();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                })
                .orElseGet(() -> new DefaultAzureCredentialBuilder()
                        .build()
                        .getTokenSync(new TokenRequestContext().addScopes("https://vault.azure.net/.default"))
                        .getToken()));
    }

    /** Somebody removed the key's tags. */
    @Override
    public void lose(KeyId key) {
        try (Vault vault = vault()) {
            Place place = place(vault);
            KeyRecord none = KeyRecord.of(KeyAttributes.builder(KeyState.ACTIVE, Instant.EPOCH, KeyOrigin.FOREIGN)
                    .build());
            new KeyUpdates(place, new VaultKeys(place)).write(key, new KeyTags(Map.of()), none, true);
        }
    }

    /** A name that is being deleted cannot be purged yet, and one that is being purged cannot be given again. */
    @AfterEach
    void leave_nothing_behind() {
        try (Vault vault = vault()) {
            for (String name : new VaultKeys(place(vault)).names()) {
                var unused = vault.call("Deleting key", name, client -> client.beginDeleteKey(name));
                await(() -> vault.callUnless(
                                Set.of(404, 409),
                                "Purging key",
                                name,
                                client -> client.purgeDeletedKeyWithResponse(name, Context.NONE)
                                        .getStatusCode())
                        .isPresent());
                await(() -> !isDeleted(vault, name));
            }
        }
    }

    private static void await(BooleanSupplier condition) {
        Deadline deadline = Deadline.in(Duration.ofMinutes(2));
        while (!condition.getAsBoolean()) {
            assertThat(deadline.isOver()).isFalse();
            deadline.sleep(Duration.ofMillis(100));
        }
    }

    private static boolean isDeleted(Vault vault, String name) {
        try {
            return vault.callUnless(Set.of(404), "Looking for deleted key", name, client -> client.getDeletedKey(name))
                    .isPresent();
        } catch (KeyStateException disabled) {
            return true;
        }
    }
}
