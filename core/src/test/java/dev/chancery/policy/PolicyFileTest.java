package dev.chancery.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.ConfigurationException;
import dev.chancery.key.KeyName;
import dev.chancery.policy.KeyPolicy.Rule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Period;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyFileTest {
    private static final String COMPLETE = """
            algorithms.EC_P384 = ECDSA_SHA384
            max-signing-period = P18M
            verify-after-sign = always
            """;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"default", "webpki", "cnsa2"})
    void what_a_profile_prints_reads_back_as_the_same_policy(String name) {
        KeyPolicy policy = KeyPolicy.profile(name);
        assertThat(KeyPolicy.parse(policy.toProperties(), "printed")).isEqualTo(policy);
    }

    @Test
    void what_a_policy_with_every_rule_prints_reads_back_as_the_same_policy() {
        KeyPolicy policy = KeyPolicy.CNSA2.toBuilder()
                .name("ünïcode \\u0041 = # ! :")
                .warnOn(Set.of(KeySpec.RSA_3072, KeySpec.EC_P384))
                .maxSigningPeriod(Period.of(1, 2, 3))
                .maxSignatures(OptionalLong.of(Long.MAX_VALUE))
                .maxSignaturesPerMinute(OptionalInt.of(KeyPolicy.MOST_PER_MINUTE))
                .verifyAfterSign(VerifyAfterSign.NEVER)
                .source(Rule.MAX_SIGNATURES, "C:\\rules\\new.txt\\")
                .ring(new KeyName("a"), RingRules.signingFor(Period.ofDays(1), "§ 7"))
                .ring(
                        new KeyName("z-9"),
                        new RingRules(
                                Map.of(KeySpec.EC_P384, Set.of(SignatureAlgorithm.ECDSA_SHA384)),
                                Optional.empty(),
                                "x"))
                .build();
        assertThat(KeyPolicy.parse(policy.toProperties(), "printed")).isEqualTo(policy);
    }

    @Test
    void the_printed_text_says_that_each_process_counts_by_itself() {
        assertThat(KeyPolicy.DEFAULT.toProperties()).contains("Each process counts by itself");
    }

    @Test
    void a_complete_file_inherits_nothing_and_is_named_after_itself() throws IOException {
        Path file = Files.writeString(directory.resolve("mine.properties"), COMPLETE);
        KeyPolicy policy = KeyPolicy.read(file);
        assertThat(policy)
                .isEqualTo(KeyPolicy.builder("mine.properties")
                        .allow(KeySpec.EC_P384, Set.of(SignatureAlgorithm.ECDSA_SHA384))
                        .maxSigningPeriod(Period.ofMonths(18))
                        .verifyAfterSign(VerifyAfterSign.ALWAYS)
                        .build());
    }

    @Test
    void a_file_based_on_a_profile_states_what_differs() {
        KeyPolicy policy = KeyPolicy.parse("""
                based-on = webpki
                name = web, slowly
                max-signatures-per-minute = 600
                max-signing-period = P1Y
                ring.timestamps.algorithms.EC_P256 = ECDSA_SHA256
                """, "web.properties");
        assertThat(policy.name()).isEqualTo("web, slowly");
        assertThat(policy.algorithms()).isEqualTo(KeyPolicy.WEBPKI.algorithms());
        assertThat(policy.maxSignaturesPerMinute()).hasValue(600);
        assertThat(policy.rings()).containsOnlyKeys(new KeyName("ca-root"), new KeyName("timestamps"));
        assertThat(policy.source(Rule.ALGORITHMS)).contains("7.1.3.2");
        assertThat(policy.source(Rule.MAX_SIGNING_PERIOD))
                .as("SP 800-57 does not speak for the file's own number")
                .isEqualTo("the policy itself");
    }

    @Test
    void the_first_line_of_the_table_replaces_the_whole_table() {
        KeyPolicy policy = KeyPolicy.parse("based-on = default\nalgorithms.ED25519 = ED25519", "ed");
        assertThat(policy.algorithms()).containsOnlyKeys(KeySpec.ED25519);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "colour = blue                       | colour                          | there is no rule colour. The rules are name, based-on, algorithms.<KIND>",
                "algorithms = ECDSA_SHA256           | algorithms                      | there is no rule algorithms.",
                "algorithms.DSA = ECDSA_SHA256       | algorithms.DSA                  | 'DSA' is none of [RSA_2048",
                "algorithms.EC_P256 = MD5            | algorithms.EC_P256              | 'MD5' is none of [RSA_PSS_SHA256",
                "algorithms.EC_P256 = ECDSA_SHA1     | algorithms.EC_P256              | 'ECDSA_SHA1' is none of",
                "algorithms.EC_P256 = RSA_PSS_SHA256 | bad.properties                  | algorithms.EC_P256 lists RSA_PSS_SHA256",
                "algorithms.EC_P256 =                | bad.properties                  | lists no algorithm",
                "warn-on = RSA_1024                  | warn-on                         | 'RSA_1024' is none of",
                "max-signatures = many               | max-signatures                  | write a number or unlimited",
                "max-signatures = 0                  | bad.properties                  | max-signatures is 1 or more, not 0",
                "max-signatures = 99999999999999999999 | max-signatures                | write a number or unlimited",
                "max-signatures-per-minute = 1e3     | max-signatures-per-minute       | write a number or unlimited",
                "max-signatures-per-minute = -1      | bad.properties                  | is 1 to 1000000, not -1",
                "max-signing-period = 3 years        | max-signing-period              | write P3Y for three years",
                "max-signing-period = P999999999Y    | max-signing-period              | at most 100 years",
                "verify-after-sign = sometimes       | verify-after-sign               | none of where-needed, always, never",
                "source.colour = blue                | source.colour                   | there is no rule colour",
                "ring.A.max-signing-period = P1Y     | ring.A.max-signing-period       | A key name starts with",
                "ring.a.max-signatures = 5           | ring.a.max-signatures           | there is no rule ring.<name>.max-signatures",
                "ring.a.algorithms.ED25519 = ECDSA_SHA256 | bad.properties             | algorithms.ED25519 lists ECDSA_SHA256",
                "based-on = pci                      | bad.properties                  | There are [default, webpki, cnsa2]",
                "name =                              | name                            | one line of 1 to 500 characters",
            })
    void a_line_that_makes_no_sense_is_refused_with_file_and_rule(String line, String key, String because) {
        String text = line.startsWith("based-on") ? line : "based-on = default\n" + line;
        assertThatThrownBy(() -> KeyPolicy.parse(text, "bad.properties"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("bad.properties")
                .hasMessageContaining(key)
                .hasMessageContaining(because);
    }

    @Test
    void a_rule_stated_twice_is_refused() {
        assertThatThrownBy(() -> KeyPolicy.parse(COMPLETE + "verify-after-sign: never", "twice"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("twice states verify-after-sign twice");
    }

    @Test
    void a_file_that_inherits_nothing_must_say_enough() {
        assertThatThrownBy(() -> KeyPolicy.parse("max-signatures = 5", "short"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("short states no algorithms.<KIND>, max-signing-period, verify-after-sign")
                .hasMessageContaining("based-on = <one of [default, webpki, cnsa2]>");
    }

    @Test
    void a_file_that_is_not_there_too_large_or_not_text_is_refused() throws IOException {
        assertUnreadable(directory.resolve("absent"), "There is no policy file");
        assertUnreadable(directory, "There is no policy file");
        assertUnreadable(Files.writeString(directory.resolve("large"), "#".repeat(65_537)), "more than 65536 bytes");
        assertUnreadable(
                Files.write(directory.resolve("latin1"), "name = é".getBytes(StandardCharsets.ISO_8859_1)),
                "is not text in UTF-8");
        assertUnreadable(
                Files.writeString(directory.resolve("escape"), "name = \\uZZZZ"), "not a Java properties file");
    }

    private static void assertUnreadable(Path file, String because) {
        assertThatThrownBy(() -> KeyPolicy.read(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(because);
    }

    @Test
    void a_message_shows_no_control_characters_and_is_bounded() {
        String key = "\u001b[31m" + "x".repeat(10_000);
        assertThatThrownBy(() -> KeyPolicy.parse("based-on = default\n" + key + " = 1", "evil\u001b\n"))
                .isInstanceOf(ConfigurationException.class)
                .satisfies(e -> assertThat(e.getMessage())
                        .doesNotContain("\u001b", "\n")
                        .hasSizeLessThan(1_000));
    }

    @Test
    void whatever_the_text_the_answer_is_a_policy_or_a_clear_error() {
        Random random = new Random(20261123);
        String[] words = {
            "algorithms.",
            "EC_P256",
            "RSA_3072",
            "=",
            "\n",
            "ECDSA_SHA256",
            ",",
            "max-signing-period",
            "P1Y",
            "ring.",
            "a",
            ".",
            "based-on",
            "default",
            "source.",
            "\\",
            "\\u00",
            ":",
            " ",
            "unlimited",
            "max-signatures",
            "-1",
            "\0"
        };
        int refused = 0;
        for (int round = 0; round < 5_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int word = random.nextInt(24); word > 0; word--) {
                text.append(words[random.nextInt(words.length)]);
            }
            try {
                KeyPolicy.parse(text.toString(), "random");
            } catch (ConfigurationException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }
}
