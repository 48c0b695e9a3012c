package dev.chancery.provider.pkcs11.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.error.ChanceryException;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a code is said to mean is what the standard says (PKCS #11 3.0, 5.1), and no advice costs a key. */
class CkErrorsTest {
    private static ChanceryException translate(long code) {
        return CkErrors.translate(new CkException("C_Sign", code, "CKR_X"), "Signing with key a:01", "pkcs11:token=t");
    }

    @ParameterizedTest
    @MethodSource("dev.chancery.provider.pkcs11.sessions.LoginTest#everyCode")
    void no_advice_destroys_anything(long code) {
        assertThat(translate(code))
                .hasMessageStartingWith("Signing with key a:01 in pkcs11:token=t failed: C_Sign answered CKR_X. ")
                .hasMessageNotContainingAny("remove", "Remove", "delete");
        assertThat(translate(code).getMessage()).matches(".*[.`]$");
    }

    @Test
    void the_hosts_memory_is_not_the_tokens() {
        assertThat(translate(Ck.CKR_HOST_MEMORY)).hasMessageContaining("this process or machine");
        assertThat(translate(Ck.CKR_DEVICE_MEMORY)).hasMessageContaining("The token has no room left");
    }
}
