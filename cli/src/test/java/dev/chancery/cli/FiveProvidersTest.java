package dev.chancery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.options.KeyStoreOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One application with all five providers, as this command is one: they open beside each other, and each brings its own SDK only. That they resolve
 * without conflicts and no class comes twice, the enforcer says of this module in each build.
 */
class FiveProvidersTest {
    private static final String PIN = "1234";
    private static final Map<String, Set<String>> OWN = Map.of(
            "provider-file", Set.of("org.bouncycastle", "com.fasterxml.jackson.core", "software.amazon.cryptools"),
            "provider-pkcs11", Set.of("org.xipki", "com.github.jnr"),
            "provider-aws", Set.of("software.amazon.awssdk"),
            "provider-azure", Set.of("com.azure", "net.java.dev.jna"),
            "provider-gcp", Set.of("com.google.auth", "com.google.cloud"));

    @TempDir
    Path directory;

    /** What the child process runs, which finds its token by a variable: opens all at once, and signs where there is no network between. */
    static final class OpensAll {
        private OpensAll() {}

        public static void main(String[] uris) {
            KeyStoreOptions options = KeyStoreOptions.builder()
                    .environment(Map.of())
                    .pins(token -> Optional.of(PIN.toCharArray()))
                    .build();
            List<KeyStore> open = new ArrayList<>();
            for (String uri : uris) {
                open.add(KeyStores.open(uri, options));
            }
            for (KeyStore store : open) {
                System.out.println("OPEN " + store.location() + " " + store.capabilities());
            }
            for (KeyStore store : open.subList(0, 2)) {
                var key = store.generate(KeyRequest.of(KeySpec.EC_P256, "one-of-five"));
                var signature = store.signer(key.id()).sign(new byte[] {1});
                System.out.println("SIGNED "
                        + store.verifier(key.id())
                                .verify(new byte[] {1}, signature.value())
                                .isValid());
            }
            open.forEach(KeyStore::close);
        }
    }

    @Test
    void one_application_opens_all_five() throws IOException {
        Path tokens = Files.createDirectory(directory.resolve("tokens"));
        Path configuration = Files.writeString(
                directory.resolve("softhsm2.conf"), "directories.tokendir = " + tokens + "\nlog.level = ERROR\n");
        Map<String, String> environment = Map.of("SOFTHSM2_CONF", configuration.toString());
        run(
                environment,
                "softhsm2-util",
                "--init-token",
                "--free",
                "--label",
                "five",
                "--so-pin",
                "5678",
                "--pin",
                PIN);

        String said = run(
                environment,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                OpensAll.class.getName(),
                directory.resolve("keys").toString(),
                "pkcs11:token=five?module-path=" + softHsm(),
                "awskms:///?region=eu-central-1",
                "azurekms://my-vault.vault.azure.net/",
                "gcpkms://projects/acme/locations/europe-west3/keyRings/signing");

        assertThat(said.lines().filter(line -> line.startsWith("OPEN ")))
                .as(said)
                .hasSize(5)
                .allMatch(line -> line.contains("GENERATE"));
        assertThat(said.lines().filter("SIGNED true"::equals)).as(said).hasSize(2);
    }

    private static Path softHsm() {
        return Stream.of("/usr/lib", "/usr/lib64", "/usr/local/lib", "/opt/homebrew/lib")
                .map(library -> Path.of(library, "softhsm", "libsofthsm2.so"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new AssertionError("This test needs SoftHSM 2: apt-get install softhsm2"));
    }

    private static String run(Map<String, String> environment, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void each_alone_brings_its_own_sdk_only() throws IOException {
        Map<String, Set<String>> found = new TreeMap<>();
        for (String provider : OWN.keySet()) {
            String pom = Files.readString(Path.of("..", provider, "pom.xml"));
            Set<String> groups = new TreeSet<>();
            Pattern.compile("<dependency>(.+?)</dependency>", Pattern.DOTALL)
                    .matcher(pom.split("<build>", 2)[0])
                    .results()
                    .map(dependency -> dependency.group(1))
                    .filter(dependency -> !dependency.contains("<scope>test</scope>"))
                    .forEach(
                            dependency -> groups.add(dependency.replaceAll("(?s).*?<groupId>(.+?)</groupId>.*", "$1")));
            groups.remove("dev.chancery");
            groups.remove("org.slf4j");
            found.put(provider, groups);
        }
        assertThat(found).isEqualTo(OWN);
    }
}
