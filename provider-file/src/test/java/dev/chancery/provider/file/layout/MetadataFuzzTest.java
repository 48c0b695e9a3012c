package dev.chancery.provider.file.layout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.provider.file.formats.MalformedException;
import dev.chancery.spi.Claim;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a metadata file holds, reading it ends in a record that is written and read the same again, or in one of the
 * documented exceptions. In the build the fuzz test runs over its seeds; for a long run:
 *
 * <pre>{@code
 * JAZZER_FUZZ=1 mvn -pl provider-file -am test -Dsurefire.failIfNoSpecifiedTests=false -Dtest='MetadataFuzzTest#files'
 * }</pre>
 */
class MetadataFuzzTest {

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void files(byte[] file) {
        read(file);
    }

    static Stream<byte[]> seeds() {
        return Stream.of(
                key(),
                new String(key(), UTF_8).getBytes(Charset.forName("UTF-32")),
                MetadataJson.write(new Claim(new RingPosition(new KeyName("ca"), 3), new KeyId("ca-1"))));
    }

    private static byte[] key() {
        return MetadataJson.write(MetadataJsonTest.second());
    }

    @Test
    void every_bit_of_a_file_flipped_and_every_byte_cut_off() {
        int bothWays = 0;
        byte[] whole = key();
        for (int at = 0; at < whole.length; at++) {
            read(Arrays.copyOf(whole, at));
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = whole.clone();
                changed[at] ^= (byte) (1 << bit);
                bothWays += read(changed) ? 1 : 0;
            }
        }
        assertThat(bothWays).as("some are still records").isBetween(1, 8 * whole.length);
    }

    private static boolean read(byte[] file) {
        boolean isKey = false;
        try {
            Metadata key = MetadataJson.readKey(file);
            assertThat(MetadataJson.readKey(MetadataJson.write(key))).isEqualTo(key);
            isKey = true;
        } catch (MalformedException | UnsupportedException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        try {
            Claim claim = MetadataJson.readClaim(file);
            assertThat(MetadataJson.readClaim(MetadataJson.write(claim))).isEqualTo(claim);
        } catch (MalformedException | UnsupportedException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        return isKey;
    }
}
