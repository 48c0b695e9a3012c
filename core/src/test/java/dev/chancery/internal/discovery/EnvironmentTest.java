package dev.chancery.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import dev.chancery.internal.store.StandardError;
import dev.chancery.options.KeyStoreOptions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the environment variables of the guide, and ours, say. */
class EnvironmentTest {
    private static final Map<String, String> KMS = Map.of(
            "CRYPTO_USE_KMS", "true",
            "CRYPTO_KMS_KEY_ID", "arn:aws:kms:eu-central-1:111122223333:key/1234abcd",
            "CRYPTO_KMS_REGION", "eu-central-1");

    private static Environment of(String... namesAndValues) {
        return new Environment(map(namesAndValues));
    }

    private static Map<String, String> map(String... namesAndValues) {
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            variables.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return variables;
    }

    private static Environment kmsWith(String name, String value) {
        Map<String, String> variables = new HashMap<>(KMS);
        variables.put(name, value);
        return new Environment(variables);
    }

    @Test
    void with_nothing_set_the_store_is_the_directory_keys_and_there_is_no_default_key() {
        assertThat(of().store()).isEqualTo("keys");
        assertThat(of().options(KeyStoreOptions.DEFAULT).defaultKey()).isEmpty();
        assertThat(of().options(KeyStoreOptions.DEFAULT).defaultRing()).isEmpty();
        assertThat(of().options(KeyStoreOptions.DEFAULT).pinned()).isFalse();
    }

    @Test
    void a_directory_and_its_current_key_are_named() {
        Environment environment = of("CRYPTO_KEYS_PATH", "/srv/keys", "CRYPTO_CURRENT_KEY_ID", "rsa-2026-11");

        assertThat(environment.store()).isEqualTo("/srv/keys");
        assertThat(environment.options(KeyStoreOptions.DEFAULT).defaultKey()).hasValue("rsa-2026-11");
    }

    @Test
    void a_directory_needs_no_current_key() {
        assertThat(of("CRYPTO_KEYS_PATH", "/srv/keys")
                        .options(KeyStoreOptions.DEFAULT)
                        .defaultKey())
                .isEmpty();
    }

    @Test
    void kms_is_a_key_in_a_region() {
        Environment environment = new Environment(KMS);

        assertThat(environment.store()).isEqualTo("awskms:///?pinned=true&region=eu-central-1");
        assertThat(environment.options(KeyStoreOptions.DEFAULT).defaultKey())
                .hasValue("arn:aws:kms:eu-central-1:111122223333:key/1234abcd");
        assertThat(environment.options(KeyStoreOptions.DEFAULT).pinned()).isTrue();
    }

    /** The id says which cloud it is and where there: no region is needed, and one that is set means nothing. */
    @ParameterizedTest
    @CsvSource({
        "https://MyKeyVault.vault.azure.net/keys/signing, MyKeyVault.vault.azure.net",
        "https://MyKeyVault.vault.azure.net/keys/signing/0123456789abcdef0123456789abcdef, MyKeyVault.vault.azure.net",
        "https://hsm.managedhsm.azure.net:443/keys/signing/, hsm.managedhsm.azure.net:443",
        "https://localhost:8443/vaults/one/keys/keys, localhost:8443/vaults/one",
    })
    void the_url_of_a_key_leads_to_its_vault(String key, String vault) {
        Environment environment = of("CRYPTO_USE_KMS", "true", "CRYPTO_KMS_KEY_ID", key);

        assertThat(environment.store()).isEqualTo("azurekms://" + vault + "/?pinned=true");
        assertThat(environment.options(KeyStoreOptions.DEFAULT).defaultKey()).hasValue(key);
        assertThat(kmsWith("CRYPTO_KMS_KEY_ID", key).store()).startsWith("azurekms:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/cryptoKeyVersions/7"})
    void the_resource_name_of_a_key_of_google_leads_to_its_key_ring(String version) {
        String ring = "projects/example.com:p/locations/europe-west3/keyRings/signing";
        String key = ring + "/cryptoKeys/invoices" + version;
        Environment environment = of("CRYPTO_USE_KMS", "true", "CRYPTO_KMS_KEY_ID", key);

        assertThat(environment.store()).isEqualTo("gcpkms://" + ring + "?pinned=true");
        assertThat(environment.options(KeyStoreOptions.DEFAULT).defaultKey()).hasValue(key);
        assertThat(environment.options(KeyStoreOptions.DEFAULT).pinned()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://v.vault.azure.net/keys/a", "https://v/keys/", "https://v/secrets/a", "https://v/keys/a?b"
            })
    void a_url_that_is_none_of_a_key_leads_nowhere(String key) {
        assertThatThrownBy(of("CRYPTO_USE_KMS", "true", "CRYPTO_KMS_KEY_ID", key)::store)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("CRYPTO_KMS_REGION");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CRYPTO_KMS_KEY_ID", "CRYPTO_KMS_REGION"})
    void kms_without_a_key_or_a_region_is_an_error_that_names_what_is_missing(String missing) {
        Map<String, String> absent = new HashMap<>(KMS);
        absent.remove(missing);

        for (Environment environment : new Environment[] {new Environment(absent), kmsWith(missing, "  ")}) {
            assertThatThrownBy(environment::store)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("CRYPTO_USE_KMS=true")
                    .hasMessageContaining(missing);
        }
    }

    @Test
    void kms_wins_over_a_directory_and_says_so() {
        try (StandardError log = new StandardError()) {
            assertThat(kmsWith("CRYPTO_KEYS_PATH", "/srv/keys").store()).startsWith("awskms:");
            assertThat(log.text())
                    .contains("WARN")
                    .contains("CRYPTO_USE_KMS=true wins over CRYPTO_KEYS_PATH")
                    .contains("Remove one of them");
        }
    }

    @Test
    void kms_alone_warns_of_nothing() {
        try (StandardError log = new StandardError()) {
            assertThat(new Environment(KMS).store()).startsWith("awskms:");
            assertThat(log.text()).isEmpty();
        }
    }

    @Test
    void with_kms_the_default_key_is_the_one_in_kms() {
        assertThat(kmsWith("CRYPTO_CURRENT_KEY_ID", "rsa-2026-11")
                        .options(KeyStoreOptions.DEFAULT)
                        .defaultKey())
                .hasValue(KMS.get("CRYPTO_KMS_KEY_ID"));
    }

    @Test
    void a_store_uri_wins_over_everything() {
        Environment environment = kmsWith("CHANCERY_STORE", "pkcs11:token=prod");

        assertThat(environment.store()).isEqualTo("pkcs11:token=prod");
        assertThat(environment.options(KeyStoreOptions.DEFAULT).defaultKey()).isEmpty();
    }

    @Test
    void a_store_uri_keeps_its_case_and_the_current_key_is_looked_for_there() {
        Environment environment =
                of("CHANCERY_STORE", "azurekv://Vault/Keys", "CRYPTO_CURRENT_KEY_ID", "Invoices/78deebed");

        assertThat(environment.store()).isEqualTo("azurekv://Vault/Keys");
        assertThat(environment.options(KeyStoreOptions.DEFAULT).defaultKey()).hasValue("Invoices/78deebed");
    }

    @Test
    void ring_pin_and_jca_provider_are_named() {
        KeyStoreOptions options = of(
                        "CHANCERY_RING", "certificate-signing",
                        "CHANCERY_PIN", "true",
                        "CHANCERY_JCA", "jdk")
                .options(KeyStoreOptions.DEFAULT);

        assertThat(options.defaultRing()).hasValue("certificate-signing");
        assertThat(options.pinned()).isTrue();
        assertThat(options.jcaProvider()).hasValue("jdk");
    }

    @Test
    void what_the_application_set_stays_where_the_environment_says_nothing() {
        KeyStoreOptions base = KeyStoreOptions.builder()
                .defaultKey("rsa-2026-11")
                .defaultRing("certificate-signing")
                .pinned(true)
                .jcaProvider("jdk")
                .build();

        KeyStoreOptions options = of("CRYPTO_KEYS_PATH", "/srv/keys").options(base);

        assertThat(options.defaultKey()).hasValue("rsa-2026-11");
        assertThat(options.defaultRing()).hasValue("certificate-signing");
        assertThat(options.pinned()).isTrue();
        assertThat(options.jcaProvider()).hasValue("jdk");
        assertThat(options.environment()).containsOnlyKeys("CRYPTO_KEYS_PATH");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "TRUE", "1", "yes", " true "})
    void a_flag_is_on(String value) {
        assertThat(of("CHANCERY_PIN", value).options(KeyStoreOptions.DEFAULT).pinned())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "False", "0", "no", "", "  "})
    void a_flag_is_off(String value) {
        assertThat(of("CHANCERY_PIN", value).options(KeyStoreOptions.DEFAULT).pinned())
                .isFalse();
        assertThat(of("CRYPTO_USE_KMS", value).store()).isEqualTo("keys");
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "ja", "truee", "tr\nue"})
    void a_flag_that_is_neither_is_an_error(String value) {
        assertThatThrownBy(() -> of("CRYPTO_USE_KMS", value).store())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("CRYPTO_USE_KMS is true or false")
                .message()
                .matches("[ -~]*");
    }

    @Test
    void space_around_a_value_does_not_belong_to_it() {
        assertThat(of("CRYPTO_KEYS_PATH", " /srv/keys\r").store()).isEqualTo("/srv/keys");
    }
}
