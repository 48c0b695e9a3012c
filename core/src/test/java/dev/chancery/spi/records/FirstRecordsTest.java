package dev.chancery.spi.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.key.StateChange;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What Chancery wrote at commit 1dc9471, with that code: tags of AWS keys, files of the archive, data objects of tokens. */
class FirstRecordsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final KeyId TOKEN_KEY = new KeyId("invoices%20%C3%BC:0a0b");
    private static final RingPosition POSITION = new RingPosition(new KeyName("invoices"), 7);
    private static final PublicKey KEY = PublicKeyText.read("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEsIv6859H8jNCVZWK9/JM"
            + "sjE8HLvOzxJTGJTZ8smFOa8rGZSXPcO8RGqk9oFY3dhPZQKmMZ3+aFIcN0+rXQqqlQ==");
    private static final String FINGERPRINT = KeyMetadata.fingerprint(KEY);

    private static byte[] file(String name) {
        try (InputStream file =
                Objects.requireNonNull(FirstRecordsTest.class.getResourceAsStream("/records-1dc9471/" + name), name)) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KeyRecord tags(String name) {
        Properties tags = new Properties();
        try {
            tags.load(new StringReader(new String(file(name), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> fields = new HashMap<>();
        tags.forEach((tag, value) -> fields.put(((String) tag).substring("chancery:".length()), (String) value));
        return RecordFields.decode(fields, "").legible().orElseThrow();
    }

    private static KeyRecord archived(String name) {
        Map<String, String> fields = new HashMap<>();
        for (String line : new String(file(name), StandardCharsets.UTF_8).split("\n")) {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 2));
            }
        }
        return RecordFields.decode(fields, "").legible().orElseThrow();
    }

    private static KeyRecord token(String name) {
        RecordLines.Read read = RecordLines.read(file(name), "The record");
        assertThat(read.id()).contains(TOKEN_KEY);
        assertThat(read.record()).isInstanceOf(StoredRecord.Present.class);
        return read.record().legible().orElseThrow();
    }

    /** A key in a ring, made in an emergency and put into use, and what happened to it then. */
    private static KeyRecord.Builder record(UnaryOperator<KeyAttributes.Builder> then) {
        KeyAttributes.Builder attributes = KeyAttributes.builder(
                        KeyState.PRE_ACTIVE, NOW.plusNanos(123_456_000), KeyOrigin.GENERATED)
                .signFrom(NOW)
                .signUntil(NOW.plusSeconds(86_400))
                .verifyUntil(NOW.plusSeconds(864_000))
                .ring(POSITION)
                .defaultAlgorithm(SignatureAlgorithm.ECDSA_SHA256)
                .label("the owner=1", "B\u00fcro \u5b57 = all_of it")
                .label("empty-inside", "x");
        return new KeyRecord.Builder(then.apply(attributes).build()).emergencyFor("invoices:0a09");
    }

    private static KeyAttributes.Builder use(KeyAttributes.Builder attributes) {
        return attributes.state(KeyState.ACTIVE, NOW.plusSeconds(1), "put into use: 100 % = ready_now, f\u00fcr alle");
    }

    private static UnaryOperator<KeyAttributes.Builder> used(KeyState to, int second, String reason) {
        return attributes -> use(attributes).state(to, NOW.plusSeconds(second), reason);
    }

    @Test
    void tags_of_a_fresh_key() {
        assertThat(tags("aws-fresh.properties"))
                .isEqualTo(record(FirstRecordsTest::use).revision(1).build());
    }

    @Test
    void tags_of_a_key_that_was_suspended() {
        assertThat(tags("aws-changed.properties"))
                .isEqualTo(record(used(KeyState.SUSPENDED, 9, "is it stolen?"))
                        .revision(2)
                        .fingerprint(FINGERPRINT)
                        .build());
    }

    @Test
    void tags_of_a_compromised_key_also_where_another_writer_retired_it() {
        KeyRecord marked = record(attributes -> used(KeyState.COMPROMISED, 99, "stolen")
                        .apply(attributes)
                        .compromisedSince(CompromisedSince.at(NOW.plusSeconds(50))))
                .revision(2)
                .fingerprint(FINGERPRINT)
                .build();

        assertThat(tags("aws-compromised.properties")).isEqualTo(marked);
        assertThat(tags("aws-marked-while-retired.properties")).isEqualTo(marked);
    }

    @Test
    void tags_that_a_change_has_emptied() {
        KeyAttributes attributes = KeyAttributes.builder(KeyState.DEACTIVATED, NOW, KeyOrigin.GENERATED)
                .build();

        assertThat(tags("aws-emptied.properties"))
                .isEqualTo(new KeyRecord.Builder(attributes)
                        .revision(2)
                        .fingerprint(FINGERPRINT)
                        .build());
    }

    @Test
    void tags_that_a_long_history_fills() {
        KeyRecord crowded = tags("aws-crowded.properties");
        List<StateChange> history = crowded.attributes().history();

        assertThat(history).hasSizeGreaterThan(20).hasSizeLessThan(60);
        for (int i = 0; i < history.size(); i++) {
            int number = 60 - history.size() + i;
            KeyState[] states = {KeyState.ACTIVE, KeyState.SUSPENDED};
            assertThat(history.get(i))
                    .isEqualTo(new StateChange(
                            NOW.plusSeconds(100 + number),
                            states[number % 2],
                            states[1 - number % 2],
                            "change " + number + " " + "\u00fc".repeat(40)));
        }
        assertThat(crowded.attributes().labels()).containsOnlyKeys("the owner=1", "empty-inside");
    }

    @Test
    void lines_of_the_archive() {
        assertThat(archived("archive.pem"))
                .isEqualTo(record(FirstRecordsTest::use)
                        .revision(0)
                        .fingerprint(FINGERPRINT)
                        .build());
        assertThat(archived("archive-compromised.pem"))
                .isEqualTo(record(attributes -> used(KeyState.COMPROMISED, 99, "stolen")
                                .apply(attributes)
                                .compromisedSince(CompromisedSince.UNKNOWN))
                        .revision(0)
                        .fingerprint(FINGERPRINT)
                        .build());
    }

    @Test
    void an_object_of_a_key_that_is_half_made() {
        KeyAttributes attributes = KeyAttributes.builder(KeyState.PRE_ACTIVE, NOW, KeyOrigin.GENERATED)
                .build();

        assertThat(token("token-half-made.key")).isEqualTo(KeyRecord.of(attributes));
    }

    @Test
    void objects_of_a_tokens_keys() {
        List<RingPosition> held = List.of(POSITION, new RingPosition(new KeyName("archive-2"), 1));

        assertThat(token("token-full.key"))
                .isEqualTo(record(FirstRecordsTest::use)
                        .publicKey(KEY)
                        .held(held)
                        .revision(4)
                        .build());
        assertThat(token("token-compromised.key"))
                .isEqualTo(record(attributes -> used(KeyState.COMPROMISED, 99, "the laptop was stolen = gone")
                                .apply(attributes)
                                .compromisedSince(
                                        CompromisedSince.at(NOW.plusSeconds(50).plusNanos(5))))
                        .publicKey(KEY)
                        .held(held)
                        .revision(5)
                        .build());
        assertThat(token("token-destroyed.key"))
                .isEqualTo(record(attributes -> attributes
                                .state(
                                        KeyState.SUSPENDED,
                                        NOW.plusSeconds(1),
                                        "put into use: 100 % = ready_now, f\u00fcr alle")
                                .state(KeyState.DESTROYED, NOW.plusSeconds(99), "no longer needed")
                                .compromisedSince(CompromisedSince.UNKNOWN))
                        .publicKey(KEY)
                        .held(held)
                        .revision(5)
                        .build());
    }
}
