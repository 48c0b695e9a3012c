package dev.chancery.internal.jca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.algorithm.SubjectPublicKeyInfo;
import dev.chancery.error.UnsupportedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The edge cases of Ed25519 that C2SP/CCTV collects: points of small order, with a part of small order, in another encoding than the one right one.
 * Valid is what fits the equation without cofactor, of points that an honest signer may have made.
 */
class Ed25519VectorsTest {
    private static final HexFormat HEX = HexFormat.of();

    /** A part of small order alone keeps no signature from fitting the equation. */
    private static final Set<String> HARMLESS = Set.of("low_order_component_A", "low_order_component_R");

    @ParameterizedTest
    @EnumSource
    void the_verdict_is_the_same_with_every_provider(JcaChoice choice) throws Exception {
        JcaProviders providers = choice.providers();
        int valid = 0;
        for (Object each : vectors()) {
            Map<?, ?> vector = (Map<?, ?>) each;
            boolean expected = !(vector.get("flags") instanceof Collection<?> flags) || HARMLESS.containsAll(flags);
            assertThat(isValid(vector, providers)).as("%s", vector).isEqualTo(expected);
            valid += expected ? 1 : 0;
        }
        assertThat(valid).isEqualTo(43);
    }

    @Test
    void bouncycastle_verifies_by_another_equation_and_signs_only() {
        JcaProviders providers = JcaChoice.BOUNCY_CASTLE.providers();

        assertThat(providers.choose(dev.chancery.algorithm.KeyAlgorithm.EDDSA).name())
                .isEqualTo("bouncycastle");
        assertThat(providers
                        .chooseToVerify(dev.chancery.algorithm.KeyAlgorithm.EDDSA)
                        .name())
                .isEqualTo("jdk");
    }

    private static List<?> vectors() throws Exception {
        return (List<?>) Wycheproof.read(
                Path.of(Objects.requireNonNull(Ed25519VectorsTest.class.getResource("/cctv/ed25519vectors.json.gz"))
                        .toURI()));
    }

    private static boolean isValid(Map<?, ?> vector, JcaProviders providers) {
        SubjectPublicKeyInfo key;
        try {
            key = SubjectPublicKeyInfo.read(HEX.parseHex("302a300506032b6570032100" + vector.get("key")));
        } catch (UnsupportedException e) {
            return false;
        }
        return new PublicKeyVerifier(key, providers)
                .verify(
                        vector.get("msg").toString().getBytes(StandardCharsets.UTF_8),
                        HEX.parseHex(vector.get("sig").toString()))
                .isValid();
    }
}
