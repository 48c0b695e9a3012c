package dev.chancery.internal.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.chancery.Verifier;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.internal.ecdsa.CurveOrder;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Signatures that a provider might take, and that are not exactly what the standards describe. */
class StrictVerificationTest {
    private static final byte[] MESSAGE = "sealed".getBytes(StandardCharsets.UTF_8);
    private static final BigInteger ED25519_ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    @TestFactory
    Stream<DynamicTest> ecdsa_in_der() throws Exception {
        Map<String, Bad> bad = new LinkedHashMap<>();
        bad.put("empty", (r, s, n) -> new byte[0]);
        bad.put("a byte appended", (r, s, n) -> append(der(r, s)));
        bad.put("a byte missing", (r, s, n) -> Arrays.copyOf(der(r, s), der(r, s).length - 1));
        bad.put("a byte appended inside the sequence", (r, s, n) -> sequence(number(r), append(number(s))));
        bad.put("a third number", (r, s, n) -> sequence(number(r), number(s), number(s)));
        bad.put("one number", (r, s, n) -> sequence(number(r)));
        bad.put("no leading zero", (r, s, n) -> sequence(integer(unsigned(r)), number(s)));
        bad.put("no leading zero in s", (r, s, n) -> sequence(number(r), integer(unsigned(s))));
        bad.put("a needless leading zero", (r, s, n) -> sequence(integer(padded(number(r))), number(s)));
        bad.put("a needless leading zero in s", (r, s, n) -> sequence(number(r), integer(padded(number(s)))));
        bad.put("r of 0", (r, s, n) -> der(BigInteger.ZERO, s));
        bad.put("s of 0", (r, s, n) -> der(r, BigInteger.ZERO));
        bad.put("r of n", (r, s, n) -> der(n, s));
        bad.put("s of n", (r, s, n) -> der(r, n));
        bad.put("r + n", (r, s, n) -> der(r.add(n), s));
        bad.put("s + n", (r, s, n) -> der(r, s.add(n)));
        bad.put("r of n - 1", (r, s, n) -> der(n.subtract(BigInteger.ONE), s));
        bad.put("-r", (r, s, n) -> der(r.negate(), s));
        bad.put("-s", (r, s, n) -> der(r, s.negate()));
        bad.put("r - n", (r, s, n) -> der(r.subtract(n), s));
        bad.put("an empty number", (r, s, n) -> sequence(integer(new byte[0]), number(s)));
        bad.put("an INTEGER's length in the long form", (r, s, n) -> sequence(longForm(number(r)), number(s)));
        bad.put("the SEQUENCE's length in a longer form", (r, s, n) -> longForm(der(r, s)));
        bad.put("the SEQUENCE's length in two bytes", (r, s, n) -> twoByteForm(der(r, s)));
        bad.put("an indefinite length", (r, s, n) -> indefinite(der(r, s)));
        bad.put("a SET", (r, s, n) -> tagged(der(r, s), 0x31));
        bad.put("OCTET STRINGs", (r, s, n) -> sequence(tagged(number(r), 4), tagged(number(s), 4)));
        bad.put("the P1363 form", (r, s, n) -> concat(fixed(r, length(n)), fixed(s, length(n))));
        return ecdsa(SignatureEncoding.DER, bad);
    }

    @TestFactory
    Stream<DynamicTest> ecdsa_in_p1363() throws Exception {
        Map<String, Bad> bad = new LinkedHashMap<>();
        bad.put("empty", (r, s, n) -> new byte[0]);
        bad.put("a byte appended", (r, s, n) -> append(p1363(r, s, n)));
        bad.put("a byte missing", (r, s, n) -> Arrays.copyOf(p1363(r, s, n), 2 * length(n) - 1));
        bad.put("halves one longer", (r, s, n) -> concat(fixed(r, length(n) + 1), fixed(s, length(n) + 1)));
        bad.put("two bytes prepended", (r, s, n) -> concat(new byte[2], p1363(r, s, n)));
        bad.put("two bytes appended", (r, s, n) -> concat(p1363(r, s, n), new byte[2]));
        bad.put("r of 0", (r, s, n) -> p1363(BigInteger.ZERO, s, n));
        bad.put("s of 0", (r, s, n) -> p1363(r, BigInteger.ZERO, n));
        bad.put("both 0", (r, s, n) -> new byte[2 * length(n)]);
        bad.put("r of n", (r, s, n) -> p1363(n, s, n));
        bad.put("s of n", (r, s, n) -> p1363(r, n, n));
        bad.put("all ones", (r, s, n) -> filled(2 * length(n)));
        bad.put("swapped", (r, s, n) -> p1363(s, r, n));
        bad.put("the DER form", (r, s, n) -> der(r, s));
        return ecdsa(SignatureEncoding.P1363, bad);
    }

    @TestFactory
    Stream<DynamicTest> ed25519() throws Exception {
        KeyPair pair = TestKeys.pair(KeySpec.ED25519);
        byte[] good = signed("Ed25519", pair);
        byte[] reversed = new byte[32];
        for (int i = 0; i < 32; i++) {
            reversed[i] = good[63 - i];
        }
        BigInteger s = new BigInteger(1, reversed);
        Map<String, byte[]> bad = new LinkedHashMap<>();
        bad.put("empty", new byte[0]);
        bad.put("a byte appended", append(good));
        bad.put("a byte missing", Arrays.copyOf(good, 63));
        bad.put("doubled", concat(good, good));
        bad.put("S + L", withS(good, s.add(ED25519_ORDER)));
        bad.put("S of L", withS(good, ED25519_ORDER));
        bad.put("S of 0", withS(good, BigInteger.ZERO));
        bad.put("S of L - 1", withS(good, ED25519_ORDER.subtract(BigInteger.ONE)));
        bad.put("S of 2^256 - 1", withS(good, BigInteger.TWO.pow(256).subtract(BigInteger.ONE)));
        bad.put("R not canonical", concat(filled(32), Arrays.copyOfRange(good, 32, 64)));
        return tests(pair, SignatureAlgorithm.ED25519, SignatureEncoding.DER, good, bad);
    }

    @TestFactory
    Stream<DynamicTest> rsa() throws Exception {
        KeyPair pair = TestKeys.pair(KeySpec.RSA_2048);
        BigInteger modulus = ((RSAPublicKey) pair.getPublic()).getModulus();
        return Stream.of(SignatureAlgorithm.RSA_PSS_SHA256, SignatureAlgorithm.RSA_PKCS1_SHA256)
                .flatMap(algorithm -> {
                    byte[] good = new JcaKeys(JcaChoice.JDK.providers())
                            .load(pair.getPrivate(), pair.getPublic(), "a test key")
                            .sign(algorithm, new dev.chancery.spi.signing.SigningInput.Message(MESSAGE))
                            .signature();
                    BigInteger number = new BigInteger(1, good);
                    Map<String, byte[]> bad = new LinkedHashMap<>();
                    bad.put("empty", new byte[0]);
                    bad.put("a zero before", concat(new byte[1], good));
                    bad.put("a byte appended", append(good));
                    bad.put("a byte missing", Arrays.copyOf(good, 255));
                    bad.put("plus the modulus, one longer", fixed(number.add(modulus), 257));
                    bad.put("plus twice the modulus, one longer", fixed(number.add(modulus.shiftLeft(1)), 257));
                    bad.put("zero", new byte[256]);
                    bad.put("one", fixed(BigInteger.ONE, 256));
                    bad.put("the modulus", fixed(modulus, 256));
                    bad.put("the modulus minus one", fixed(modulus.subtract(BigInteger.ONE), 256));
                    bad.put("all ones", filled(256));
                    bad.put("negated", fixed(modulus.subtract(number), 256));
                    return tests(pair, algorithm, SignatureEncoding.DER, good, bad);
                });
    }

    /** Makes a bad signature from the numbers of a good one. */
    @FunctionalInterface
    private interface Bad {
        byte[] signature(BigInteger r, BigInteger s, BigInteger n);
    }

    private static Stream<DynamicTest> ecdsa(SignatureEncoding encoding, Map<String, Bad> bad) throws Exception {
        Stream<DynamicTest> all = Stream.empty();
        for (KeySpec spec : new KeySpec[] {KeySpec.EC_P256, KeySpec.EC_P384, KeySpec.EC_P521}) {
            KeyPair pair = TestKeys.pair(spec);
            BigInteger n = new BigInteger(1, CurveOrder.of(spec));
            BigInteger r;
            BigInteger s;
            do { // until both numbers need their leading zero
                byte[] p1363 = signed("SHA256withECDSAinP1363Format", pair);
                r = new BigInteger(1, p1363, 0, length(n));
                s = new BigInteger(1, p1363, length(n), length(n));
            } while (r.bitLength() % 8 != 0 || s.bitLength() % 8 != 0);
            Map<String, byte[]> signatures = new LinkedHashMap<>();
            for (Map.Entry<String, Bad> entry : bad.entrySet()) {
                signatures.put(entry.getKey(), entry.getValue().signature(r, s, n));
            }
            byte[] good = encoding == SignatureEncoding.DER ? der(r, s) : p1363(r, s, n);
            all = Stream.concat(all, tests(pair, SignatureAlgorithm.ECDSA_SHA256, encoding, good, signatures));
        }
        return all;
    }

    private static Stream<DynamicTest> tests(
            KeyPair pair,
            SignatureAlgorithm algorithm,
            SignatureEncoding encoding,
            byte[] good,
            Map<String, byte[]> bad) {
        VerifyOptions options = VerifyOptions.DEFAULT.withAlgorithm(algorithm).withEncoding(encoding);
        return JcaChoice.present().stream().flatMap(choice -> {
            Verifier verifier = choice.verifierOf(pair.getPublic());
            String with = KeySpec.of(pair.getPublic()) + " " + algorithm + " with " + choice + ": ";
            return Stream.concat(
                    Stream.of(dynamicTest(
                            with + "as it should be",
                            () -> assertThat(verifier.verify(MESSAGE, good, options)
                                            .isValid())
                                    .isTrue())),
                    bad.entrySet().stream()
                            .map(entry -> dynamicTest(with + entry.getKey(), () -> {
                                assertThat(verifier.verify(MESSAGE, entry.getValue(), options)
                                                .status())
                                        .isEqualTo(Verification.Status.INVALID);
                                if (algorithm.digest().isPresent()) {
                                    byte[] digest = MessageInput.digest(MESSAGE, algorithm);
                                    assertThat(verifier.verifyDigest(digest, entry.getValue(), options)
                                                    .status())
                                            .isEqualTo(Verification.Status.INVALID);
                                }
                                assertThat(verifier.verify(MESSAGE, good, options)
                                                .isValid())
                                        .as("a good one right after it")
                                        .isTrue();
                            })));
        });
    }

    private static byte[] signed(String algorithm, KeyPair pair) throws Exception {
        Signature engine = Signature.getInstance(algorithm);
        engine.initSign(pair.getPrivate());
        engine.update(MESSAGE);
        return engine.sign();
    }

    private static int length(BigInteger n) {
        return (n.bitLength() + 7) / 8;
    }

    private static byte[] p1363(BigInteger r, BigInteger s, BigInteger n) {
        return concat(fixed(r, length(n)), fixed(s, length(n)));
    }

    private static byte[] der(BigInteger r, BigInteger s) {
        return sequence(number(r), number(s));
    }

    private static byte[] number(BigInteger value) {
        return integer(value.toByteArray());
    }

    private static byte[] integer(byte[] content) {
        return concat(new byte[] {2, (byte) content.length}, content);
    }

    private static byte[] sequence(byte[]... elements) {
        byte[] content = concat(elements);
        return content.length < 0x80
                ? concat(new byte[] {0x30, (byte) content.length}, content)
                : concat(new byte[] {0x30, (byte) 0x81, (byte) content.length}, content);
    }

    /** The content of an INTEGER with one more zero before it. */
    private static byte[] padded(byte[] integer) {
        return concat(new byte[1], Arrays.copyOfRange(integer, 2, integer.length));
    }

    private static byte[] content(byte[] element) {
        return Arrays.copyOfRange(element, element[1] == (byte) 0x81 ? 3 : 2, element.length);
    }

    private static byte[] longForm(byte[] element) {
        byte[] content = content(element);
        return element[1] == (byte) 0x81
                ? twoByteForm(element)
                : concat(new byte[] {element[0], (byte) 0x81, (byte) content.length}, content);
    }

    private static byte[] twoByteForm(byte[] element) {
        byte[] content = content(element);
        return concat(new byte[] {element[0], (byte) 0x82, 0, (byte) content.length}, content);
    }

    private static byte[] indefinite(byte[] sequence) {
        return concat(new byte[] {0x30, (byte) 0x80}, content(sequence), new byte[2]);
    }

    private static byte[] tagged(byte[] element, int tag) {
        byte[] copy = element.clone();
        copy[0] = (byte) tag;
        return copy;
    }

    private static byte[] withS(byte[] signature, BigInteger s) {
        byte[] changed = signature.clone();
        byte[] bigEndian = fixed(s, 32);
        for (int i = 0; i < 32; i++) {
            changed[63 - i] = bigEndian[i];
        }
        return changed;
    }

    private static byte[] unsigned(BigInteger value) {
        return fixed(value, (value.bitLength() + 7) / 8);
    }

    private static byte[] fixed(BigInteger value, int length) {
        byte[] bytes = value.toByteArray();
        byte[] fixed = new byte[length];
        int used = Math.min(bytes.length, length);
        System.arraycopy(bytes, bytes.length - used, fixed, length - used, used);
        return fixed;
    }

    private static byte[] filled(int length) {
        byte[] ones = new byte[length];
        Arrays.fill(ones, (byte) 0xff);
        return ones;
    }

    private static byte[] append(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    private static byte[] concat(byte[]... parts) {
        byte[] all = new byte[Arrays.stream(parts).mapToInt(p -> p.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
