package dev.chancery.provider.file.formats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.UnsupportedException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
                "\r\n",
                "\r",
                " \t\n",
                "\n  ",
                "\n\t",
                "\n\u00ef\u00bb\u00bf",
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

    /** A byte order mark is three bytes, here in Latin-1. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u00ef\u00bb\u00bf",
                "---------- signing key ----------\n",
                "-----\n",
                "------ BEGIN ------\n",
                "# -----BEGIN PUBLIC KEY-----\n",
            })
    void bannersAndAByteOrderMarkBeforeABlock(String before) throws MalformedException {
        assertThat(read(before + BLOCK).get(0).content()).containsExactly(0, 1, 2);
        assertThat(read(BLOCK + before + BLOCK)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Comment: hello\n\n",
                "X-Owner: a\nX-Note: b: c\n\n",
                "Proc-Type: 4,CLEAR\nComment: x\n\n",
            })
    void otherHeadersArePassedOver(String headers) throws MalformedException {
        PemBlock block = read("-----BEGIN X-----\n" + headers + "AAEC\n-----END X-----\n")
                .get(0);

        assertThat(block.content()).containsExactly(0, 1, 2);
        assertThat(block.dekInfo()).isNull();
    }

    @Test
    void anEncryptedKeyMayHaveMoreHeaders() throws MalformedException {
        PemBlock block = read("""
                -----BEGIN X-----
                Comment: a
                Proc-Type: 4,ENCRYPTED
                DEK-Info: DES-CBC,0011

                AAEC
                -----END X-----
                """).get(0);

        assertThat(block.dekInfo()).isEqualTo("DES-CBC,0011");
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
                "Comment: hello\nAAEC\n",
                "DEK-Info: DES-CBC,0011\n\nAAEC\n",
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
    @ValueSource(strings = {"AA!C", "AA C", "=AEC", "A===", "AA==AAEC", "\u00e9AEC", "AA_-"})
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
                .hasMessage("a line that begins as those around a PEM block opens none");
    }

    @Test
    void filesThatHoldNothing() {
        assertThatThrownBy(() -> read("")).hasMessage("empty");
        assertThatThrownBy(() -> read("ssh-rsa AAAA")).hasMessageStartingWith("no PEM block");
    }

    /** Each with the command that makes PEM of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0\u0082\u0004\u00bd\u0002\u0001\0 | DER and no PEM. Convert it with: openssl pkey -inform DER",
                "0\u0081\u00ec0W | DER and no PEM",
                "0\u0082\u0004\u00bd\u0002\u0001\u00030 | PKCS#12 (.p12, .pfx). Convert it with: openssl pkcs12 -nocerts",
                "0\u0080\u0002\u0001\u00030 | PKCS#12",
                "\u00ff\u00fe-\0-\0 | UTF-16 text. Convert it with: iconv -f UTF-16 -t UTF-8",
                "\u00fe\u00ff\0-\0- | UTF-16",
                "-\0-\0-\0 | UTF-16",
                "PuTTY-User-Key-File-3: ssh-rsa | PuTTY",
                "-----BEGIN X-----\\nAAEC\\n-----END X-----\\n | written out as a backslash and an n",
                "{\"key\": \"-----BEGIN X-----\\r\\nAAEC\\r\\n-----END X-----\"} | written out as a backslash and an n",
            })
    void filesThatCanBeMadePem(String file, String what) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining(what);
    }

    @Test
    void theSizeIsLimited() throws MalformedException {
        String padding = " ".repeat(PemReader.MAX_BYTES - BLOCK.length());

        assertThat(read(padding + "\n" + BLOCK.strip())).hasSize(1);
        assertThatThrownBy(() -> read(padding + "\n" + BLOCK)).hasMessageContaining("64 KiB");
    }

    @Test
    void theNumberOfBlocksIsLimited() throws MalformedException {
        assertThat(read(BLOCK.repeat(32))).hasSize(32);
        assertThatThrownBy(() -> read(BLOCK.repeat(33))).hasMessage("more than 32 PEM blocks");
    }

    private static List<PemBlock> read(String file) throws MalformedException {
        return PemReader.read(file.getBytes(ISO_8859_1));
    }
}
