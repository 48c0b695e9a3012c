package dev.chancery.backup.escrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import dev.chancery.backup.archive.ArchiveId;
import dev.chancery.error.ConfigurationException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.BitSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any three of five custodians open an archive, and two do not. */
@Tag("one-jdk")
class EscrowTest {
    private static final ArchiveId ARCHIVE = new ArchiveId("0123456789abcdef");

    private static ShareCollection collection(List<Share> shares) {
        ShareCollection collection = new ShareCollection(ARCHIVE);
        shares.forEach(collection::add);
        return collection;
    }

    @Test
    void any_three_of_five_restore_the_passphrase_and_any_two_do_not() {
        Escrow escrow = Escrow.of(5, 3);
        List<Share> shares = escrow.divide(ARCHIVE);
        assertThat(shares).hasSize(5);
        for (int chosen = 0; chosen < 1 << 5; chosen++) {
            BitSet bits = BitSet.valueOf(new long[] {chosen});
            List<Share> some = bits.stream().mapToObj(shares::get).collect(Collectors.toList());
            ShareCollection collection = collection(some);
            if (some.size() >= 3) {
                assertThat(collection.passphrase()).isEqualTo(escrow.passphrase());
            } else {
                assertThatThrownBy(collection::passphrase).isInstanceOf(ConfigurationException.class);
            }
        }
    }

    /** By the definition, in a field of our own: for two shares, every secret is the constant of exactly one polynomial through them. */
    @Test
    void shares_are_points_of_polynomials_and_two_fit_every_secret() {
        Escrow escrow = Escrow.of(5, 3);
        List<Share> shares = escrow.divide(ARCHIVE);
        byte[] secret = HexFormat.of().parseHex(new String(escrow.passphrase()));
        int[][] picks = {{1, 2, 3}, {1, 3, 5}, {2, 4, 5}};
        for (int[] pick : picks) {
            for (int i = 0; i < secret.length; i++) {
                int value = 0;
                for (int x : pick) {
                    int weight = 1;
                    for (int other : pick) {
                        weight = other == x ? weight : times(weight, times(other, inverse(x ^ other)));
                    }
                    value ^= times(weight, shares.get(x - 1).data()[i] & 0xff);
                }
                assertThat((byte) value).isEqualTo(secret[i]);
            }
        }
        // The coefficients are fresh each time: of one secret, the same two shares are different ones.
        Set<String> first = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            List<Share> again = escrow.divide(ARCHIVE);
            first.add(again.get(0).text() + again.get(1).text());
        }
        assertThat(first).hasSize(50);
    }

    private static int times(int a, int b) {
        int product = 0;
        for (int i = 0, power = a; i < 8; i++) {
            product ^= (b >> i & 1) == 0 ? 0 : power;
            power = power << 1 ^ (power >> 7) * 0x11b;
        }
        return product;
    }

    private static int inverse(int a) {
        int result = 1;
        for (int i = 0; i < 254; i++) {
            result = times(result, a);
        }
        return result;
    }

    @Test
    void a_share_is_read_as_it_was_printed() {
        Share share = Escrow.of(5, 3).divide(ARCHIVE).get(1);
        for (String printed : List.of(
                share.text(),
                ShareSheet.text(share),
                share.text().toLowerCase(Locale.ROOT),
                share.text().replaceAll("(.{20})", "$1\n"))) {
            Share read = Share.parse(printed, "it");
            assertThat(read.text()).isEqualTo(share.text());
            assertThat(read.number()).isEqualTo(2);
        }
        assertThat(share.toString()).doesNotContain(share.text().substring(40, 60));
    }

    @Test
    void its_qr_code_is_read_by_another_library() throws Exception {
        Share share = Escrow.of(5, 3).divide(ARCHIVE).get(4);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(ShareSheet.png(share)));
        int width = image.getWidth();
        RGBLuminanceSource source =
                new RGBLuminanceSource(width, width, image.getRGB(0, 0, width, width, null, 0, width));
        Map<DecodeHintType, Boolean> drawn = Map.of(DecodeHintType.PURE_BARCODE, true);
        assertThat(new QRCodeReader()
                        .decode(new BinaryBitmap(new HybridBinarizer(source)), drawn)
                        .getText())
                .isEqualTo(share.text());
    }

    @Test
    void damaged_foreign_and_doubled_shares_are_named() {
        List<Share> shares = Escrow.of(5, 3).divide(ARCHIVE);
        String text = shares.get(2).text();
        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == '7' ? '8' : '7';
            String damaged = text.substring(0, i) + other + text.substring(i + 1);
            assertThatThrownBy(() -> Share.parse(damaged, "share-3.txt"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("share-3.txt");
        }
        ShareCollection collection = collection(shares.subList(0, 1));
        assertThatThrownBy(() -> collection.add(shares.get(0))).hasMessageContaining("Share 1 was given already");
        Share foreign =
                Escrow.of(5, 3).divide(new ArchiveId("fedcba9876543210")).get(1);
        assertThatThrownBy(() -> collection.add(foreign)).hasMessageContaining("fedcba9876543210");
        Share divided = Escrow.of(4, 2).divide(ARCHIVE).get(3);
        assertThatThrownBy(() -> collection.add(divided)).hasMessageContaining("does not belong to the others");
        assertThat(collection.missing()).isEqualTo(2);
        collection.add(shares.get(3));
        assertThatThrownBy(collection::passphrase)
                .hasMessageContainingAll("Still needed: 1 of 3 (given: 1, 4)", "Ask another custodian");
    }

    @Test
    void what_makes_no_sense_is_refused() {
        for (int[] numbers : new int[][] {{5, 1}, {2, 3}, {101, 3}, {0, 0}}) {
            assertThatThrownBy(() -> Escrow.of(numbers[0], numbers[1])).isInstanceOf(ConfigurationException.class);
        }
        assertThat(Escrow.of(2, 2).passphrase()).hasSize(64);
    }
}
