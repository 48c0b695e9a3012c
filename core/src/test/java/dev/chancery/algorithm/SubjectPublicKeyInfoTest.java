package dev.chancery.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.UnsupportedException;
import dev.chancery.internal.jca.JcaChoice;
import dev.chancery.internal.jca.TestKeys;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One key, one encoding, one verdict, whichever JCA provider has made the object and is to compute with it. */
class SubjectPublicKeyInfoTest {
    static final BigInteger SMALL_PRIMES = IntStream.range(3, 752)
            .mapToObj(BigInteger::valueOf)
            .filter(number -> number.isProbablePrime(20))
            .reduce(BigInteger.ONE, BigInteger::multiply);

    private static final HexFormat HEX = HexFormat.of();
    private static final String RSA = "06092a864886f70d010101";
    private static final String EC = "06072a8648ce3d0201";
    private static final String P256 = "06082a8648ce3d030107";
    private static final String ED25519 = "06032b6570";
    private static final String ML_DSA_44 = "0609608648016503040311";
    private static final String NULL = "0500";

    /** A key object that says what it was told, as a lenient provider's does. */
    private static final class EncodedKey implements PublicKey {
        private static final long serialVersionUID = 1L;

        private final String algorithm;
        private final byte[] encoded;

        EncodedKey(String algorithm, byte[] encoded) {
            this.algorithm = algorithm;
            this.encoded = encoded;
        }

        @Override
        public String getAlgorithm() {
            return algorithm;
        }

        @Override
        public String getFormat() {
            return "X.509";
        }

        @Override
        public byte[] getEncoded() {
            return encoded.clone();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "EC_P256", "EC_P384", "EC_P521", "ED25519"})
    void reads_what_the_jdk_writes_and_makes_the_same_key_of_it(KeySpec spec) {
        PublicKey key = TestKeys.pair(spec).getPublic();
        SubjectPublicKeyInfo info = SubjectPublicKeyInfo.of(key);

        assertThat(info.spec()).isEqualTo(spec);
        assertThat(info.algorithms()).containsExactlyElementsOf(spec.algorithms());
        assertThat(info.defaultAlgorithm()).isEqualTo(spec.defaultAlgorithm());
        assertThat(info.publicKey()).isEqualTo(key);
    }

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "EC_P256", "ED25519", "ML_DSA_44"})
    void an_encoding_that_is_cut_off_anywhere_or_goes_on_is_refused(KeySpec spec) {
        byte[] whole = encoded(spec);

        for (int length = 0; length < whole.length; length++) {
            requireRefusal(Arrays.copyOf(whole, length), "its one right encoding");
        }
        requireRefusal(Arrays.copyOf(whole, whole.length + 1), "goes on behind its end");
    }

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "EC_P256", "ED25519", "ML_DSA_44"})
    void any_changed_byte_of_the_structure_is_refused(KeySpec spec) {
        byte[] whole = encoded(spec);
        int structure = spec == KeySpec.RSA_2048 ? 32 : 12; // up to the key's own numbers

        for (int at = 0; at < structure; at++) {
            for (int flip : new int[] {1, 2, 0x80}) {
                byte[] changed = whole.clone();
                changed[at] ^= (byte) flip;
                requireRefusal(changed, "");
            }
        }
    }

    private static byte[] encoded(KeySpec spec) {
        return spec == KeySpec.ML_DSA_44
                ? spki(ML_DSA_44, new byte[1312])
                : TestKeys.pair(spec).getPublic().getEncoded();
    }

    @Test
    void ber_is_refused() {
        byte[] point = point(TestKeys.pair(KeySpec.ED25519).getPublic());
        String good = HEX.formatHex(spki(ED25519, point));

        for (String ber : new String[] {
            "30812a" + good.substring(4), // a length in a longer form than it needs
            "3082002a" + good.substring(4),
            "3080" + good.substring(4) + "0000", // an indefinite one
            good.replace("032100", "03812100"),
            good.replace("032100", "032101") // unused bits
        }) {
            requireRefusal(HEX.parseHex(ber), "its one right encoding");
        }
        requireRefusal(spki(ED25519, append(point, 0)), "32 bytes");
        requireRefusal(spki(ED25519, Arrays.copyOf(point, 31)), "32 bytes");
    }

    @Test
    void wrong_parameters_are_refused() {
        byte[] rsa = rsaKey(TestKeys.pair(KeySpec.RSA_2048).getPublic());
        byte[] ed = point(TestKeys.pair(KeySpec.ED25519).getPublic());

        requireRefusal(spki(RSA, rsa), "NULL");
        requireRefusal(spki(RSA + "3000", rsa), "NULL");
        requireRefusal(spki(RSA + "050100", rsa), "its one right encoding");
        requireRefusal(spki(RSA + NULL + NULL, rsa), "goes on");
        requireRefusal(spki(ED25519 + NULL, ed), "no parameters");
        requireRefusal(spki(ML_DSA_44 + NULL, new byte[1312]), "no parameters");
        requireRefusal(spki(ML_DSA_44, new byte[1311]), "1312 bytes");
        requireRefusal(spki(EC + NULL, new byte[65]), "another type");
        requireRefusal(spki(EC, new byte[65]), "missing");
        requireRefusal(spki(EC + "3003020101", new byte[65]), "explicit numbers");
        requireRefusal(spki(EC + "06052b8104000a", new byte[65]), "secp256k1");
    }

    @Test
    void a_point_that_is_not_on_the_curve_or_not_written_out_is_refused() {
        byte[] whole = TestKeys.pair(KeySpec.EC_P256).getPublic().getEncoded();
        byte[] point = Arrays.copyOfRange(whole, whole.length - 65, whole.length);
        byte[] outside = point.clone();
        outside[64] ^= 1;
        byte[] compressed = Arrays.copyOf(point, 33);
        compressed[0] = 2;
        byte[] hybrid = point.clone();
        hybrid[0] = (byte) (6 + (point[64] & 1));
        byte[] beyond = new byte[65];
        Arrays.fill(beyond, (byte) 0xff);
        beyond[0] = 4;

        assertThat(SubjectPublicKeyInfo.read(spki(EC + P256, point)).spec()).isEqualTo(KeySpec.EC_P256);
        requireRefusal(spki(EC + P256, outside), "not on the curve");
        requireRefusal(spki(EC + P256, beyond), "not on the curve");
        requireRefusal(spki(EC + P256, compressed), "conv_form uncompressed");
        requireRefusal(spki(EC + P256, hybrid), "conv_form uncompressed");
        requireRefusal(spki(EC + P256, new byte[] {0}), "conv_form uncompressed");
        requireRefusal(spki(EC + P256, append(point, 0)), "66");
    }

    @Test
    void an_ed25519_point_off_the_curve_is_refused() {
        byte[] off = new byte[32];
        off[0] = 2; // (y² - 1) / (dy² + 1) has no root

        requireRefusal(spki(ED25519, off), "not on the curve");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 751})
    void an_rsa_modulus_with_a_tiny_factor_is_refused(int factor) {
        RSAPublicKey key = (RSAPublicKey) TestKeys.pair(KeySpec.RSA_2048).getPublic();
        BigInteger multiple = key.getModulus().subtract(key.getModulus().mod(BigInteger.valueOf(factor)));

        requireRefusal(spki(RSA + NULL, rsaKey(multiple, BigInteger.valueOf(65537))), "tiny factor");
    }

    @ParameterizedTest
    @EnumSource
    void a_prime_is_no_modulus(JcaChoice choice) throws Exception {
        BigInteger prime = BigInteger.TWO.pow(2048).subtract(BigInteger.valueOf(1557));
        PublicKey key =
                KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(prime, BigInteger.valueOf(65537)));

        assertThatThrownBy(() -> choice.verifierOf(key))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("prime");
    }

    @Test
    void a_huge_exponent_is_not_printed() {
        BigInteger modulus = ((RSAPublicKey) TestKeys.pair(KeySpec.RSA_2048).getPublic()).getModulus();

        assertThatThrownBy(() ->
                        SubjectPublicKeyInfo.read(spki(RSA + NULL, rsaKey(modulus, modulus.subtract(BigInteger.ONE)))))
                .isInstanceOf(UnsupportedException.class)
                .message()
                .hasSizeLessThan(100);
    }

    @Test
    void a_key_that_encrypts_verifies_nothing() {
        byte[] key = rsaKey(TestKeys.pair(KeySpec.RSA_2048).getPublic());

        requireRefusal(spki("06092a864886f70d010107", key), "RSAES-OAEP");
        requireRefusal(spki("06092a864886f70d0101073000", key), "RSAES-OAEP");
    }

    @Test
    void other_kinds_are_named() {
        requireRefusal(spki("06032b656e", new byte[32]), "X25519");
        requireRefusal(spki("06032b6571", new byte[57]), "Ed448");
        requireRefusal(spki("06072a8648ce380401", new byte[3]), "DSA");
        requireRefusal(spki("06042a030405", new byte[3]), "1.2.3.4.5");
    }

    // --- RSASSA-PSS: RFC 4055, 1.2 and 3.1

    @ParameterizedTest
    @CsvSource({"SHA-256, SHA-256, 32", "SHA-384, SHA-384, 20", "SHA-512, SHA-512, 0"})
    void a_confined_key_is_confined_whichever_provider_reads_it(String hash, String mgf, int salt) throws Exception {
        byte[] encoded = confined(hash, mgf, salt).getEncoded();
        SignatureAlgorithm only = SignatureAlgorithm.valueOf("RSA_PSS_" + hash.replace("-", ""));

        for (PublicKey key : List.of(
                new EncodedKey("RSA", encoded),
                KeyFactory.getInstance("RSASSA-PSS").generatePublic(new java.security.spec.X509EncodedKeySpec(encoded)),
                KeyFactory.getInstance("RSA", new org.bouncycastle.jce.provider.BouncyCastleProvider())
                        .generatePublic(new java.security.spec.X509EncodedKeySpec(encoded)))) {
            SubjectPublicKeyInfo info = SubjectPublicKeyInfo.of(key);

            assertThat(info.algorithms()).containsExactly(only);
            assertThat(info.defaultAlgorithm()).isEqualTo(only);
            assertThat(info.publicKey().getEncoded()).isEqualTo(encoded);
        }
    }

    @Test
    void without_parameters_it_takes_any_hash_in_a_fixed_order() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSASSA-PSS");
        generator.initialize(2048);

        assertThat(SubjectPublicKeyInfo.of(generator.generateKeyPair().getPublic())
                        .algorithms())
                .containsExactly(
                        SignatureAlgorithm.RSA_PSS_SHA256,
                        SignatureAlgorithm.RSA_PSS_SHA384,
                        SignatureAlgorithm.RSA_PSS_SHA512);
    }

    @ParameterizedTest
    @CsvSource({"SHA-1, SHA-1, 20", "SHA-256, SHA-1, 32", "SHA-256, SHA-256, 33", "SHA-512/256, SHA-512/256, 32"})
    void with_other_parameters_it_is_unsupported(String hash, String mgf, int salt) throws Exception {
        PublicKey key = confined(hash, mgf, salt);

        assertThatThrownBy(() -> SubjectPublicKeyInfo.of(key))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("own parameters");
    }

    @Test
    void another_trailer_or_a_damaged_list_of_parameters_is_refused() {
        byte[] key = rsaKey(TestKeys.pair(KeySpec.RSA_2048).getPublic());
        String sha256 = "300b0609608648016503040201";
        String pss = "06092a864886f70d01010a";
        String mask = "301806092a864886f70d010108" + sha256;
        String hashAndMask = "a00d" + sha256 + "a11a" + mask;

        assertThat(SubjectPublicKeyInfo.read(spki(pss + sequence(hashAndMask + "a203020120"), key))
                        .algorithms())
                .containsExactly(SignatureAlgorithm.RSA_PSS_SHA256);
        requireRefusal(spki(pss + sequence(hashAndMask + "a203020120a303020102"), key), "own parameters");
        requireRefusal(spki(pss + sequence(hashAndMask + "a203020120" + NULL), key), "goes on");
        requireRefusal(spki(pss + sequence(hashAndMask + "a2030201ff"), key), "negative");
        requireRefusal(spki(pss + NULL, key), "another type");
    }

    private static PublicKey confined(String hash, String mgf, int salt) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSASSA-PSS");
        generator.initialize(new RSAKeyGenParameterSpec(
                2048,
                RSAKeyGenParameterSpec.F4,
                new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(mgf), salt, 1)));
        return generator.generateKeyPair().getPublic();
    }

    // --- what they are made of

    /** Refused by its encoding alone, and so by every way to a verifier. */
    private static void requireRefusal(byte[] encoded, String reason) {
        assertThatThrownBy(() -> SubjectPublicKeyInfo.read(encoded))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining(reason);
        assertThatThrownBy(() -> dev.chancery.Verifier.of(new EncodedKey("of a kind", encoded)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining(reason);
    }

    private static byte[] point(PublicKey ed25519) {
        byte[] whole = ed25519.getEncoded();
        return Arrays.copyOfRange(whole, whole.length - 32, whole.length);
    }

    private static byte[] rsaKey(PublicKey key) {
        return rsaKey(((RSAPublicKey) key).getModulus(), ((RSAPublicKey) key).getPublicExponent());
    }

    private static byte[] rsaKey(BigInteger modulus, BigInteger exponent) {
        return HEX.parseHex(sequence(element("02", modulus.toByteArray()) + element("02", exponent.toByteArray())));
    }

    private static byte[] spki(String identifier, byte[] key) {
        byte[] bits = new byte[key.length + 1];
        System.arraycopy(key, 0, bits, 1, key.length);
        return HEX.parseHex(sequence(sequence(identifier) + element("03", bits)));
    }

    private static String sequence(String content) {
        return element("30", HEX.parseHex(content));
    }

    private static String element(String tag, byte[] content) {
        int length = content.length;
        String header = length < 0x80
                ? String.format("%02x", length)
                : length < 0x100 ? String.format("81%02x", length) : String.format("82%04x", length);
        return tag + header + HEX.formatHex(content);
    }

    private static byte[] append(byte[] bytes, int value) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        longer[bytes.length] = (byte) value;
        return longer;
    }
}
