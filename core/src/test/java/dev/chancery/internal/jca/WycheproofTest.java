package dev.chancery.internal.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.chancery.Verifier;
import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.algorithm.SubjectPublicKeyInfo;
import dev.chancery.error.UnsupportedException;
import dev.chancery.internal.ecdsa.CurveOrder;
import dev.chancery.internal.ecdsa.EcdsaEncoding;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import dev.chancery.spi.signing.LocalKey;
import dev.chancery.spi.signing.SigningInput;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every signature of every Wycheproof file, with every JCA provider: no invalid one is accepted, and each valid one
 * that is refused stands in {@code refused.txt} with the reason. {@code -Dwycheproof=DIRECTORY} runs other files, which that list may not know.
 */
class WycheproofTest {
    private static final Set<String> HASHES = Set.of("SHA-256", "SHA-384", "SHA-512");
    private static final Set<String> CURVES = Set.of("secp256r1", "secp384r1", "secp521r1");
    private static final Set<String> RSA_SIZES = Set.of("2048", "3072", "4096");
    private static final String UNREDUCED = "the x of R is beyond the order, and SunEC before 25 does not reduce it";

    @TestFactory
    Stream<DynamicTest> verifies_what_is_valid_and_nothing_else() throws IOException, URISyntaxException {
        return Wycheproof.files().stream()
                .flatMap(file -> JcaChoice.present().stream()
                        .filter(choice -> choice.serves(family(file)))
                        .map(choice -> dynamicTest(file.getFileName() + " with " + choice, () -> check(file, choice))));
    }

    @Test
    void finds_the_vectors() throws IOException, URISyntaxException {
        assertThat(Wycheproof.files()).isNotEmpty();
    }

    /** PKCS #1 v1.5 has one signature for each message. */
    @TestFactory
    Stream<DynamicTest> signs_with_pkcs1_as_it_is_written() throws IOException, URISyntaxException {
        return Wycheproof.files().stream()
                .filter(file -> file.toString().contains("_sig_gen_"))
                .flatMap(file -> JcaChoice.present().stream()
                        .map(choice -> dynamicTest(file.getFileName() + " with " + choice, () -> sign(file, choice))));
    }

    private static void sign(Path file, JcaChoice choice) throws Exception {
        int signatures = 0;
        for (Wycheproof.Group group : Wycheproof.allGroups(file)) {
            byte[] spki = HexFormat.of().parseHex(group.text("keyDer"));
            Map<?, ?> numbers = (Map<?, ?>) group.json().get("privateKey");
            if (unsupportedHash(group).isPresent() || !"010001".equals(numbers.get("publicExponent"))) {
                continue;
            }
            LocalKey key = new JcaKeys(choice.providers())
                    .load(
                            KeyFactory.getInstance("RSA")
                                    .generatePrivate(new PKCS8EncodedKeySpec(
                                            HexFormat.of().parseHex(group.text("privateKeyPkcs8")))),
                            SubjectPublicKeyInfo.read(spki).publicKey(),
                            "a vector");
            SignatureAlgorithm algorithm =
                    SignatureAlgorithm.valueOf("RSA_PKCS1_" + group.text("sha").replace("-", ""));
            for (Wycheproof.Vector vector : group.vectors()) {
                assertThat(key.sign(algorithm, new SigningInput.Message(vector.message()))
                                .signature())
                        .as("%s", vector)
                        .isEqualTo(vector.signature());
                signatures++;
            }
        }
        assertThat(signatures).isPositive();
    }

    private static KeyAlgorithm family(Path file) {
        return file.getFileName().toString().startsWith("mldsa") ? KeyAlgorithm.ML_DSA : KeyAlgorithm.RSA;
    }

    private static void check(Path file, JcaChoice choice) throws Exception {
        Outcome outcome = new Outcome();
        JcaProviders providers = choice.providers();
        for (Wycheproof.Group group : Wycheproof.groups(file)) {
            Optional<String> unsupported = unsupported(group);
            if (unsupported.isPresent()) {
                requireRefusal(group, choice);
                group.vectors().forEach(vector -> outcome.addRefused(vector, unsupported.get()));
            } else {
                check(group, choice, providers, outcome);
            }
        }
        assertThat(outcome.wrong).as(file + " with " + choice).isEmpty();
        if (System.getProperty("wycheproof") == null) {
            String name = file.getFileName().toString().replace("_test.json.gz", "");
            assertThat(outcome.lines(name)).as("refused.txt").containsExactlyElementsOf(listed(name, choice));
        }
    }

    /** The lines of {@code refused.txt} for a file. */
    private static List<String> listed(String name, JcaChoice choice) throws IOException {
        boolean reduces = choice != JcaChoice.JDK || Runtime.version().feature() >= 25;
        try (InputStream list = WycheproofTest.class.getResourceAsStream("/wycheproof/refused.txt")) {
            return new String(Objects.requireNonNull(list).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(name + ": ") && !(reduces && line.contains(UNREDUCED)))
                    .toList();
        }
    }

    private static void check(Wycheproof.Group group, JcaChoice choice, JcaProviders providers, Outcome outcome)
            throws Exception {
        Verifier verifier;
        try {
            verifier = new PublicKeyVerifier(SubjectPublicKeyInfo.of(publicKey(group)), providers);
        } catch (UnsupportedException e) {
            group.vectors().forEach(vector -> outcome.add(vector, false, Optional.empty()));
            return;
        }
        VerifyOptions options = VerifyOptions.DEFAULT
                .withAlgorithm(algorithm(group))
                .withEncoding(group.type().contains("P1363") ? SignatureEncoding.P1363 : SignatureEncoding.DER);
        for (Wycheproof.Vector vector : group.vectors()) {
            Verification answer = verifier.verify(vector.message(), vector.signature(), options);
            outcome.add(vector, answer.isValid(), documented(group, vector, choice, answer));
            if (algorithm(group).digest().isPresent() && vector.id() % 4 == 0) { // both ways meet in one engine
                byte[] digest = MessageInput.digest(vector.message(), algorithm(group));
                assertThat(verifier.verifyDigest(digest, vector.signature(), options)
                                .isValid())
                        .as("by digest as by message: %s", vector)
                        .isEqualTo(answer.isValid());
            }
        }
    }

    /** Why a valid signature of a supported kind may be refused. */
    private static Optional<String> documented(
            Wycheproof.Group group, Wycheproof.Vector vector, JcaChoice choice, Verification answer) {
        if (answer.isValid() || !vector.result().equals("valid")) {
            return Optional.empty();
        }
        if (vector.contextLength() > 0) {
            return Optional.of("ML-DSA with a context");
        }
        boolean reduces = choice != JcaChoice.JDK || Runtime.version().feature() >= 25;
        return !reduces && needsReduction(group, vector.signature()) ? Optional.of(UNREDUCED) : Optional.empty();
    }

    /** What is documented as unsupported, by the file's own words rather than by asking the code under test. */
    private static Optional<String> unsupported(Wycheproof.Group group) {
        return switch (group.type()) {
            case "EcdsaVerify", "EcdsaP1363Verify" -> {
                String curve = String.valueOf(group.publicKey().get("curve"));
                yield CURVES.contains(curve) ? unsupportedHash(group) : Optional.of("curve " + curve);
            }
            case "RsassaPkcs1Verify" -> unsupportedRsaKey(group).or(() -> unsupportedHash(group));
            case "RsassaPssVerify", "RsassaPssWithParametersVerify" ->
                unsupportedRsaKey(group).or(() -> unsupportedHash(group)).or(() -> unsupportedPss(group));
            case "EddsaVerify" -> {
                String curve = String.valueOf(group.publicKey().get("curve"));
                yield curve.equals("edwards25519") ? Optional.empty() : Optional.of("curve " + curve);
            }
            case "MlDsaVerify" -> Optional.empty();
            default -> Optional.of("scheme " + group.type());
        };
    }

    private static Optional<String> unsupportedHash(Wycheproof.Group group) {
        return HASHES.contains(group.text("sha")) ? Optional.empty() : Optional.of("hash " + group.text("sha"));
    }

    private static Optional<String> unsupportedRsaKey(Wycheproof.Group group) {
        Object exponent = group.publicKey().get("publicExponent");
        if (!"010001".equals(exponent)) {
            return Optional.of("RSA exponent " + exponent);
        }
        return RSA_SIZES.contains(group.text("keySize"))
                ? Optional.empty()
                : Optional.of("RSA of " + group.text("keySize") + " bits");
    }

    private static Optional<String> unsupportedPss(Wycheproof.Group group) {
        if (!group.text("mgf").equals("MGF1") || !group.text("mgfSha").equals(group.text("sha"))) {
            return Optional.of("mask generation " + group.text("mgf") + " " + group.text("mgfSha"));
        }
        int hash = Integer.parseInt(group.text("sha").substring(4)) / 8;
        return Integer.toString(hash).equals(group.text("sLen"))
                ? Optional.empty()
                : Optional.of("salt of " + group.text("sLen") + " bytes with " + group.text("sha"));
    }

    /** A key of an unsupported kind gets no verifier; a hash or salt has no name to ask for it by. */
    private static void requireRefusal(Wycheproof.Group group, JcaChoice choice) throws GeneralSecurityException {
        boolean keyIsTheReason = !unsupportedHash(group).equals(unsupported(group))
                && !unsupported(group).orElseThrow().startsWith("salt")
                && !unsupported(group).orElseThrow().startsWith("mask");
        if (keyIsTheReason) {
            PublicKey key = publicKey(group);
            assertThatThrownBy(() -> choice.verifierOf(key)).isInstanceOf(UnsupportedException.class);
        }
    }

    /**
     * Whether the point R of a valid ECDSA signature may have an x beyond the order: SunEC of Java 17 compares x with r before
     * it reduces x. No honest signer ever meets such a point: p - n has half the bits of p.
     */
    private static boolean needsReduction(Wycheproof.Group group, byte[] signature) {
        if (!group.type().startsWith("Ecdsa")) {
            return false;
        }
        KeySpec spec = switch (group.publicKey().get("curve").toString()) {
            case "secp256r1" -> KeySpec.EC_P256;
            case "secp384r1" -> KeySpec.EC_P384;
            default -> KeySpec.EC_P521;
        };
        byte[] p1363 = group.type().contains("P1363") ? signature : EcdsaEncoding.toP1363(signature, spec);
        BigInteger r = new BigInteger(1, p1363, 0, p1363.length / 2);
        BigInteger order = new BigInteger(1, CurveOrder.of(spec));
        BigInteger prime = switch (spec) {
            case EC_P256 -> new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
            case EC_P384 ->
                BigInteger.TWO
                        .pow(384)
                        .subtract(BigInteger.TWO.pow(128))
                        .subtract(BigInteger.TWO.pow(96))
                        .add(BigInteger.TWO.pow(32))
                        .subtract(BigInteger.ONE);
            default -> BigInteger.TWO.pow(521).subtract(BigInteger.ONE);
        };
        return r.add(order).compareTo(prime) < 0;
    }

    private static SignatureAlgorithm algorithm(Wycheproof.Group group) {
        String hash = group.text("sha").replace("-", "");
        return switch (group.type()) {
            case "EcdsaVerify", "EcdsaP1363Verify" -> SignatureAlgorithm.valueOf("ECDSA_" + hash);
            case "RsassaPkcs1Verify" -> SignatureAlgorithm.valueOf("RSA_PKCS1_" + hash);
            case "EddsaVerify" -> SignatureAlgorithm.ED25519;
            case "MlDsaVerify" ->
                SubjectPublicKeyInfo.read(group.publicKeyDer()).spec().defaultAlgorithm();
            default -> SignatureAlgorithm.valueOf("RSA_PSS_" + hash);
        };
    }

    /** Read by the JDK where it can, so that keys are those of an application; by BouncyCastle where only that can. */
    private static PublicKey publicKey(Wycheproof.Group group) throws GeneralSecurityException {
        String family = switch (group.type()) {
            case "EcdsaVerify", "EcdsaP1363Verify", "EcdsaBitcoinVerify" -> "EC";
            case "RsassaPssWithParametersVerify" -> "RSASSA-PSS";
            case "RsassaPssVerify", "RsassaPkcs1Verify" -> "RSA";
            case "MlDsaVerify" -> "";
            case "DsaVerify", "DsaP1363Verify" -> "DSA";
            default -> "EdDSA";
        };
        if (family.isEmpty()) {
            return SubjectPublicKeyInfo.read(group.publicKeyDer()).publicKey();
        }
        X509EncodedKeySpec encoded = new X509EncodedKeySpec(group.publicKeyDer());
        try {
            return KeyFactory.getInstance(family).generatePublic(encoded);
        } catch (GeneralSecurityException e) {
            return KeyFactory.getInstance(
                            family.equals("RSASSA-PSS") ? "RSA" : family,
                            new BouncyCastleOffer().load().orElseThrow())
                    .generatePublic(encoded);
        }
    }

    /** What came of a file's vectors. */
    private static final class Outcome {
        private final Map<String, List<Integer>> refused = new TreeMap<>();
        private final List<String> wrong = new ArrayList<>();

        void add(Wycheproof.Vector vector, boolean valid, Optional<String> documented) {
            boolean asExpected =
                    vector.result().equals("acceptable") || vector.result().equals(valid ? "valid" : "invalid");
            if (documented.isPresent()) {
                addRefused(vector, documented.get());
            } else if (!asExpected) {
                wrong.add(vector.toString());
            }
        }

        void addRefused(Wycheproof.Vector vector, String reason) {
            if (vector.result().equals("valid")) {
                refused.computeIfAbsent(reason, unused -> new ArrayList<>()).add(vector.id());
            }
        }

        /** One for each reason, with the numbers of the vectors. */
        List<String> lines(String name) {
            return refused.entrySet().stream()
                    .map(entry -> name + ": " + entry.getKey() + ": " + ranges(entry.getValue()))
                    .toList();
        }

        private static String ranges(List<Integer> ids) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < ids.size(); i++) {
                int first = i;
                while (i + 1 < ids.size() && ids.get(i + 1) == ids.get(i) + 1) {
                    i++;
                }
                text.append(text.length() == 0 ? "" : " ").append(ids.get(first));
                text.append(i == first ? "" : "-" + ids.get(i));
            }
            return text.toString();
        }
    }
}
