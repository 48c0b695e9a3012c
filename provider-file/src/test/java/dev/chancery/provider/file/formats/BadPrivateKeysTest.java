package dev.chancery.provider.file.formats;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyImport;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyName;
import dev.chancery.provider.file.OpenSsl;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not one good private key is refused, with the file's name and the reason, and without work or secrets. */
class BadPrivateKeysTest {
    private static final byte[] RSA_IDENTIFIER =
            Der.sequence(Der.objectIdentifier("1.2.840.113549.1.1.1"), Der.nullValue());
    private static final byte[] P256_IDENTIFIER =
            Der.sequence(Der.objectIdentifier("1.2.840.10045.2.1"), Der.objectIdentifier("1.2.840.10045.3.1.7"));
    private static final byte[] ED25519_IDENTIFIER = Der.sequence(Der.objectIdentifier("1.3.101.112"));

    @TempDir
    private static Path directory;

    private static OpenSsl openssl;
    private static String rsa;
    private static String p256;

    @BeforeAll
    static void keys() {
        openssl = new OpenSsl(directory);
        openssl.write("pass", "swordfish".getBytes(UTF_8));
        openssl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem");
        openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p256.pem");
        openssl.run("req -new -x509 -key p256.pem -subj /CN=test -out certificate.pem");
        openssl.run("req -new -key p256.pem -subj /CN=test -out request.pem");
        rsa = new String(openssl.file("rsa.pem"), US_ASCII);
        p256 = new String(openssl.file("p256.pem"), US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TSS2 PRIVATE KEY", "ENCRYPTED COSIGN PRIVATE KEY", "NEBULA ED25519 PRIVATE KEY"})
    void aToolsOwnFormIsNamedAndNotCalledDamaged(String label) {
        assertThatThrownBy(() -> read(PemBlock.encode(label, new byte[] {0x30, 3, 6, 1, 1}), BadPrivateKeysTest::never))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("'" + label + "'");
    }

    @Test
    void aCertificateWhereAKeyBelongs() {
        assertIntegrity(openssl.file("certificate.pem"), "holds CERTIFICATE where one private key belongs");
    }

    @Test
    void otherThingsWhereAKeyBelongs() {
        assertIntegrity(openssl.file("request.pem"), "holds CERTIFICATE REQUEST where one private key belongs");
        assertIntegrity(openssl.run("pkey -in p256.pem -pubout"), "holds PUBLIC KEY where one private key belongs");
        assertIntegrity(openssl.run("ecparam -name prime256v1"), "holds EC PARAMETERS where one private key belongs");
        assertIntegrity(pem("LOVE LETTER", new byte[3]), "holds LOVE LETTER where");
    }

    @Test
    void twoKeysInOneFile() {
        assertIntegrity(rsa + p256, "holds PRIVATE KEY and PRIVATE KEY where one private key belongs");
        assertIntegrity(rsa + certificate() + rsa, "holds PRIVATE KEY and CERTIFICATE and PRIVATE KEY");
    }

    @Test
    void aFileCutShortAnywhere() {
        int end = rsa.indexOf("\n-----END");
        for (int length = 0; length < end; length += 7) {
            assertIntegrity(rsa.substring(0, length), "");
            assertIntegrity(rsa.substring(0, length) + "\n-----END PRIVATE KEY-----\n", "");
        }
    }

    @Test
    void derCutShortOrContinued() {
        byte[] der = Der.sequence(Der.integer(0), ED25519_IDENTIFIER, Der.octetString(Der.octetString(new byte[32])));
        assertThat(read(pem("PRIVATE KEY", der), BadPrivateKeysTest::never).spec())
                .hasToString("ED25519");

        for (int length = 1; length < der.length; length++) {
            assertIntegrity(pem("PRIVATE KEY", Arrays.copyOf(der, length)), "DER");
        }
        assertIntegrity(pem("PRIVATE KEY", Arrays.copyOf(der, der.length + 1)), "DER");
    }

    @ParameterizedTest
    @CsvSource({
        "-algorithm RSA -pkeyopt rsa_keygen_bits:1024, 1024",
        "-algorithm RSA -pkeyopt rsa_keygen_bits:2560, 2560",
        "-algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3, exponent is 3",
        "-algorithm RSA -pkeyopt rsa_keygen_bits:512, 512",
        "-algorithm EC -pkeyopt ec_paramgen_curve:prime192v1, prime192v1",
        "-algorithm EC -pkeyopt ec_paramgen_curve:P-224, secp224r1",
        "-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1, secp256k1",
        "-algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP256r1, brainpoolP256r1",
        "-algorithm EC -pkeyopt ec_paramgen_curve:sect233r1, sect233r1",
        "-algorithm EC -pkeyopt ec_paramgen_curve:sect233r1 -pkeyopt ec_param_enc:explicit, binary-field curve",
        "-algorithm EC -pkeyopt ec_paramgen_curve:prime192v1 -pkeyopt ec_param_enc:explicit, explicit parameters",
        "-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1 -pkeyopt ec_param_enc:explicit, explicit parameters",
        "-algorithm X25519, X25519",
        "-algorithm ED448, Ed448",
        "-algorithm DH -pkeyopt group:ffdhe2048, Diffie-Hellman",
        "-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha1, RSASSA-PSS",
        "-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt"
                + " rsa_pss_keygen_mgf1_md:sha512, RSASSA-PSS",
        "-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt"
                + " rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:33, RSASSA-PSS",
    })
    void keysThatNobodyShouldSignWithAreNamed(String arguments, String reason) {
        openssl.run("genpkey -out unsupported.pem " + arguments);
        assertUnsupported(openssl.file("unsupported.pem"), reason);

        byte[] publicKey = openssl.run("pkey -in unsupported.pem -pubout");
        assertThatThrownBy(() -> PublicKeyPem.read(publicKey, "public/k.pub"))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageStartingWith("public/k.pub: ")
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "1, exponent of 1 bits",
        "2, exponent of 2 bits",
        "65536, exponent is 65536",
        "36893488147419103233, exponent is a huge number",
        "-3, not positive",
        "0, not positive",
    })
    void rsaExponents(BigInteger exponent, String reason) throws GeneralSecurityException {
        BigInteger modulus = rsaKey().getModulus();
        assertThatThrownBy(() -> read(rsaPem(modulus, exponent), BadPrivateKeysTest::never))
                .isInstanceOfAny(UnsupportedException.class, IntegrityException.class)
                .hasMessageContaining(reason);
    }

    /** As large as a file can be: without a limit, the arithmetic would take minutes. */
    @Test
    void absurdRsaKeys() {
        BigInteger huge = BigInteger.ONE.shiftLeft(8 * 40_000).subtract(BigInteger.ONE);

        assertUnsupported(rsaPem(huge, BigInteger.valueOf(65537)), "RSA key of 320000 bits");
        assertUnsupported(rsaPem(BigInteger.ONE.shiftLeft(2047), huge), "exponent of 320000 bits");
        assertUnsupported(rsaPem(BigInteger.valueOf(15), BigInteger.valueOf(65537)), "RSA key of 4 bits");
        assertIntegrity(rsaPem(BigInteger.valueOf(-15), BigInteger.valueOf(3)), "not positive");
    }

    @Test
    void rsaNumbersThatDoNotFitOneAnother() throws GeneralSecurityException {
        RSAPrivateCrtKey key = rsaKey();
        List<BigInteger> numbers = List.of(
                key.getModulus(),
                key.getPublicExponent(),
                key.getPrivateExponent(),
                key.getPrimeP(),
                key.getPrimeQ(),
                key.getPrimeExponentP(),
                key.getPrimeExponentQ(),
                key.getCrtCoefficient());
        assertThat(read(pkcs1(numbers), BadPrivateKeysTest::never).publicKey().getAlgorithm())
                .isEqualTo("RSA");

        BigInteger huge = BigInteger.ONE.shiftLeft(8 * 30_000);
        for (int i : new int[] {0, 2, 3, 4, 5, 6, 7}) {
            for (BigInteger wrong : List.of(
                    numbers.get(i).add(BigInteger.TWO),
                    BigInteger.ZERO,
                    BigInteger.ONE,
                    numbers.get(i).negate(),
                    huge)) {
                List<BigInteger> changed = new ArrayList<>(numbers);
                changed.set(i, wrong);
                assertThatThrownBy(() -> read(pkcs1(changed), BadPrivateKeysTest::never))
                        .isInstanceOfAny(IntegrityException.class, UnsupportedException.class);
            }
        }
    }

    @Test
    void rsaWithThreePrimes() {
        openssl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_primes:3 -out three.pem");
        assertUnsupported(openssl.file("three.pem"), "more than two primes");
    }

    @Test
    void rsaWithoutItsPrimes() throws GeneralSecurityException {
        RSAPrivateCrtKey key = rsaKey();
        BigInteger zero = BigInteger.ZERO;

        assertUnsupported(
                pkcs1(List.of(
                        key.getModulus(),
                        key.getPublicExponent(),
                        key.getPrivateExponent(),
                        zero,
                        zero,
                        zero,
                        zero,
                        zero)),
                "without its primes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dsa", "pkey"})
    void dsaKeysAreNamed(String command) {
        openssl.run("genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:1024 -out dsa-parameters.pem");
        openssl.run("genpkey -paramfile dsa-parameters.pem -out dsa.pem");

        assertUnsupported(openssl.run(command + " -in dsa.pem"), "A DSA key is not supported");
        assertUnsupported(openssl.run("dsa -in dsa.pem -aes128 -passout file:pass"), "A DSA key is not supported");
    }

    /** OpenSSH says in clear what its keys are. */
    @Test
    void opensshKeysAreConvertedWhereThatGoes() {
        assertUnsupported(
                pem("OPENSSH PRIVATE KEY", "openssh-key-v1\0 ssh-rsa".getBytes(US_ASCII)), "ssh-keygen -p -m PKCS8");
        assertUnsupported(
                pem("OPENSSH PRIVATE KEY", "openssh-key-v1\0 ssh-ed25519".getBytes(US_ASCII)), "make a new key");
    }

    @Test
    void whatToDoIsTheReadersAdvice() {
        assertThatThrownBy(() -> read(rsa.replace("MII", "MIJ").getBytes(US_ASCII), BadPrivateKeysTest::never))
                .hasMessageEndingWith(". Ask for it again.");
        assertThatThrownBy(() -> new PrivateKeyReader("").read(new byte[0], Optional::empty, "k.pem"))
                .hasMessage("k.pem: empty.");
    }

    @Test
    void aPassphraseBeyondAsciiMayHaveBeenLatin1() {
        openssl.write("latin1", new byte[] {'p', (byte) 0xE4, '\n'});
        openssl.run("pkcs8 -topk8 -in p256.pem -out latin1.pem -passout file:latin1");

        assertThatThrownBy(() -> read(openssl.file("latin1.pem"), () -> Optional.of("p\u00e4".toCharArray())))
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContaining("if the key was encrypted where they are Latin-1, give it an ASCII passphrase")
                .message()
                .doesNotContain("\u00e4");
    }

    /** Without a bound, a parser that recurses would run out of stack. */
    @Test
    void elementsNestedDeeply() {
        byte[] nested = Der.sequence();
        while (nested.length < 40_000) {
            nested = Der.sequence(nested);
        }

        assertIntegrity(pem("PRIVATE KEY", nested), "DER");
    }

    @Test
    void anEcPointOffItsCurve() throws GeneralSecurityException {
        KeyPair pair = ecPair();
        byte[] point = point(((ECPublicKey) pair.getPublic()).getW());
        point[64] ^= 1;
        assertIntegrity(sec1(scalar(pair), point), "the public point is not on its curve P-256");

        for (byte[] bad : new byte[][] {
            {}, {0}, {4}, {2, 1}, Arrays.copyOf(point, 64), Arrays.copyOf(point, 66), filled(65, 0xFF), filled(33, 3)
        }) {
            assertIntegrity(sec1(scalar(pair), bad), "");
        }
    }

    @Test
    void aCompressedPointWithoutARoot() {
        byte[] point = new byte[33];
        point[0] = 2;
        // x = 1 is no point of P-256: 1 − 3 + b is no square.
        point[32] = 1;
        assertIntegrity(sec1(BigInteger.ONE, point), "not on its curve");
    }

    @Test
    void aHybridPointThatLiesAboutItsParity() throws GeneralSecurityException {
        KeyPair pair = ecPair();
        byte[] point = point(((ECPublicKey) pair.getPublic()).getW());
        point[0] = (byte) (6 | point[64] & 1);
        assertThat(read(sec1(scalar(pair), point), BadPrivateKeysTest::never).publicKey())
                .isEqualTo(pair.getPublic());

        point[0] ^= 1;
        assertIntegrity(sec1(scalar(pair), point), "not on its curve");
    }

    /** The reader reports what the file says; the store proves it before anything is written. */
    @Test
    void anEcPublicKeyOfAnotherPrivateKeyIsNotImported(@TempDir Path store) throws GeneralSecurityException {
        byte[] point = point(((ECPublicKey) ecPair().getPublic()).getW());
        KeyImport mismatched =
                KeyImport.fromPem(new KeyName("k"), sec1(scalar(ecPair()), point), Optional.empty(), Optional.empty());

        try (KeyStore keys = KeyStores.open(store)) {
            assertThatThrownBy(() -> keys.importKey(mismatched)).isInstanceOf(IntegrityException.class);
            assertThat(keys.list()).isEmpty();
        }
    }

    @Test
    void ecNumbersOutOfRange() throws GeneralSecurityException {
        BigInteger order = ((ECPublicKey) ecPair().getPublic()).getParams().getOrder();
        assertIntegrity(sec1(BigInteger.ZERO, null), "not in the range of its curve");
        assertIntegrity(sec1(order, null), "not in the range of its curve");
        assertIntegrity(sec1(BigInteger.ONE.shiftLeft(256), null), "not in the range of its curve");
        assertThat(read(sec1(order.subtract(BigInteger.ONE), null), BadPrivateKeysTest::never)
                        .spec())
                .hasToString("EC_P256");
    }

    /** Another generator alone let anyone claim a public key: CVE-2020-0601. */
    @Test
    void explicitParametersWithOneNumberChanged() throws GeneralSecurityException {
        KeyPair pair = ecPair();
        ECParameterSpec p256 = ((ECPublicKey) pair.getPublic()).getParams();
        BigInteger p = ((ECFieldFp) p256.getCurve().getField()).getP();
        BigInteger a = p256.getCurve().getA();
        BigInteger b = p256.getCurve().getB();
        BigInteger n = p256.getOrder();
        byte[] g = point(p256.getGenerator());
        byte[] otherPoint = point(((ECPublicKey) pair.getPublic()).getW());
        BigInteger two = BigInteger.TWO;

        assertThat(read(explicit(p, a, b, g, n, 1), BadPrivateKeysTest::never).spec())
                .hasToString("EC_P256");
        assertUnsupported(explicit(p.add(two), a, b, g, n, 1), "none of a known curve");
        assertUnsupported(explicit(p, a.add(two), b, g, n, 1), "none of a known curve");
        assertUnsupported(explicit(p, a, b.add(two), g, n, 1), "none of a known curve");
        assertUnsupported(explicit(p, a, b, otherPoint, n, 1), "none of a known curve");
        assertUnsupported(explicit(p, a, b, g, n.add(two), 1), "none of a known curve");
        assertUnsupported(explicit(p, a, b, g, n, 2), "none of a known curve");
    }

    private static byte[] explicit(BigInteger p, BigInteger a, BigInteger b, byte[] g, BigInteger n, int cofactor) {
        byte[] parameters = Der.sequence(
                Der.integer(1),
                Der.sequence(Der.objectIdentifier("1.2.840.10045.1.1"), Der.integer(p)),
                Der.sequence(Der.octetString(a.toByteArray()), Der.octetString(b.toByteArray())),
                Der.octetString(g),
                Der.integer(n),
                Der.integer(cofactor));
        byte[] key = Der.sequence(Der.integer(1), Der.octetString(new byte[] {5}));
        return pem(
                "PRIVATE KEY",
                Der.sequence(
                        Der.integer(0),
                        Der.sequence(Der.objectIdentifier("1.2.840.10045.2.1"), parameters),
                        Der.octetString(key)));
    }

    @Test
    void anEcKeyThatNamesTwoCurvesOrNone() throws GeneralSecurityException {
        KeyPair pair = ecPair();
        byte[] sec1 = Der.sequence(Der.integer(1), Der.octetString(scalar(pair).toByteArray()));
        assertIntegrity(pem("EC PRIVATE KEY", sec1), "does not name its curve");

        String withCurve = new String(openssl.run("ec -in p256.pem"), US_ASCII);
        assertIntegrity(new String(openssl.run("ecparam -name secp384r1"), US_ASCII) + withCurve, "names two curves");
    }

    @Test
    void ed25519KeysOfAnotherLength() {
        for (int length : new int[] {0, 31, 33, 64}) {
            byte[] key = Der.octetString(Der.octetString(new byte[length]));
            assertIntegrity(
                    pem("PRIVATE KEY", Der.sequence(Der.integer(0), ED25519_IDENTIFIER, key)), "not 32 bytes long");
        }
    }

    @Test
    void anEd25519PublicKeyOfAnotherPrivateKey() {
        byte[] key = Der.octetString(Der.octetString(new byte[32]));
        // RFC 8032, section 7.1, test 1: a public key that is not that of 32 zeros.
        byte[] other =
                new BigInteger("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", 16).toByteArray();
        byte[] tagged = Der.bitString(Arrays.copyOfRange(other, other.length - 32, other.length));
        tagged[0] = (byte) 0x81;
        assertIntegrity(
                pem("PRIVATE KEY", Der.sequence(Der.integer(1), ED25519_IDENTIFIER, key, tagged)),
                "does not belong to the private key");
    }

    @Test
    void pbkdf2WithTooManyIterations() {
        for (BigInteger iterations : List.of(
                BigInteger.valueOf(10_000_001),
                BigInteger.valueOf(Integer.MAX_VALUE),
                BigInteger.ONE.shiftLeft(8 * 1000))) {
            assertUnsupported(pbkdf2(iterations), "iterations of key derivation; at most 10,000,000 are done");
        }
        assertThatThrownBy(() -> read(pbkdf2(BigInteger.valueOf(Integer.MAX_VALUE)), BadPrivateKeysTest::never))
                .hasMessageContaining("asks for 2,147,483,647 iterations");
        assertIntegrity(pbkdf2(BigInteger.ZERO), "not positive");
        assertIntegrity(pbkdf2(BigInteger.valueOf(-1)), "not positive");
    }

    @Test
    void scryptWithTooMuchMemory() {
        assertUnsupported(scrypt(1 << 26, 8, 1), "asks for 65,536 MiB of memory for scrypt; at most 256 MiB are given");
        assertUnsupported(scrypt(1 << 19, 8, 1), "asks for 512 MiB");
        assertUnsupported(scrypt(2, 1 << 30, 1), "MiB of memory for scrypt");
        assertUnsupported(scrypt(2, 1, 1 << 22), "asks for 512 MiB of memory for scrypt");
        assertUnsupported(scrypt(1 << 14, 8, 100), "asks scrypt to fill 1,600 MiB of memory; at most 1,024 MiB");
        assertIntegrity(scrypt(1000, 8, 1), "cost of scrypt");
        assertIntegrity(scrypt(1, 8, 1), "cost of scrypt");
        assertIntegrity(scrypt(1 << 16, 1, 1), "cost of scrypt");
        assertIntegrity(scrypt(1024, 8, 0), "not positive");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-v2 aes256",
                "-v2 aes256 -scrypt",
                "-v1 PBE-SHA1-3DES",
                "-v1 PBE-SHA1-RC4-128 -provider legacy -provider default",
            })
    void theWrongPassphrase(String arguments) {
        openssl.run("pkcs8 -topk8 -in rsa.pem -passout file:pass -out locked.pem " + arguments);

        assertWrongPassphrase(openssl.file("locked.pem"));
    }

    @Test
    void theWrongPassphraseOfATraditionalKey() {
        assertWrongPassphrase(openssl.run("rsa -in rsa.pem -traditional -aes128 -passout file:pass"));
        assertWrongPassphrase(openssl.run("ec -in p256.pem -aes128 -passout file:pass"));
    }

    /** A wrong key yields valid padding once in 256 times: it is still the passphrase that is wrong. */
    @Test
    void manyWrongPassphrases() {
        byte[] pem = openssl.run("ec -in p256.pem -aes128 -passout file:pass");
        for (int i = 0; i < 2000; i++) {
            char[] passphrase = ("wrong " + i).toCharArray();
            assertThatThrownBy(() -> read(pem, () -> Optional.of(passphrase))).isInstanceOf(KeyAccessException.class);
        }
    }

    private static void assertWrongPassphrase(byte[] pem) {
        char[] passphrase = "a secret shark".toCharArray();

        assertThatThrownBy(() -> read(pem, () -> Optional.of(passphrase)))
                .isInstanceOf(KeyAccessException.class)
                .hasMessageStartingWith("private/k.pem: the passphrase does not open this key")
                .message()
                .doesNotContain("shark");
        assertThat(passphrase).containsOnly('\0');
    }

    @Test
    void aMissingPassphrase() {
        openssl.run("pkcs8 -topk8 -in rsa.pem -passout file:pass -out locked.pem");

        assertThatThrownBy(() -> read(openssl.file("locked.pem"), Optional::empty))
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContaining("private/k.pem: the key is encrypted and there is no passphrase")
                .hasMessageContaining("named by --passphrase-file")
                .hasMessageContaining("CHANCERY_PASSPHRASE");
    }

    @Test
    void thePassphraseIsWipedAfterUse() {
        openssl.run("pkcs8 -topk8 -in rsa.pem -passout file:pass -out locked.pem");
        char[] passphrase = "swordfish".toCharArray();

        assertThat(read(openssl.file("locked.pem"), () -> Optional.of(passphrase))
                        .spec())
                .hasToString("RSA_2048");
        assertThat(passphrase).containsOnly('\0');
    }

    @Test
    void thePassphraseIsNotAskedForAPlainKey() {
        assertThat(read(rsa.getBytes(US_ASCII), BadPrivateKeysTest::never).spec())
                .hasToString("RSA_2048");
    }

    /** What is left out is named as OpenSSL names it. */
    @ParameterizedTest
    @CsvSource({
        "2.16.840.1.101.3.4.1.41, AES-256-ECB",
        "2.16.840.1.101.3.4.1.46, AES-256-GCM",
        "1.2.410.200046.1.1.1, ARIA-128-ECB",
        "0.3.4401.5.3.1.9.46, CAMELLIA-256-GCM",
        "1.2.156.10197.1.104.5, SM4-CFB1",
        "1.2.3.4, 1.2.3.4",
    })
    void ciphersOfPbes2ThatAreNotRead(String oid, String name) {
        byte[] cipher = Der.sequence(Der.objectIdentifier(oid), Der.octetString(new byte[16]));

        assertUnsupported(
                pbes2(pbkdf2Of(BigInteger.TEN), cipher),
                "Encryption with " + name + " is not supported; write the key anew with 'openssl pkcs8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"AES-256-CFB1", "AES-128-ECB", "DES-EDE3", "DESX-CBC", "CHACHA20"})
    void ciphersOfDekInfoThatAreNotRead(String name) {
        String pem = new String(openssl.run("rsa -in rsa.pem -traditional -aes128 -passout file:pass"), US_ASCII);

        assertUnsupported(
                pem.replaceFirst("AES-128-CBC", name).getBytes(US_ASCII), "Encryption with " + name + " is not");
    }

    @Test
    void theDekInfoHeaderHasTheLengthOfItsCipher() {
        String pem = new String(openssl.run("rsa -in rsa.pem -traditional -aes128 -passout file:pass"), US_ASCII);

        assertIntegrity(
                pem.replaceFirst("AES-128-CBC,..", "AES-128-CBC,"), "initialisation vector of the wrong length");
        assertIntegrity(pem.replaceFirst("AES-128-CBC,.", "AES-128-CBC,"), "initialisation vector of the wrong length");
    }

    @Test
    void printingALoadedKeyShowsNoSecret() throws GeneralSecurityException {
        KeyPair pair = ecPair();
        LoadedKey loaded = read(
                PrivateKeyWriter.write(pair.getPrivate(), pair.getPublic(), Optional.empty()),
                BadPrivateKeysTest::never);

        assertThat(loaded).hasToString("EC_P256 (PKCS#8)");
    }

    private static String certificate() {
        return new String(openssl.file("certificate.pem"), US_ASCII);
    }

    private static Optional<char[]> never() {
        throw new AssertionError("the passphrase is not needed yet");
    }

    private static LoadedKey read(byte[] pem, Supplier<Optional<char[]>> passphrase) {
        return new PrivateKeyReader("Ask for it again.").read(pem, passphrase, "private/k.pem");
    }

    private static void assertIntegrity(String pem, String reason) {
        assertIntegrity(pem.getBytes(US_ASCII), reason);
    }

    private static void assertIntegrity(byte[] pem, String reason) {
        assertThatThrownBy(() -> read(pem, BadPrivateKeysTest::never))
                .isInstanceOf(IntegrityException.class)
                .hasMessageStartingWith("private/k.pem: ")
                .hasMessageContaining(reason);
    }

    private static void assertUnsupported(byte[] pem, String reason) {
        assertThatThrownBy(() -> read(pem, BadPrivateKeysTest::never))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageStartingWith("private/k.pem: ")
                .hasMessageContaining(reason);
    }

    private static byte[] pem(String label, byte[] der) {
        return PemBlock.encode(label, der);
    }

    private static RSAPrivateCrtKey rsaKey() throws GeneralSecurityException {
        byte[] der = openssl.run("pkcs8 -topk8 -nocrypt -in rsa.pem -outform DER");
        return (RSAPrivateCrtKey) KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    private static byte[] rsaPem(BigInteger modulus, BigInteger exponent) {
        byte[] one = Der.integer(1);
        byte[] key =
                Der.sequence(Der.integer(0), Der.integer(modulus), Der.integer(exponent), one, one, one, one, one, one);
        return pem("PRIVATE KEY", Der.sequence(Der.integer(0), RSA_IDENTIFIER, Der.octetString(key)));
    }

    private static byte[] pkcs1(List<BigInteger> numbers) {
        List<byte[]> elements = new ArrayList<>(List.of(Der.integer(0)));
        numbers.forEach(number -> elements.add(Der.integer(number)));
        return pem("RSA PRIVATE KEY", Der.sequence(elements.toArray(byte[][]::new)));
    }

    private static KeyPair ecPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static BigInteger scalar(KeyPair pair) {
        return ((ECPrivateKey) pair.getPrivate()).getS();
    }

    /** Uncompressed, on P-256. */
    private static byte[] point(ECPoint point) {
        byte[] encoded = new byte[65];
        encoded[0] = 4;
        fixed(point.getAffineX(), encoded, 33);
        fixed(point.getAffineY(), encoded, 65);
        return encoded;
    }

    private static void fixed(BigInteger number, byte[] target, int end) {
        byte[] bytes = number.toByteArray();
        int length = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - length, target, end - length, length);
    }

    /** A PKCS#8 key on P-256, with this public point or none. */
    private static byte[] sec1(BigInteger scalar, byte[] point) {
        byte[] number = scalar.toByteArray();
        byte[] octets = number[0] == 0 ? Arrays.copyOfRange(number, 1, number.length) : number;
        byte[] key = point == null
                ? Der.sequence(Der.integer(1), Der.octetString(octets))
                : Der.sequence(Der.integer(1), Der.octetString(octets), Der.context(1, Der.bitString(point)));
        return pem("PRIVATE KEY", Der.sequence(Der.integer(0), P256_IDENTIFIER, Der.octetString(key)));
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] pbkdf2(BigInteger iterations) {
        return pbes2(pbkdf2Of(iterations));
    }

    private static byte[] pbkdf2Of(BigInteger iterations) {
        return Der.sequence(
                Der.objectIdentifier("1.2.840.113549.1.5.12"),
                Der.sequence(Der.octetString(new byte[8]), Der.integer(iterations)));
    }

    private static byte[] scrypt(int cost, int blockSize, int parallelization) {
        return pbes2(Der.sequence(
                Der.objectIdentifier("1.3.6.1.4.1.11591.4.11"),
                Der.sequence(
                        Der.octetString(new byte[8]),
                        Der.integer(cost),
                        Der.integer(blockSize),
                        Der.integer(parallelization))));
    }

    private static byte[] pbes2(byte[] kdf) {
        return pbes2(kdf, Der.sequence(Der.objectIdentifier("2.16.840.1.101.3.4.1.42"), Der.octetString(new byte[16])));
    }

    private static byte[] pbes2(byte[] kdf, byte[] cipher) {
        return pem(
                "ENCRYPTED PRIVATE KEY",
                Der.sequence(
                        Der.sequence(Der.objectIdentifier("1.2.840.113549.1.5.13"), Der.sequence(kdf, cipher)),
                        Der.octetString(new byte[64])));
    }
}
