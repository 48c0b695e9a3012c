package dev.chancery.provider.file.formats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemReaderTest {
    private static final String BLOCK = "-----BEGIN PUBLIC KEY-----\nAAEC\n-----END PUBLIC KEY-----\n";

    @Test
    void aBlockHasALabelAndBytes() throws MalformedException {
        PemBlock block = read(BLOCK).get(0);

        assertThat(block.label()).isEqualTo("PUBLIC KEY");
        assertThat(block.content()).containsExactly(0, 1, 2);
        assertThat(block.dekInfo()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n", "\r", " \t\n",
            })
    void anyEndOfLine(String end) throws MalformedException {
        assertThat(read(BLOCK.replace("\n", end)).get(0).content()).containsExactly(0, 1, 2);
    }

    @Test
    void textAroundTheBlocksIsIgnored() throws MalformedException {
        List<PemBlock> blocks =
                read("Bag Attributes: \u00e9\0\n    friendlyName: x\n" + BLOCK + "then\n" + BLOCK + "pub:");

        assertThat(blocks).hasSize(2);
    }

    @Test
    void linesMayBeOfAnyLength() throws MalformedException {
        String body = "AAEC".repeat(1000);

        assertThat(read("-----BEGIN X-----\n" + body + "\nAAEC\n-----END X-----")
                        .get(0)
                        .content())
                .hasSize(3003);
    }

    @Test
    void theHeadersOfAnEncryptedKey() throws MalformedException {
        PemBlock block = read("""
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: DES-CBC,0011

                AAEC
                -----END RSA PRIVATE KEY-----
                """).get(0);

        assertThat(block.dekInfo()).isEqualTo("DES-CBC,0011");
        assertThat(block.content()).containsExactly(0, 1, 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Proc-Type: 4,ENCRYPTED\n\nAAEC\n",
                "Proc-Type: 4,CLEAR\nDEK-Info: DES-CBC,0011\n\nAAEC\n",
                "Proc-Type: 4,ENCRYPTED\nDEK-Info: DES-CBC,0011\nAAEC\n",
                "Proc-Type: 4,ENCRYPTED\nDEK-Info: DES-CBC\n\nAAEC\n",
                "Proc-Type: 4,ENCRYPTED\nDEK-Info: ../../x,00\n\nAAEC\n",
                "Comment: hello\n\nAAEC\n",
                "Proc-Type: 4,ENCRYPTED",
            })
    void otherHeadersAreRefused(String body) {
        assertThatThrownBy(() -> read("-----BEGIN X-----\n" + body + "-----END X-----\n"))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("headers of the block X");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AAE", "AAECA", "",
            })
    void aMissingCharacterIsATruncation(String body) {
        assertThatThrownBy(() -> read("-----BEGIN X-----\n" + body + "\n-----END X-----\n"))
                .isInstanceOf(MalformedException.class)
                .hasMessage("the base64 of the block X is truncated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"AA!C", "AA C", "=AEC", "A===", "AA==AAEC", "\u00e9AEC", " AAE", "AA_-"})
    void whatIsNotBase64IsRefusedAndNotQuoted(String body) {
        assertThatThrownBy(() -> read("-----BEGIN X-----\n" + body + "\n-----END X-----\n"))
                .isInstanceOf(MalformedException.class)
                .hasMessage("the block X is not base64")
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-----BEGIN X-----\nAAEC\n",
                "-----BEGIN X-----",
            })
    void aBlockWithoutAnEndIsTruncated(String file) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessage("truncated: no line -----END X-----");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-----BEGIN X-----\nAAEC\n-----END Y-----\n",
                "-----BEGIN X-----\nAAEC\n-----END X----\n",
                "-----BEGIN X-----\nAAEC\n-----BEGIN X-----\nAAEC\n-----END X-----\n",
            })
    void aBlockIsClosedByItsOwnEnd(String file) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("not closed by its own END line");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-----BEGIN x-----\nAAEC\n-----END x-----\n",
                "-----BEGIN X----\nAAEC\n-----END X-----\n",
                "-----BEGIN -----\nAAEC\n-----END -----\n",
                "-----END X-----\n",
            })
    void linesThatLookLikeABlockAndOpenNone(String file) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(MalformedException.class)
                .hasMessage("a line that begins with ----- opens no PEM block");
    }

    @Test
    void filesThatAreNoPem() {
        assertThatThrownBy(() -> read("")).hasMessage("empty");
        assertThatThrownBy(() -> read("ssh-rsa AAAA")).hasMessageStartingWith("no PEM block");
        assertThatThrownBy(() -> read("0\u0082\u0004\u00bd")).hasMessageContaining("openssl pkey -inform DER");
    }

    @Test
    void theSizeIsLimited() throws MalformedException {
        String padding = " ".repeat(PemReader.MAX_BYTES - BLOCK.length());

        assertThat(read(padding + "\n" + BLOCK.strip())).hasSize(1);
        assertThatThrownBy(() -> read(padding + "\n" + BLOCK)).hasMessageContaining("64 KiB");
    }

    @Test
    void theNumberOfBlocksIsLimited() throws MalformedException {
        assertThat(read(BLOCK.repeat(4))).hasSize(4);
        assertThatThrownBy(() -> read(BLOCK.repeat(5))).hasMessage("more than 4 PEM blocks");
    }

    private static List<PemBlock> read(String file) throws MalformedException {
        return PemReader.read(file.getBytes(ISO_8859_1));
    }
}
