package dev.chancery.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.key.UnusableKey.Problem;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PublicHalfTest {
    @Test
    void a_half_is_there_or_kept_back() throws Exception {
        PublicKey key =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();

        assertThat(PublicHalf.read(() -> Optional.of(key))).isEqualTo(new PublicHalf.Vouched(key));
        assertThat(PublicHalf.read(Optional::empty)).isEqualTo(new PublicHalf.Withheld());
    }

    @Test
    void an_answer_that_makes_no_sense_is_a_fact_and_none_at_all_is_an_error() {
        assertThat(PublicHalf.read(() -> {
                    throw new IntegrityException("It is no key.");
                }))
                .isEqualTo(new PublicHalf.Unreadable(Problem.DAMAGED, "It is no key."));
        assertThatThrownBy(() -> PublicHalf.read(() -> {
                    throw new KeyAccessException("Not permitted.");
                }))
                .isInstanceOf(KeyAccessException.class);
    }
}
