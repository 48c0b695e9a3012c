package dev.chancery.provider.pkcs11;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.CompromisedSince;
import dev.chancery.IntegrityException;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyName;
import dev.chancery.KeyOrigin;
import dev.chancery.KeyState;
import dev.chancery.RingPosition;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.UnsupportedException;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRecordFormatTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final TokenKeyId ID = TokenKeyId.parse("invoices:0a0b");

    private static KeyAttributes.Builder attributes() {
        return KeyAttributes.builder(KeyState.ACTIVE, NOW, KeyOrigin.GENERATED);
    }

    private static KeyRecord full() throws GeneralSecurityException {
        PublicKey key =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
        KeyAttributes attributes = attributes()
                .signFrom(NOW)
                .signUntil(NOW.plusSeconds(10))
                .verifyUntil(NOW.plusSeconds(20))
                .ring(new RingPosition(new KeyName("ring"), 7))
                .defaultAlgorithm(SignatureAlgorithm.ED25519)
                .label("the owner=1", "accounting = all of it")
                .state(KeyState.COMPROMISED, NOW, "a reason with = and spaces")
                .compromisedSince(CompromisedSince.UNKNOWN)
                .build();
        return new KeyRecord(ID, Optional.of(key), attributes, List.of(new RingPosition(new KeyName("ring"), 7)), 3);
    }

    private static KeyRecord read(String text) {
        return KeyRecordFormat.read(text.getBytes(UTF_8), "The record");
    }

    private static String written(KeyRecord record) {
        return new String(KeyRecordFormat.write(record), UTF_8);
    }

    @Test
    void everythingComesBack() throws GeneralSecurityException {
        KeyRecord record = full();

        assertThat(read(written(record))).isEqualTo(record);
    }

    @Test
    void itIsTextThatAPersonCanRead() {
        assertThat(written(KeyRecord.halfMade(ID, attributes().build()))).isEqualTo("""
                        chancery-key/1
                        id=invoices:0a0b
                        revision=1
                        state=ACTIVE
                        created=2026-11-23T12:00:00Z
                        origin=GENERATED
                        """);
    }

    @Test
    void theLatestHistoryIsKept() {
        KeyAttributes.Builder attributes = attributes();
        for (int i = 0; i < 50; i++) {
            attributes.state(i % 2 == 0 ? KeyState.SUSPENDED : KeyState.ACTIVE, NOW.plusSeconds(i), "change " + i);
        }

        KeyAttributes kept =
                read(written(KeyRecord.halfMade(ID, attributes.build()))).attributes();

        assertThat(kept.history()).hasSize(AttributeLines.MAX_HISTORY);
        assertThat(kept.history().get(AttributeLines.MAX_HISTORY - 1).reason()).isEqualTo("change 49");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "chancery-key/1\n",
                "something else\n",
                "chancery-key/1\nid=a:01\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED",
                "chancery-key/1\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\n",
                "chancery-key/1\nid=a\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\n",
                "chancery-key/1\nid=a:01\nstate=READY\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\n",
                "chancery-key/1\nid=a:01\nstate=ACTIVE\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\n",
                "chancery-key/1\nid=a:01\nstate=ACTIVE\ncreated=yesterday\norigin=GENERATED\n",
                "chancery-key/1\nid=a:01\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\nring=r\n",
                "chancery-key/1\nid=a:01\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\nring=r/0\n",
                "chancery-key/1\nid=a:01\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\ncolour=red\n",
                "chancery-key/1\nid=a:01\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\nhistory=x\n",
                "chancery-key/1\nid=a:01\npublic=AAAA\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\n",
                "chancery-key/1\nid=a:01\nrevision=x\nstate=ACTIVE\ncreated=2026-11-23T12:00:00Z\norigin=GENERATED\n"
            })
    void whatIsDamagedIsNamedAndNotRead(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IntegrityException.class)
                .hasMessageStartingWith("The record is damaged");
    }

    @Test
    void aNewerVersionIsNotGuessedAt() {
        assertThatThrownBy(() -> read("chancery-key/2\n")).isInstanceOf(UnsupportedException.class);
    }

    @Test
    void theLargestAttributesComeBack() throws GeneralSecurityException {
        String longest = "\u5b57".repeat(256); // three bytes a character, nine percent-encoded
        KeyAttributes.Builder attributes = full().attributes().toBuilder();
        for (int i = attributes.build().labels().size(); i < 64; i++) {
            attributes.label(String.valueOf((char) (0x4e00 + i)).repeat(256), longest);
        }
        for (int i = attributes.build().history().size(); i < AttributeLines.MAX_HISTORY; i++) {
            attributes.state(KeyState.COMPROMISED, NOW, longest);
        }
        KeyRecord largest = full().with(attributes.build());

        assertThat(read(written(largest))).isEqualTo(largest);
    }

    @Test
    void itHasAnEnd() {
        assertThatThrownBy(() -> KeyRecordFormat.read(new byte[KeyRecordFormat.MAX_BYTES + 1], "The record"))
                .isInstanceOf(IntegrityException.class);
    }
}
