package dev.chancery.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyStores;
import dev.chancery.error.ConfigurationException;
import dev.chancery.internal.store.FakeBackend;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which provider opens a URI, and what to do where none does. */
class DiscoveryTest {
    private final ClassLoader before = Thread.currentThread().getContextClassLoader();

    @TempDir
    Path directory;

    @AfterEach
    void restoreClassPath() {
        Thread.currentThread().setContextClassLoader(before);
    }

    /** Puts a jar on the class path that brings these providers. */
    private void installed(String... providers) throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.write(services.resolve(KeyStoreProvider.class.getName()), List.of(providers));
        Thread.currentThread()
                .setContextClassLoader(
                        new URLClassLoader(new URL[] {directory.toUri().toURL()}));
    }

    private void installed(Class<?>... providers) throws IOException {
        installed(Stream.of(providers).map(Class::getName).toArray(String[]::new));
    }

    @Test
    void the_scheme_chooses_the_provider_whatever_its_case() throws IOException {
        installed(Fake.class);

        assertThat(KeyStores.schemes()).containsOnlyKeys("fake").containsValue(Fake.class.getName());
        KeyStores.open("fake:anything").close();
        KeyStores.open("FAKE:anything").close();
    }

    @ParameterizedTest
    @CsvSource({
        "file:///srv/keys, chancery-provider-file",
        "awskms:///, chancery-provider-aws",
        "azurekms://MyKeyVault/, chancery-provider-azure",
        "gcpkms://projects/p/locations/l/keyRings/r, chancery-provider-gcp",
        "pkcs11:token=prod, chancery-provider-pkcs11"
    })
    void a_known_scheme_whose_provider_is_missing_leads_to_its_artifact(String uri, String artifact)
            throws IOException {
        installed(Fake.class);

        assertThatThrownBy(() -> KeyStores.open(uri))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Installed: fake.")
                .hasMessageContaining("Add the artifact dev.chancery:" + artifact + ".");
    }

    @Test
    void where_nothing_is_installed_the_message_says_so() {
        assertThatThrownBy(() -> KeyStores.open("file:///srv/keys")).hasMessageContaining("Installed: none.");
    }

    @Test
    void an_unknown_scheme_is_told_the_known_ones() {
        assertThatThrownBy(() -> KeyStores.open("gpg:somewhere"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'gpg'")
                .hasMessageContaining("Known schemes: awskms, azurekms, file, gcpkms, pkcs11.");
    }

    @Test
    void what_is_neither_a_uri_nor_a_path_is_shown_with_where_it_may_come_from() {
        Map<String, String> variables = Map.of("CHANCERY_STORE", "key\0store");

        assertThatThrownBy(() -> KeyStores.fromEnvironment(variables, KeyStoreOptions.DEFAULT))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("key\\u0000store")
                .hasMessageContaining("CHANCERY_STORE");
    }

    @Test
    void a_path_is_a_directory_and_a_drive_letter_is_no_scheme() {
        assertThatThrownBy(() -> KeyStores.open("keys")).hasMessageContaining("'file'");
        assertThatThrownBy(() -> KeyStores.open("C:\\keys")).hasMessageContaining("'file'");
        assertThatThrownBy(() -> KeyStores.open(Path.of("keys"))).hasMessageContaining("'file'");
    }

    @Test
    void a_providers_scheme_of_one_letter_is_refused_as_such() {
        KeyStoreProvider drive = new Fake() {
            @Override
            public String scheme() {
                return "b";
            }
        };
        assertThatThrownBy(() -> KeyStores.open(drive, "b:anything", KeyStoreOptions.DEFAULT))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("two letters at least")
                .hasMessageContaining("'b'");
        assertThatThrownBy(() -> KeyStores.open(new Fake(), "C:\\keys", KeyStoreOptions.DEFAULT))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("start with fake:");
    }

    @Test
    void two_providers_of_one_scheme_are_both_named() throws IOException {
        installed(Fake.class, Twin.class);

        assertThatThrownBy(() -> KeyStores.open("fake:anything"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("claimed by more than one provider")
                .hasMessageContaining(Fake.class.getName())
                .hasMessageContaining(Twin.class.getName());
    }

    @Test
    void a_provider_that_cannot_be_loaded_is_named() throws IOException {
        installed("dev.chancery.provider.NotThere");

        assertThatThrownBy(() -> KeyStores.open("fake:anything"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("dev.chancery.provider.NotThere");
    }

    @Test
    void an_unknown_jca_provider_is_told_the_known_ones() {
        assertThatThrownBy(() -> KeyStores.jcaProviders(Optional.of("bouncy")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'bouncy'")
                .hasMessageContaining("jdk");
    }

    /** A provider of the scheme {@code fake}. */
    public static class Fake implements KeyStoreProvider {
        @Override
        public String scheme() {
            return "fake";
        }

        @Override
        public KeyBackend open(KeyStoreConfig config) {
            assertThat(config.uri()).endsWith(":anything");
            return new FakeBackend();
        }
    }

    /** Another one of the same scheme. */
    public static final class Twin extends Fake {}
}
