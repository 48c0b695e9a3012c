package dev.chancery.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.cli.page.Page;
import dev.chancery.cli.report.RingHistory.Generation;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.key.RingPosition;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("one-jdk")
class RingHistoryTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final PublicKey PUBLIC = publicKey();

    private static PublicKey publicKey() {
        try {
            return KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Instant day(int day) {
        return START.plus(Duration.ofDays(day));
    }

    private static KeyAttributes.Builder attributes(KeyState state, int created, long generation) {
        return KeyAttributes.builder(state, day(created), KeyOrigin.GENERATED)
                .ring(new RingPosition(new KeyName("certs"), generation));
    }

    private static KeyMetadata key(String id, KeyAttributes.Builder attributes) {
        return new KeyMetadata(
                new KeyId(id), KeySpec.EC_P256, PUBLIC, "00", ProtectionLevel.SOFTWARE, attributes.build());
    }

    private static final KeyMetadata FIRST = key(
            "one",
            attributes(KeyState.ACTIVE, 0, 1)
                    .signFrom(day(0))
                    .signUntil(day(1_000))
                    .state(KeyState.DEACTIVATED, day(102), "followed"));
    private static final KeyMetadata SECOND =
            key("two", attributes(KeyState.ACTIVE, 90, 2).signFrom(day(100)).signUntil(day(202)));
    private static final KeyMetadata THIRD = key(
            "three",
            attributes(KeyState.PRE_ACTIVE, 150, 3)
                    .state(KeyState.ACTIVE, day(200), "promoted")
                    .signUntil(day(400)));
    private static final KeyMetadata WAITING = key("four", attributes(KeyState.PRE_ACTIVE, 210, 4));

    private static List<Generation> generations(KeyMetadata... keys) {
        List<RingHistory> rings = RingHistory.of(List.of(keys));
        assertThat(rings).hasSize(1);
        return rings.get(0).generations();
    }

    @Test
    void a_generation_is_current_until_the_next_one_and_signs_on_until_its_overlap_ends() {
        List<Generation> found = generations(THIRD, FIRST, WAITING, SECOND);

        assertThat(found).extracting(Generation::number).containsExactly(1L, 2L, 3L);
        assertThat(found).extracting(Generation::begin).containsExactly(day(0), day(100), day(200));
        assertThat(found)
                .extracting(generation -> generation.followed().orElse(null))
                .containsExactly(day(100), day(200), null);
        assertThat(found)
                .as("the state has the last word on the date")
                .extracting(generation -> generation.signsUntil().orElseThrow())
                .containsExactly(day(102), day(202), day(400));
    }

    @Test
    void a_bar_has_a_part_for_each_role_in_proportion_to_its_time() {
        RingHistory ring = RingHistory.of(List.of(FIRST, SECOND, THIRD)).get(0);
        assertThat(draw(ring, ring.generations().get(1)))
                .contains("class=\"current\" x=\"250\" y=\"0\" width=\"250\"")
                .contains("class=\"overlap\" x=\"500\" y=\"0\" width=\"5\"")
                .contains("class=\"verifies\" x=\"505\" y=\"0\" width=\"495\"")
                .contains("class=\"now\" x1=\"625\"")
                .contains("Generation 2 from 2026-04-11, followed on 2026-07-20, signs until 2026-07-22");
        assertThat(draw(ring, ring.generations().get(2))).doesNotContain("\"overlap\"", "\"verifies\"");
    }

    @Test
    void a_compromised_generation_has_no_other_role() {
        KeyMetadata stolen = key(
                "one",
                attributes(KeyState.ACTIVE, 0, 1)
                        .state(KeyState.COMPROMISED, day(50), "stolen")
                        .compromisedSince(CompromisedSince.UNKNOWN));
        RingHistory ring = RingHistory.of(List.of(stolen, SECOND)).get(0);
        assertThat(draw(ring, ring.generations().get(0)))
                .contains("class=\"compromised\" x=\"0\"")
                .doesNotContain("\"current\"", "\"verifies\"")
                .contains(", compromised");
    }

    private static String draw(RingHistory ring, Generation generation) {
        Page page = new Page("Test");
        new Timeline(ring, day(250)).draw(page, generation);
        String html = new String(page.finish(), StandardCharsets.UTF_8);
        return html.substring(html.indexOf("<svg"));
    }
}
