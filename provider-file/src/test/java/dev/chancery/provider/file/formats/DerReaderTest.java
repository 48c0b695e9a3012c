package dev.chancery.provider.file.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DerReaderTest {
    @ParameterizedTest
    @CsvSource({
        "020100, 0",
        "02017f, 127",
        "02020080, 128",
        "0201ff, -1",
        "0202ff7f, -129",
        "02050100000000, 4294967296"
    })
    void integers(String hex, BigInteger value) throws MalformedException {
        DerReader reader = reader(hex);

        assertThat(reader.integer()).isEqualTo(value);
        assertThat(reader.atEnd()).isTrue();
        assertThat(HexFormat.of().formatHex(Der.integer(value))).isEqualTo(hex);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0200", "0202007f", "0202ff80", "02020000", "0203010203ff", "02810100", "0204010203", "02"})
    void integersInAnotherForm(String hex) {
        assertThatThrownBy(() -> {
                    DerReader reader = reader(hex);
                    reader.integer();
                    reader.requireEnd();
                })
                .isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0603550403, 2.5.4.3",
        "06092a864886f70d010101, 1.2.840.113549.1.1.1",
        "06032b6570, 1.3.101.112",
        "0605883703812a, 2.999.3.170",
    })
    void objectIdentifiers(String hex, String dotted) throws MalformedException {
        assertThat(reader(hex).objectIdentifier()).isEqualTo(dotted);
        assertThat(HexFormat.of().formatHex(Der.objectIdentifier(dotted))).isEqualTo(hex);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0600", "060180", "06022a80", "060380012a", "060a2a8181818181818181817f"})
    void damagedObjectIdentifiers(String hex) {
        assertThatThrownBy(() -> reader(hex).objectIdentifier()).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0480", // indefinite
                "04810100", // one length octet too many
                "0482000100", // two too many
                "0484000000010a", // four length octets
                "04ff00", // reserved
                "0402aa", // longer than what there is
                "0483ffffff", // far longer
                "3003020200", // an element longer than its sequence
            })
    void lengthsInAnotherForm(String hex) {
        assertThatThrownBy(() -> {
                    DerReader reader = reader(hex);
                    if (reader.nextIs(DerReader.SEQUENCE)) {
                        reader.sequence().integer();
                    } else {
                        reader.octetString();
                    }
                })
                .isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 127, 128, 255, 256, 65_535, 65_536})
    void lengthsAreReadAsTheyAreWritten(int length) throws MalformedException {
        byte[] octets = new byte[length];
        DerReader reader = new DerReader(Der.sequence(Der.octetString(octets), Der.nullValue()));

        DerReader sequence = reader.onlySequence();

        assertThat(sequence.octetString()).isEqualTo(octets);
        sequence.nullValue();
        sequence.requireEnd();
    }

    @Test
    void bitStringsAreWholeBytes() throws MalformedException {
        assertThat(reader("030200ff").bitString()).containsExactly(0xFF);
        assertThatThrownBy(() -> reader("030201fe").bitString()).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> reader("0300").bitString()).isInstanceOf(MalformedException.class);
    }

    @Test
    void anUnexpectedTagIsNamed() {
        assertThatThrownBy(() -> reader("0400").integer()).hasMessage("DER: tag 0x04 where 0x02 is expected");
        assertThatThrownBy(() -> reader("").integer()).hasMessage("DER: ends where tag 0x02 is expected");
    }

    private static DerReader reader(String hex) {
        return new DerReader(HexFormat.of().parseHex(hex));
    }
}
