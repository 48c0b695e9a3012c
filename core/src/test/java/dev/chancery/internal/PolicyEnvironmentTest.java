package dev.chancery.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.ConfigurationException;
import dev.chancery.KeyStoreOptions;
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
        assertThatThrownBy(() -> policy(Map.of("CHANCERY_POLICY", "no/such\0file")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("CHANCERY_POLICY is one of [default, webpki, cnsa2] or a policy file");
        assertThatThrownBy(() -> policy(Map.of("CHANCERY_POLICY", "WebPKI")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("There is no policy file WebPKI");
    }
}
