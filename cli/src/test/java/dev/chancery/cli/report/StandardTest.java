package dev.chancery.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.algorithm.KeySpec;
import java.time.LocalDate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("one-jdk")
class StandardTest {

    @ParameterizedTest
    @CsvSource({
        "SP_800_57,   RSA_2048,  2030-12-31, ENDING",
        "SP_800_57,   RSA_2048,  2031-01-01, DISALLOWED",
        "SP_800_57,   RSA_3072,  2031-01-01, ACCEPTABLE",
        "SP_800_57,   ED25519,   2040-01-01, ACCEPTABLE",
        "SP_800_131A, RSA_2048,  2031-01-01, ACCEPTABLE",
        "SP_800_131A, EC_P256,   2031-01-01, ACCEPTABLE",
        "SP_800_131A, ED25519,   2026-11-30, NOT_LISTED",
        "SP_800_131A, ML_DSA_44, 2026-11-30, NOT_LISTED",
        "CNSA_2,      ML_DSA_87, 2040-01-01, ACCEPTABLE",
        "CNSA_2,      ML_DSA_65, 2026-11-30, DISALLOWED",
        "CNSA_2,      EC_P256,   2026-11-30, DISALLOWED",
        "CNSA_2,      EC_P384,   2029-12-31, ENDING",
        "CNSA_2,      EC_P384,   2032-12-31, ENDING",
        "CNSA_2,      EC_P384,   2033-01-01, DISALLOWED",
        "CNSA_2,      RSA_4096,  2033-01-01, DISALLOWED",
        "CNSA_2,      RSA_2048,  2026-11-30, DISALLOWED",
    })
    void a_publication_says_until_when_a_kind_of_key_may_sign(
            Standard standard, KeySpec spec, LocalDate day, Verdict.Standing standing) {
        assertThat(standard.judge(spec, day).standing()).isEqualTo(standing);
    }

    @Test
    void from_2030_on_the_first_suite_is_not_for_software() {
        assertThat(Standard.CNSA_2
                        .judge(KeySpec.EC_P384, LocalDate.of(2029, 12, 31))
                        .why())
                .contains("until 2030 for software and firmware");
        assertThat(Standard.CNSA_2
                        .judge(KeySpec.EC_P384, LocalDate.of(2030, 1, 1))
                        .why())
                .contains("not for software and firmware");
    }

    @ParameterizedTest
    @EnumSource
    void each_has_a_source_with_its_year(Standard standard) {
        assertThat(standard.source()).containsPattern("20\\d\\d");
    }
}
