package dev.chancery.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.InvalidSignatureException;
import dev.chancery.internal.store.FakeStore;
import dev.chancery.key.KeyMetadata;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VerificationTest {

    @Test
    void in_one_line_an_answer_says_why_and_of_which_key() {
        KeyMetadata key = new FakeStore().key("invoices");

        assertThat(new Verification(Verification.Status.INVALID, Optional.of(key), true, "Not\nthis key's."))
                .hasToString("Verification[INVALID, invoices, SHA-256 " + key.fingerprint()
                        + ", ACTIVE, state unknown: Not\\u000athis key's.]");
        assertThat(new Verification(Verification.Status.VALID, Optional.empty(), false, "It is valid."))
                .hasToString("Verification[VALID: It is valid.]");
    }

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
