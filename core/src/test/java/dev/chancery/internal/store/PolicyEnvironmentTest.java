package dev.chancery.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import dev.chancery.internal.discovery.Environment;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.policy.KeyPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyEnvironmentTest {

    private static KeyPolicy policy(Map<String, String> variables) {
        return new Environment(variables).options(KeyStoreOptions.DEFAULT).policy();
    }

    @Test
    void without_the_variable_the_options_decide() {
        assertThat(policy(Map.of())).isSameAs(KeyPolicy.DEFAULT);
    }

    @Test
    void a_profile_is_named() {
        assertThat(policy(Map.of("CHANCERY_POLICY", "webpki"))).isSameAs(KeyPolicy.WEBPKI);
    }

    @Test
    void a_file_is_read(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("mine"), KeyPolicy.CNSA2.toProperties());
        assertThat(policy(Map.of("CHANCERY_POLICY", file.toString()))).isEqualTo(KeyPolicy.CNSA2);
    }

    @Test
    void neither_is_refused() {
        for (String text : new String[] {"no/such\0file", "WebPKI"}) {
            assertThatThrownBy(() -> policy(Map.of("CHANCERY_POLICY", text)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("'" + text.replace("\0", "\\u0000")
                            + "': it is neither one of the profiles [default, webpki, cnsa2]")
                    .hasMessageContaining("nor the path of a policy file");
        }
    }

    @Test
    void a_bad_file_is_named(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("mine"), "colour = blue");
        assertThatThrownBy(() -> policy(Map.of("CHANCERY_POLICY", file.toString())))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("The policy file mine, rule colour:");
    }

    @Test
    void an_inventory_is_kept_where_the_variable_says() {
        assertThat(new Environment(Map.of("CHANCERY_INVENTORY", "keys/key-inventory.csv"))
                        .options(KeyStoreOptions.DEFAULT)
                        .inventory())
                .hasValue(Path.of("keys/key-inventory.csv"));
        assertThat(KeyStoreOptions.DEFAULT.inventory()).isEmpty();
    }
}
