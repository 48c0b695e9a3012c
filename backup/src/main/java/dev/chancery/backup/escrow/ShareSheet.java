package dev.chancery.backup.escrow;

import io.nayuki.qrcodegen.QrCode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/** What a custodian is given: the share as text and as a QR code. Stateless; what it returns is secret. */
public final class ShareSheet {
    /** Light modules around the code, as ISO/IEC 18004 demands. */
    private static final int MARGIN = 4;

    private static final int PIXELS = 6;
    private static final int DARK = 0x000000;
    private static final int LIGHT = 0xffffff;

    private ShareSheet() {}

    /**
     * A page of text, to be printed dark on light.
     *
     * @param share the share
     * @return its text, and a QR code made of block characters
     */
    public static String text(Share share) {
        return "Share " + share.number() + " of " + share.custodians() + " of the backup archive " + share.archive()
                + ".\n"
                + "Any " + share.threshold() + " of the " + share.custodians()
                + " open it; fewer say nothing about what is in it.\n"
                + "Keep this where you alone can read it, and not together with another share.\n\n"
                + share.text() + "\n\n"
                + blocks(code(share));
    }

    /**
     * The QR code as an image.
     *
     * @param share the share
     * @return a PNG
     */
    public static byte[] png(Share share) {
        QrCode code = code(share);
        int width = (code.size + 2 * MARGIN) * PIXELS;
        BufferedImage image = new BufferedImage(width, width, BufferedImage.TYPE_BYTE_BINARY);
        for (int y = 0; y < width; y++) {
            for (int x = 0; x < width; x++) {
                boolean dark = code.getModule(x / PIXELS - MARGIN, y / PIXELS - MARGIN);
                image.setRGB(x, y, dark ? DARK : LIGHT);
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.setUseCache(false); // a cache would be a file with the secret
            ImageIO.write(image, "png", png);
        } catch (IOException e) {
            throw new IllegalStateException("Memory takes an image.", e);
        }
        return png.toByteArray();
    }

    private static QrCode code(Share share) {
        return QrCode.encodeText(share.text(), QrCode.Ecc.QUARTILE);
    }

    /** Two rows of modules a line. */
    private static String blocks(QrCode code) {
        StringBuilder text = new StringBuilder();
        for (int y = -MARGIN; y < code.size + MARGIN; y += 2) {
            for (int x = -MARGIN; x < code.size + MARGIN; x++) {
                boolean upper = code.getModule(x, y);
                boolean lower = code.getModule(x, y + 1);
                text.append(upper ? lower ? '█' : '▀' : lower ? '▄' : ' ');
            }
            text.append('\n');
        }
        return text.toString();
    }
}
