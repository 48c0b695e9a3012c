package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import dev.chancery.provider.pkcs11.binding.TokenDescription;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenUriTest {
    private static final String LIBRARY = "module-path=/usr/lib/softhsm/libsofthsm2.so";

    @Test
    void saysWhichTokenAndHowToGetThere() {
        TokenUri uri = TokenUri.parse(
                "pkcs11:token=My%20token%3B;serial=00ab;manufacturer=ACME?" + LIBRARY
                        + "&pin-source=file:/run/pin&chancery-metadata=file:///var/keys&chancery-sessions=8&chancery-timeout=30");

        assertThat(uri.token().token()).hasValue("My token;");
        assertThat(uri.token().serial()).hasValue("00ab");
        assertThat(uri.token().manufacturer()).hasValue("ACME");
        assertThat(uri.library()).isEqualTo(Path.of("/usr/lib/softhsm/libsofthsm2.so"));
        assertThat(uri.pinFile()).hasValue(Path.of("/run/pin"));
        assertThat(uri.metadata()).hasValue(Path.of("/var/keys"));
        assertThat(uri.sessions()).hasValue(8);
        assertThat(uri.timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(uri.token().location()).isEqualTo("pkcs11:token=My%20token%3B;serial=00ab;manufacturer=ACME");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "pkcs11:token=a?module-path=/l.so&pin-value=1234 | pin-source",
                "pkcs11:token=a?module-path=/l.so&pin-source=%7Ccat%20pin | commands are not run",
                "pkcs11:slot-id=0?module-path=/l.so | slot",
                "pkcs11:slot-description=x?module-path=/l.so | slot",
                "pkcs11:object=key?module-path=/l.so | not a key",
                "pkcs11:token=a | module-path is missing",
                "pkcs11:token=a?module-path=libsofthsm2.so | absolute",
                "pkcs11:token=a?module-name=softhsm2 | module-path",
                "pkcs11:?module-path=/l.so | names no token",
                "pkcs11:model=x?module-path=/l.so | names no token",
                "pkcs11:token=?module-path=/l.so | empty",
                "pkcs11:token=a;token=b?module-path=/l.so | twice",
                "pkcs11:token=a;colour=red?module-path=/l.so | 'colour' is unknown",
                "pkcs11:token=a?module-path=/l.so&chancery-sessions=0 | from 1 to",
                "pkcs11:token=a?module-path=/l.so&chancery-sessions=99999 | from 1 to",
                "pkcs11:token=a?module-path=/l.so&chancery-timeout=soon | from 1 to",
                "pkcs11:token=%zz?module-path=/l.so | percent-encoded",
                "pkcs11:token=%ff?module-path=/l.so | UTF-8",
                "pkcs11:token?module-path=/l.so | name=value",
                "pkcs12:token=a?module-path=/l.so | pkcs11:"
            })
    void whatIsWrongIsSaid(String uri, String problem) {
        assertThatThrownBy(() -> TokenUri.parse(uri))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("1234");
    }

    @Test
    void hasAnEnd() {
        assertThatThrownBy(() -> TokenUri.parse("pkcs11:token=" + "a".repeat(5000) + "?" + LIBRARY))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("4096");
    }

    @Test
    void everythingThatIsNamedMustFit() {
        TokenUri uri = TokenUri.parse("pkcs11:token=a;serial=1?" + LIBRARY);

        assertThat(uri.token().matches(new TokenDescription("a", "ACME", "X", "1", 0, 0, 0)))
                .isTrue();
        assertThat(uri.token().matches(new TokenDescription("a", "ACME", "X", "2", 0, 0, 0)))
                .isFalse();
        assertThat(uri.token().matches(new TokenDescription("b", "ACME", "X", "1", 0, 0, 0)))
                .isFalse();
    }
}
