package dev.chancery.spi.signing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.MessageTooLargeException;
import dev.chancery.key.KeyId;
import org.junit.jupiter.api.Test;

class MessageLimitTest {
    private final MessageLimit limit = new MessageLimit("A cloud", 4096);

    private void require(int length) {
        limit.require(length, SignatureAlgorithm.ED25519, new KeyId("a/1"), "cloud:eu");
    }

    @Test
    void what_the_place_takes_is_let_through() {
        assertThatCode(() -> require(4096)).doesNotThrowAnyException();
    }

    @Test
    void a_longer_message_is_refused_with_what_to_do_instead() {
        assertThatThrownBy(() -> require(4097))
                .isInstanceOf(MessageTooLargeException.class)
                .hasMessage(
                        "A cloud signs messages of at most 4096 bytes with ED25519, and this one has 4097. Key a/1 in"
                                + " cloud:eu was not asked: sign with an RSA or ECDSA key, or sign the hash of the message as a"
                                + " message.");
    }
}
