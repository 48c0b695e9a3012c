package dev.chancery.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.benchmarks.CrowdedStore;
import dev.chancery.benchmarks.Opening;
import dev.chancery.benchmarks.ReadingPem;
import dev.chancery.benchmarks.Signing;
import dev.chancery.benchmarks.contenders.SigningKeys;
import dev.chancery.testkit.witness.OpenSsl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.options.TimeValue;

/** Each benchmark runs, briefly; how fast is not asked here. */
class MeasurementTest {
    private static final TimeValue BRIEFLY = TimeValue.milliseconds(20);

    @TempDir
    private Path directory;

    private Path keys;

    @BeforeEach
    void generate() throws Exception {
        keys = directory.resolve("keys");
        CrowdedStore.create(keys, 10);
    }

    @Test
    void a_store_among_many_keys() throws Exception {
        Measurement found =
                Measurement.of(Opening.class, "openAndSign", Map.of("directory", keys.toString()), 1, BRIEFLY, BRIEFLY);

        assertThat(found.perCpuSecond()).isPositive();
        assertThat(found.bytes()).isPositive();
    }

    @Test
    void windows_agree_that_differ_by_three_per_cent_at_most() {
        assertThat(Measurement.agree(100, 98)).isTrue();
        assertThat(Measurement.agree(98, 100)).isTrue();
        assertThat(Measurement.agree(100, 96)).isFalse();
        assertThat(Measurement.agree(0, 100)).isFalse();
    }

    @Test
    void the_crowd_is_as_large_as_it_says() throws Exception {
        try (Stream<Path> files = Files.list(keys.resolve("private"))) {
            assertThat(files).hasSize(10);
        }
    }

    @Test
    void an_encrypted_pem() throws Exception {
        OpenSsl.run(directory, "genpkey", "-algorithm", "ED25519", "-out", "plain.pem");
        OpenSsl.run(
                directory,
                "pkcs8",
                "-topk8",
                "-iter",
                "1000",
                "-passout",
                "pass:" + ReadingPem.PASSPHRASE,
                "-in",
                "plain.pem",
                "-out",
                "encrypted.pem");
        String file = directory.resolve("encrypted.pem").toString();

        Measurement found = Measurement.of(ReadingPem.class, "decrypt", Map.of("file", file), 1, BRIEFLY, BRIEFLY);

        assertThat(found.perCpuSecond()).isPositive();
    }

    @Test
    void signing_and_verifying_in_two_threads() throws Exception {
        Path signing = directory.resolve("signing");
        try (KeyStore store = KeyStores.open(signing)) {
            store.generate(KeyRequest.of(KeySpec.EC_P256, SigningKeys.name(KeySpec.EC_P256)));
        }
        for (String operation : new String[] {"sign", "verify"}) {
            Measurement found = Measurement.of(
                    Signing.class,
                    operation,
                    Map.of("contender", "CHANCERY_BOUNCYCASTLE", "workload", "EC_P256", "keys", signing.toString()),
                    2,
                    BRIEFLY,
                    BRIEFLY);

            assertThat(found.perCpuSecond()).isPositive();
        }
    }
}
