package dev.chancery.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyStores;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.spi.NotifierProvider;
import dev.chancery.spi.signing.JcaProviderOffer;
import dev.chancery.spi.signing.KeyDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownServicesTest {
    private final ClassLoader classPath = Thread.currentThread().getContextClassLoader();

    @BeforeEach
    void install() {
        KnownServices.install();
    }

    @AfterEach
    void restore() {
        Thread.currentThread().setContextClassLoader(classPath);
    }

    @ParameterizedTest
    @ValueSource(classes = {KeyStoreProvider.class, NotifierProvider.class, JcaProviderOffer.class, KeyDecoder.class})
    void the_lists_say_what_the_jars_of_the_command_say(Class<?> service) throws IOException {
        ClassLoader known = Thread.currentThread().getContextClassLoader();
        Set<String> brought = read(service, classPath);
        brought.removeIf(name -> name.contains(".testkit.") || name.contains("AttestedProvider"));

        assertThat(read(service, known)).isEqualTo(brought);
        assertThat(Collections.list(known.getResources("META-INF/services/" + service.getName())))
                .hasSize(1);
    }

    private static Set<String> read(Class<?> service, ClassLoader loader) throws IOException {
        Set<String> names = new TreeSet<>();
        for (URL file : Collections.list(loader.getResources("META-INF/services/" + service.getName()))) {
            try (InputStream lines = file.openStream()) {
                new String(lines.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(names::add);
            }
        }
        return names;
    }

    @Test
    void a_scheme_that_is_not_listed_is_looked_for_everywhere() {
        Set<String> listed = KeyStores.schemes().keySet();
        assertThat(listed).containsExactlyInAnyOrder("file", "awskms", "azurekms", "gcpkms", "pkcs11");
        for (String store : Set.of("", "keys", "C:\\keys", "FILE:///keys", "pkcs11:token=a")) {
            KnownServices.searchFor(store);
        }
        assertThat(KeyStores.schemes().keySet()).isEqualTo(listed);

        KnownServices.searchFor("attested:anything");
        assertThat(KeyStores.schemes().keySet()).containsAll(listed).hasSizeGreaterThan(listed.size());
    }
}
