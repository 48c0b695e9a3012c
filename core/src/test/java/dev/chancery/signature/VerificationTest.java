package dev.chancery.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.InvalidSignatureException;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VerificationTest {

    @ParameterizedTest
    @EnumSource(Verification.Status.class)
    void only_valid_is_valid(Verification.Status status) {
        Verification answer = new Verification(status, Optional.empty(), false, "because");

        if (status == Verification.Status.VALID) {
            assertThat(answer.isValid()).isTrue();
            assertThat(answer.orThrow()).isSameAs(answer);
        } else {
            assertThat(answer.isValid()).isFalse();
            assertThatThrownBy(answer::orThrow)
                    .isInstanceOf(InvalidSignatureException.class)
                    .hasMessage("because");
        }
    }
}
