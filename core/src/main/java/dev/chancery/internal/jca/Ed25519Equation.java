package dev.chancery.internal.jca;

import dev.chancery.algorithm.KeyAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;

/**
 * Which equation a JCA provider verifies Ed25519 by. RFC 8032 (5.1.7) lets it choose, and the choice shows where a point has a part of
 * small order: SB = R + kA, as the JDK, AWS-LC and OpenSSL have it, or eight times both sides. Ours is the first, so that
 * a signature is valid everywhere or nowhere.
 */
final class Ed25519Equation {
    private static final String SPKI = "302a300506032b6570032100";

    /** Of C2SP/CCTV: points with a part of small order, where only one of the equations holds, and one where both do. */
    private static final List<Answer> ANSWERS = List.of(
            new Answer(
                    "10eb7c3acfb2bed3e0d6ab89bf5a3d6afddd1176ce4812e38d9fd485058fdb1f",
                    "36684ea91032ba5b1dbab2d02f4debc74c3327f2b3802e2e4d371aa42b12b56b"
                            + "bbfd00bd9c259d8d222d15e67a3d8228585050dbb9b9585be20d8fadc721da03",
                    "ed25519vectors",
                    true),
            new Answer(
                    "10eb7c3acfb2bed3e0d6ab89bf5a3d6afddd1176ce4812e38d9fd485058fdb1f",
                    "36684ea91032ba5b1dbab2d02f4debc74c3327f2b3802e2e4d371aa42b12b56b"
                            + "c02e2b9e63e385c058bf62b14b3a2b29ccefe8e38ddb536bc3f9865320a3d801",
                    "ed25519vectors 10",
                    false),
            new Answer(
                    "dd1483c5304d412c1f29547640a5c2950222ee8931b7ed1c72602b7afa7024e0",
                    "36684ea91032ba5b1dbab2d02f4debc74c3327f2b3802e2e4d371aa42b12b56b"
                            + "2d155343b4933733be02419ac0ad255666ea0ad80d9998cc7c6086f4cf453507",
                    "ed25519vectors 2",
                    false),
            new Answer(
                    "ef75b20e7540e3dff77404193652ba2bd13df99c1508eee1515e27ae25f28076",
                    "fa9dde274f4820efb19a890f8ba2d8791710a4303ceef4aedf9dddc4e81a1f11"
                            + "4aa4b690ec5d1502a0c77d89ede55349d93b2f4df581bc979f8f0adbe60da300",
                    "ed25519vectors 7",
                    false));

    private record Answer(String point, String signature, String message, boolean valid) {}

    private Ed25519Equation() {}

    /** Whether a provider gives each known answer. */
    static boolean isThatOf(Provider provider) {
        return ANSWERS.stream().allMatch(answer -> gives(provider, answer));
    }

    private static boolean gives(Provider provider, Answer answer) {
        boolean valid;
        try {
            Signature engine = Signature.getInstance("Ed25519", provider);
            engine.initVerify(factory(provider)
                    .generatePublic(new X509EncodedKeySpec(HexFormat.of().parseHex(SPKI + answer.point))));
            engine.update(answer.message.getBytes(StandardCharsets.US_ASCII));
            valid = engine.verify(HexFormat.of().parseHex(answer.signature));
        } catch (GeneralSecurityException | RuntimeException e) {
            valid = false;
        }
        return valid == answer.valid;
    }

    private static KeyFactory factory(Provider provider) throws GeneralSecurityException {
        return JcaKeys.keyFactory(KeyAlgorithm.EDDSA, provider);
    }
}
