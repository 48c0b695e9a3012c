package dev.chancery.provider.pkcs11.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.TokenDescription;
import org.junit.jupiter.api.Test;

class TokenProbeTest {
    @Test
    void what_a_token_says_of_its_pin_is_passed_on() {
        assertThat(pin(0).status()).isEqualTo(HealthStatus.UP);
        assertThat(pin(Ck.CKF_USER_PIN_COUNT_LOW).status()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(pin(Ck.CKF_USER_PIN_FINAL_TRY).detail()).contains("locks");
        assertThat(pin(Ck.CKF_USER_PIN_LOCKED).status()).isEqualTo(HealthStatus.DOWN);
    }

    private static Finding pin(long flags) {
        return TokenProbe.pin(new TokenDescription("a", "b", "c", "d", flags, 0, 0));
    }
}
