package dev.chancery.internal.ecdsa;

import dev.chancery.algorithm.KeySpec;
import java.util.HexFormat;

/** The orders n of the base points of the NIST prime curves (SP 800-186, 3.2.1), big-endian and as long as the field. */
public final class CurveOrder {
    private static final byte[] P256 =
            HexFormat.of().parseHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    private static final byte[] P384 = HexFormat.of()
            .parseHex(
                    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973");
    private static final byte[] P521 = HexFormat.of()
            .parseHex("01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
                    + "fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409");

    private CurveOrder() {}

    /** Not a copy. */
    public static byte[] of(KeySpec spec) {
        return switch (spec) {
            case EC_P256 -> P256;
            case EC_P384 -> P384;
            case EC_P521 -> P521;
            default -> throw new IllegalArgumentException(spec + " is no curve of FIPS 186-5.");
        };
    }
}
