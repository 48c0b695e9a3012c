package dev.chancery.provider.file.layout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.key.RingPosition;
import dev.chancery.key.StateChange;
import dev.chancery.provider.file.formats.MalformedException;
import dev.chancery.spi.Claim;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.KeyRecord.Rotating;
import dev.chancery.spi.records.KeyRecord.Successor;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MetadataJsonTest {
    private static final Instant CREATED = Instant.parse("2026-11-23T10:00:00Z");

    private static final String SMALL = """
            {
              "version" : 1,
              "id" : "rsa-2026-11",
              "spec" : "RSA_3072",
              "fingerprint" : "00ff",
              "protection" : "SOFTWARE",
              "origin" : "GENERATED",
              "state" : "ACTIVE",
              "created" : "2026-11-23T10:00:00Z",
              "history" : [ ],
              "labels" : { }
            }
            """;

    @Test
    void fields_are_called_as_in_the_api_and_stand_in_lines() {
        Metadata key = metadata(KeyAttributes.builder(KeyState.ACTIVE, CREATED, KeyOrigin.GENERATED));
        assertThat(new String(MetadataJson.write(key), UTF_8)).isEqualTo(SMALL);
    }

    @Test
    void what_is_written_is_read() throws MalformedException {
        Metadata full = metadata(full());
        assertThat(MetadataJson.readKey(MetadataJson.write(full))).isEqualTo(full);
    }

    static KeyAttributes.Builder full() {
        return KeyAttributes.builder(KeyState.ACTIVE, CREATED, KeyOrigin.IMPORTED)
                .signFrom(CREATED.plusSeconds(1))
                .signUntil(CREATED.plusSeconds(2))
                .verifyUntil(CREATED.plusSeconds(3))
                .ring(new RingPosition(new KeyName("certificate-signing"), 7))
                .defaultAlgorithm(SignatureAlgorithm.RSA_PSS_SHA384)
                .state(KeyState.SUSPENDED, CREATED, "a \"reason\" with ü")
                .state(KeyState.COMPROMISED, CREATED, "another")
                .compromisedSince(CompromisedSince.at(CREATED))
                .label("owner", "team \\ a");
    }

    @Test
    void an_unknown_moment_of_compromise_is_kept_as_such() throws MalformedException {
        Metadata key = metadata(KeyAttributes.builder(KeyState.COMPROMISED, CREATED, KeyOrigin.FOREIGN)
                .compromisedSince(CompromisedSince.UNKNOWN));
        assertThat(new String(MetadataJson.write(key), UTF_8)).contains("\"compromisedSince\" : \"UNKNOWN\"");
        assertThat(MetadataJson.readKey(MetadataJson.write(key))).isEqualTo(key);
    }

    @Test
    void the_longest_history_and_all_labels_fit() throws MalformedException {
        KeyAttributes.Builder attributes = KeyAttributes.builder(KeyState.ACTIVE, CREATED, KeyOrigin.GENERATED);
        for (int n = 0; n < 10_000; n++) {
            attributes.history(new StateChange(CREATED, KeyState.SUSPENDED, KeyState.ACTIVE, "\u20ac".repeat(256)));
        }
        for (int n = 0; n < 64; n++) {
            attributes.label(n + "\u20ac".repeat(254), "\u20ac".repeat(256));
        }
        byte[] json = MetadataJson.write(metadata(attributes));
        assertThat(json).hasSizeLessThan(JsonObject.MAX_BYTES);
        assertThat(MetadataJson.readKey(json).record().attributes().history()).hasSize(MetadataJson.MAX_HISTORY);
    }

    private static Metadata metadata(KeyAttributes.Builder attributes) {
        return metadata(
                new KeyRecord.Builder(attributes.build()).fingerprint("00ff").build());
    }

    private static Metadata metadata(KeyRecord record) {
        return new Metadata(new KeyId("rsa-2026-11"), Optional.of(KeySpec.RSA_3072), ProtectionLevel.SOFTWARE, record);
    }

    /** With something in each field. */
    static Metadata second() {
        RingPosition position = new RingPosition(new KeyName("certificate-signing"), 7);
        return metadata(new KeyRecord.Builder(full().build())
                .fingerprint("00ff")
                .revision(12)
                .successor(new Successor(8, "ff00"))
                .emergencyFor("0ff0")
                .withdrawn(true)
                .rotating(Optional.of(new Rotating("somebody", CREATED)))
                .held(List.of(position, new RingPosition(position.ring(), 9)))
                .notes(Map.of("place", "its own"))
                .build());
    }

    @Test
    void a_field_that_says_something_new_makes_it_the_second_version_which_older_readers_turn_away() throws Exception {
        String json = new String(MetadataJson.write(second()), UTF_8);
        assertThat(json).startsWith("{\n  \"version\" : 2,\n").contains("""
                  "revision" : 12,
                  "successor" : "ff00",
                  "successorGeneration" : 8,
                  "emergencyFor" : "0ff0",
                  "withdrawn" : true,
                  "rotating" : "somebody",
                  "rotatingUntil" : "2026-11-23T10:00:00Z",
                  "held" : [
                    {
                      "ring" : "certificate-signing",
                      "generation" : 7
                    },
                    {
                      "ring" : "certificate-signing",
                      "generation" : 9
                    }
                  ],
                  "notes" : {
                    "place" : "its own"
                  },
                """);
        assertThat(MetadataJson.readKey(json.getBytes(UTF_8))).isEqualTo(second());
    }

    @Test
    void what_is_not_known_of_an_illegible_key_is_left_out() throws MalformedException {
        KeyAttributes attributes = KeyAttributes.builder(KeyState.DEACTIVATED, CREATED, KeyOrigin.FOREIGN)
                .build();
        Metadata key =
                new Metadata(new KeyId("a"), Optional.empty(), ProtectionLevel.SOFTWARE, KeyRecord.of(attributes));
        String json = new String(MetadataJson.write(key), UTF_8);
        assertThat(json).contains("\"version\" : 2").doesNotContain("spec", "fingerprint");
        assertThat(MetadataJson.readKey(json.getBytes(UTF_8))).isEqualTo(key);
    }

    static Stream<Arguments> marks() {
        String marked = "\"compromisedSince\" : \"2026-11-23T10:00:00Z\"";
        CompromisedSince then = CompromisedSince.at(CREATED);
        return Stream.of(
                Arguments.of(SMALL.substring(0, 100), Optional.empty()),
                Arguments.of(SMALL.replace("ACTIVE", "COMPROMISED"), Optional.of(CompromisedSince.UNKNOWN)),
                Arguments.of(SMALL.replace("\"history\"", marked + ", \"chronicle\""), Optional.of(then)),
                Arguments.of("x {" + marked, Optional.of(then)),
                Arguments.of(
                        marked + marked.replace("11-23", "11-22"),
                        Optional.of(CompromisedSince.at(CREATED.minusSeconds(86_400)))),
                Arguments.of(marked + ", \"state\" : \"COMPROMISED\"", Optional.of(then)),
                Arguments.of("\"compromisedSince\":\"UNKNOWN\"", Optional.of(CompromisedSince.UNKNOWN)),
                Arguments.of(marked.replace("T10", "x10"), Optional.of(CompromisedSince.UNKNOWN)),
                Arguments.of("\"compromisedSince\" : ", Optional.of(CompromisedSince.UNKNOWN)),
                Arguments.of("\"label\" : \"\\\"compromisedSince\\\" : \"", Optional.empty()),
                Arguments.of("\"compromised", Optional.empty()));
    }

    @ParameterizedTest
    @MethodSource("marks")
    void a_mark_is_read_from_what_is_damaged_otherwise(String json, Optional<CompromisedSince> mark) {
        assertThat(MetadataJson.readMark(json.getBytes(UTF_8))).isEqualTo(mark);
    }

    @Test
    void a_file_of_a_newer_version_says_so() {
        String newer = SMALL.replace("\"version\" : 1", "\"version\" : 3").replace("history", "chronicle");
        assertThatThrownBy(() -> MetadataJson.readKey(newer.getBytes(UTF_8)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("newer Chancery")
                .hasMessageContaining("version 3");
    }

    /** A parser that guessed would read the first ones, and stumble over the last with an exception that nobody expects. */
    @Test
    void another_encoding_than_utf_8_is_refused() {
        String umlaut = SMALL.replace("\"labels\" : { }", "\"labels\" : { \"city\" : \"K\u00f6ln\" }");
        for (byte[] file : List.of(
                SMALL.getBytes(StandardCharsets.UTF_16LE),
                SMALL.getBytes(Charset.forName("UTF-32BE")),
                umlaut.getBytes(StandardCharsets.ISO_8859_1),
                ("\0\0\0{" + SMALL).getBytes(UTF_8))) {
            assertThatThrownBy(() -> MetadataJson.readKey(file)).isInstanceOf(MalformedException.class);
        }
    }

    static Stream<String> damaged() {
        return Stream.of(
                "",
                "null",
                "[]",
                "{}",
                "{\"version\":1}",
                SMALL.substring(0, 100),
                SMALL + "x",
                SMALL + SMALL,
                SMALL.replace("\"version\" : 1", "\"version\" : 0"),
                SMALL.replace("\"version\" : 1", "\"version\" : \"1\""),
                SMALL.replace("\"version\" : 1", "\"version\" : 99999999999999999999"),
                SMALL.replace("\"version\" : 1,", "\"version\" : 1, \"version\" : 1,"),
                SMALL.replace("\"id\"", "\"name\""),
                SMALL.replace("\"id\" : \"rsa-2026-11\"", "\"id\" : null"),
                SMALL.replace("rsa-2026-11", "a\\u0000b"),
                SMALL.replace("RSA_3072", "RSA_1024"),
                SMALL.replace("ACTIVE", "COMPROMISED"),
                SMALL.replace("2026-11-23T10:00:00Z", "yesterday"),
                SMALL.replace("2026-11-23T10:00:00Z", "+300000000-01-01T00:00:00Z"),
                SMALL.replace("2026-11-23T10:00:00Z", "-0001-01-01T00:00:00Z"),
                SMALL.replace("\"labels\" : { }", "\"labels\" : { \"a\" : 1 }"),
                SMALL.replace("\"labels\" : { }", "\"labels\" : [ ]"),
                SMALL.replace("\"labels\" : { }", "\"labels\" : { }, \"extra\" : true"),
                SMALL.replace("\"labels\" : { }", "\"labels\" : { }, \"extra\" : \"\\u001b[2J\""),
                SMALL.replace("\"history\" : [ ]", "\"history\" : [ 1 ]"),
                SMALL.replace("\"history\" : [ ]", "\"history\" : [ [ [ [ [ ] ] ] ] ]"),
                SMALL.replace("\"history\" : [ ]", "\"history\" : " + "[".repeat(100_000)),
                SMALL.replace("\"fingerprint\" : \"00ff\"", "\"fingerprint\" : \"" + "0".repeat(100_000) + "\""),
                SMALL.replace("\"labels\"", "\"ring\" : \"r\", \"labels\""),
                SMALL.replace("\"labels\"", "\"ring\" : \"../r\", \"generation\" : 1, \"labels\""),
                SMALL.replace("\"labels\"", "\"ring\" : \"r\", \"generation\" : 0, \"labels\""),
                SMALL.replace("\"labels\"", "\"generation\" : 1, \"labels\""),
                SMALL.replace("\"labels\"", "\"withdrawn\" : false, \"labels\""),
                SMALL.replace("\"labels\"", "\"withdrawn\" : \"true\", \"labels\""),
                SMALL.replace("\"labels\"", "\"successor\" : \"00\", \"labels\""),
                SMALL.replace("\"labels\"", "\"successorGeneration\" : 2, \"labels\""),
                SMALL.replace("\"labels\"", "\"rotating\" : \"x\", \"labels\""),
                SMALL.replace("\"labels\"", "\"held\" : [ { \"ring\" : \"ca\" } ], \"labels\""),
                SMALL.replace("\"labels\"", "\"held\" : [ { \"ring\" : \"ca\", \"generation\" : 0 } ], \"labels\""),
                SMALL.replace("\"labels\"", "\"held\" : [ { \"ring\" : \"../ca\", \"generation\" : 1 } ], \"labels\""),
                SMALL.replace("\"labels\"", "\"held\" : [ \"ca\" ], \"labels\""),
                " ".repeat(JsonObject.MAX_BYTES) + SMALL);
    }

    @ParameterizedTest
    @MethodSource("damaged")
    void a_damaged_file_is_a_clear_error_in_one_printable_line(String json) {
        assertThatThrownBy(() -> MetadataJson.readKey(json.getBytes(UTF_8)))
                .isInstanceOf(MalformedException.class)
                .message()
                .isNotBlank()
                .hasSizeLessThan(300)
                .matches("[ -~…]*");
    }

    @Test
    void a_claim_names_ring_generation_and_key() throws MalformedException {
        Claim claim = new Claim(new RingPosition(new KeyName("ca"), 3), new KeyId("ca-2026-11"));
        assertThat(new String(MetadataJson.write(claim), UTF_8)).isEqualTo("""
                        {
                          "version" : 1,
                          "ring" : "ca",
                          "generation" : 3,
                          "key" : "ca-2026-11"
                        }
                        """);
        assertThat(MetadataJson.readClaim(MetadataJson.write(claim))).isEqualTo(claim);
    }
}
