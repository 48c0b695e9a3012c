package dev.chancery.provider.pkcs11.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenKeyIdTest {

    @Test
    void aLabelAndAnIdMakeAKeysName() {
        TokenKeyId id = TokenKeyId.of("Käse: 50%", new byte[] {0, (byte) 0xab});

        assertThat(id.text()).isEqualTo("K%C3%A4se%3A%2050%25:00ab");
        assertThat(TokenKeyId.parse(id.text())).isEqualTo(id);
    }

    @Test
    void eitherMayBeMissing() {
        assertThat(TokenKeyId.parse("invoices")).isEqualTo(new TokenKeyId("invoices", Optional.empty()));
        assertThat(TokenKeyId.parse("invoices:")).isEqualTo(new TokenKeyId("invoices", Optional.of("")));
        assertThat(TokenKeyId.parse(":0A")).isEqualTo(new TokenKeyId("", Optional.of("0a")));
        assertThat(TokenKeyId.parse(":")).isEqualTo(TokenKeyId.of("", new byte[0]));
    }

    @Test
    void aNameThatIsTooLongHasADigest() {
        TokenKeyId id = TokenKeyId.of("x".repeat(600), new byte[] {1});

        assertThat(id.isDigest()).isTrue();
        assertThat(TokenKeyId.parse(id.text())).isEqualTo(id);
        assertThat(TokenKeyId.of("x".repeat(601), new byte[] {1})).isNotEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:0", "a:xy", "a%", "a%0", "a%zz"})
    void whatIsNoName(String text) {
        assertThatThrownBy(() -> TokenKeyId.parse(text)).isInstanceOf(ConfigurationException.class);
    }
}
