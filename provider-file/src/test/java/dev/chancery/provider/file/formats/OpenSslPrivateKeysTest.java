package dev.chancery.provider.file.formats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SubjectPublicKeyInfo;
import dev.chancery.provider.file.OpenSsl;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every private key that OpenSSL writes is read, and what signs with it verifies with OpenSSL. */
class OpenSslPrivateKeysTest {
    private static final String PASSPHRASE = "correct horse — batterie";
    private static final byte[] MESSAGE = "Sign here, please.\n".getBytes(UTF_8);

    @TempDir
    private static Path directory;

    private static OpenSsl openssl;

    @BeforeAll
    static void keys() {
        openssl = new OpenSsl(directory);
        openssl.write("message", MESSAGE);
        openssl.write("pass", (PASSPHRASE + "\n").getBytes(UTF_8));
        openssl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem");
        openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p256.pem");
        openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out p384.pem");
        openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out p521.pem");
        openssl.run("genpkey -algorithm ED25519 -out ed25519.pem");
    }

    @ParameterizedTest
    @CsvSource({
        "rsa, RSA_2048",
        "p256, EC_P256",
        "p384, EC_P384",
        "p521, EC_P521",
        "ed25519, ED25519",
    })
    void plainPkcs8(String key, KeySpec spec) {
        LoadedKey loaded = read(openssl.file(key + ".pem"));

        assertThat(loaded.spec()).isEqualTo(spec);
        assertThat(loaded.encoding().form()).isEqualTo("PKCS#8");
        assertThat(loaded.encoding().encrypted()).isFalse();
        assertThat(loaded.encoding().weakness()).isEmpty();
        assertSigns(loaded, key + ".pem");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3072", "4096"})
    void longerRsaKeys(String bits) {
        openssl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:" + bits + " -out rsa" + bits + ".pem");

        LoadedKey loaded = read(openssl.file("rsa" + bits + ".pem"));

        assertThat(loaded.spec()).hasToString("RSA_" + bits);
        assertSigns(loaded, "rsa" + bits + ".pem");
    }

    /** The guide's commands, without the -pkcs8 flag that OpenSSL 3 refuses. */
    @ParameterizedTest
    @CsvSource({
        "-algorithm RSA, RSA_2048",
        "-algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -pkeyopt ec_param_enc:named_curve, EC_P256",
    })
    void theGuidesCommands(String arguments, KeySpec spec) {
        openssl.run("genpkey " + arguments + " -out guide.pem -aes256 -pass file:pass");
        openssl.run("pkey -in guide.pem -passin file:pass -pubout -out guide.pub");

        LoadedKey loaded = read(openssl.file("guide.pem"));

        assertThat(loaded.spec()).isEqualTo(spec);
        assertThat(PublicKeyPem.read(openssl.file("guide.pub"), "guide.pub")).isEqualTo(loaded.publicKey());
        assertThat(loaded.encoding().weakness())
                .contains("PBKDF2-HMAC-SHA256 with 2,048 iterations is too little against guessing the passphrase");
    }

    @ParameterizedTest
    @CsvSource({
        "-v2 aes-128-cbc, PBKDF2-HMAC-SHA256 AES-128-CBC",
        "-v2 aes-192-cbc, PBKDF2-HMAC-SHA256 AES-192-CBC",
        "-v2 aes-256-cbc, PBKDF2-HMAC-SHA256 AES-256-CBC",
        "-v2 des3, PBKDF2-HMAC-SHA256 DES-EDE3-CBC",
        "-v2 des, PBKDF2-HMAC-SHA256 DES-CBC",
        "-v2 aes256 -v2prf hmacWithMD5, PBKDF2-HMAC-MD5 AES-256-CBC",
        "-v2 aes256 -v2prf hmacWithSHA1, PBKDF2-HMAC-SHA1 AES-256-CBC",
        "-v2 des3 -v2prf hmacWithSHA1, PBKDF2-HMAC-SHA1 DES-EDE3-CBC",
        "-v2 aes256 -v2prf hmacWithSHA224, PBKDF2-HMAC-SHA224 AES-256-CBC",
        "-v2 aes256 -v2prf hmacWithSHA384, PBKDF2-HMAC-SHA384 AES-256-CBC",
        "-v2 aes256 -v2prf hmacWithSHA512, PBKDF2-HMAC-SHA512 AES-256-CBC",
        "-v2 aes256 -v2prf hmacWithSHA512-224, PBKDF2-HMAC-SHA512/224 AES-256-CBC",
        "-v2 aes256 -v2prf hmacWithSHA512-256, PBKDF2-HMAC-SHA512/256 AES-256-CBC",
        "-v2 aes-256-cfb, PBKDF2-HMAC-SHA256 AES-256-CFB",
        "-v2 aes-192-ofb, PBKDF2-HMAC-SHA256 AES-192-OFB",
        "-v2 aria-256-cbc, PBKDF2-HMAC-SHA256 ARIA-256-CBC",
        "-v2 aria-128-ctr, PBKDF2-HMAC-SHA256 ARIA-128-CTR",
        "-v2 aria-192-cfb, PBKDF2-HMAC-SHA256 ARIA-192-CFB",
        "-v2 camellia-256-cbc, PBKDF2-HMAC-SHA256 CAMELLIA-256-CBC",
        "-v2 camellia-192-ofb, PBKDF2-HMAC-SHA256 CAMELLIA-192-OFB",
        "-v2 camellia-128-ctr, PBKDF2-HMAC-SHA256 CAMELLIA-128-CTR",
        "-v2 seed-cbc, PBKDF2-HMAC-SHA256 SEED-CBC",
        "-v2 seed-ofb, PBKDF2-HMAC-SHA256 SEED-OFB",
        "-v2 sm4-cbc, PBKDF2-HMAC-SHA256 SM4-CBC",
        "-v2 sm4-ctr, PBKDF2-HMAC-SHA256 SM4-CTR",
        "-v2 sm4-cfb -scrypt, scrypt SM4-CFB",
        "-v2 bf-cbc, PBKDF2-HMAC-SHA256 BF-CBC",
        "-v2 cast5-cbc, PBKDF2-HMAC-SHA256 CAST5-CBC",
        "-v2 rc2-cbc, PBKDF2-HMAC-SHA256 RC2-CBC",
        "-v2 rc2-64-cbc, PBKDF2-HMAC-SHA256 RC2-64-CBC",
        "-v2 rc2-40-cbc, PBKDF2-HMAC-SHA256 RC2-40-CBC",
        "-v2 rc4, PBKDF2-HMAC-SHA256 RC4",
        "-v2 des-cfb, PBKDF2-HMAC-SHA256 DES-CFB",
        "-scrypt, scrypt AES-256-CBC",
        "-scrypt -v2 aes128 -scrypt_N 1024 -scrypt_r 4 -scrypt_p 3, scrypt AES-128-CBC",
        "-v1 PBE-MD5-DES, PBES1 MD5 DES-CBC",
        "-v1 PBE-MD5-RC2-64, PBES1 MD5 RC2-64-CBC",
        "-v1 PBE-SHA1-DES, PBES1 SHA1 DES-CBC",
        "-v1 PBE-SHA1-RC2-64, PBES1 SHA1 RC2-64-CBC",
        "-v1 PBE-SHA1-3DES, PKCS#12 SHA1 DES-EDE3-CBC",
        "-v1 PBE-SHA1-2DES, PKCS#12 SHA1 DES-EDE-CBC",
        "-v1 PBE-SHA1-RC2-128, PKCS#12 SHA1 RC2-CBC",
        "-v1 PBE-SHA1-RC2-40, PKCS#12 SHA1 RC2-40-CBC",
        "-v1 PBE-SHA1-RC4-128, PKCS#12 SHA1 RC4",
        "-v1 PBE-SHA1-RC4-40, PKCS#12 SHA1 RC4-40",
    })
    void encryptedPkcs8(String arguments, String expectedForm) {
        for (String key : new String[] {"rsa", "p256", "ed25519"}) {
            openssl.run("pkcs8 -topk8 -in " + key + ".pem -out encrypted.pem -passout file:pass " + arguments
                    + " -provider default -provider legacy");

            LoadedKey loaded = read(openssl.file("encrypted.pem"));

            assertThat(loaded.encoding().form()).startsWith("PKCS#8, ").contains(expectedForm.split(" "));
            assertThat(loaded.encoding().encrypted()).isTrue();
            assertThat(loaded.encoding().weakness()).isPresent();
            assertSigns(loaded, key + ".pem");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-v2 aes256 -iter 600000, true",
        "-v2 aes256 -iter 599999, false",
        "-v2 aes128 -v2prf hmacWithSHA512 -iter 210000, true",
        "-v2 aes256 -v2prf hmacWithSHA1 -iter 600000, false",
        "-v2 des3 -iter 600000, false",
        "-scrypt -scrypt_N 16384 -scrypt_r 8 -scrypt_p 5, true",
        "-scrypt, false",
    })
    void whatTodayWouldChooseIsNotWeak(String arguments, boolean strong) {
        openssl.run("pkcs8 -topk8 -in p256.pem -out iterated.pem -passout file:pass " + arguments);

        LoadedKey loaded = read(openssl.file("iterated.pem"));

        assertThat(loaded.encoding().weakness().isEmpty()).isEqualTo(strong);
        assertSigns(loaded, "p256.pem");
    }

    @Test
    void pkcs1() {
        openssl.run("rsa -in rsa.pem -traditional -out pkcs1.pem");

        LoadedKey loaded = read(openssl.file("pkcs1.pem"));

        assertThat(loaded.encoding().form()).isEqualTo("PKCS#1");
        assertSigns(loaded, "rsa.pem");
    }

    @ParameterizedTest
    @CsvSource({
        "-aes128, AES-128-CBC",
        "-aes192, AES-192-CBC",
        "-aes256, AES-256-CBC",
        "-des3, DES-EDE3-CBC",
        "-des, DES-CBC",
        "-aes-256-cfb, AES-256-CFB",
        "-aes-128-cfb8, AES-128-CFB8",
        "-aes-192-ofb, AES-192-OFB",
        "-aes-256-ctr, AES-256-CTR",
        "-aria-256-cbc, ARIA-256-CBC",
        "-aria-128-cfb8, ARIA-128-CFB8",
        "-camellia256, CAMELLIA-256-CBC",
        "-camellia-128-ctr, CAMELLIA-128-CTR",
        "-seed, SEED-CBC",
        "-sm4-ofb, SM4-OFB",
        "-bf-cfb, BF-CFB",
        "-cast5-ofb, CAST5-OFB",
        "-rc2-cbc, RC2-CBC",
        "-rc2-40-cbc, RC2-40-CBC",
        "-des-ede-cbc, DES-EDE-CBC",
        "-des-ede3-cfb, DES-EDE3-CFB",
    })
    void traditionalWithDekInfo(String flag, String cipher) {
        for (String key : new String[] {"rsa", "p256", "p521"}) {
            openssl.run("pkey -in " + key + ".pem -traditional -out traditional.pem -passout file:pass " + flag
                    + " -provider default -provider legacy");
            assertThat(new String(openssl.file("traditional.pem"), UTF_8)).contains("DEK-Info: " + cipher);

            LoadedKey loaded = read(openssl.file("traditional.pem"));

            assertThat(loaded.encoding().form()).endsWith(", DEK-Info, " + cipher);
            assertThat(loaded.encoding().encrypted()).isTrue();
            assertThat(loaded.encoding().weakness()).isPresent();
            assertSigns(loaded, key + ".pem");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ec -in KEY, -----BEGIN EC PRIVATE KEY-----",
        "ec -in KEY -conv_form compressed, -----BEGIN EC PRIVATE KEY-----",
        "ec -in KEY -conv_form hybrid, -----BEGIN EC PRIVATE KEY-----",
        "ec -in KEY -no_public, -----BEGIN EC PRIVATE KEY-----",
        "ec -in KEY -param_enc explicit, -----BEGIN EC PRIVATE KEY-----",
        "ec -in KEY -param_enc explicit -conv_form compressed, -----BEGIN EC PRIVATE KEY-----",
        "pkey -in KEY -ec_conv_form compressed, -----BEGIN PRIVATE KEY-----",
        "pkey -in KEY -ec_param_enc explicit, -----BEGIN PRIVATE KEY-----",
        "pkcs8 -topk8 -nocrypt -in KEY, -----BEGIN PRIVATE KEY-----",
        "pkey -in KEY -text, Private-Key:",
    })
    void encodingsOfEcKeys(String arguments, String contains) {
        for (String key : new String[] {"p256", "p384", "p521"}) {
            byte[] pem = openssl.run(arguments.replace("KEY", key + ".pem"));
            assertThat(new String(pem, UTF_8)).contains(contains);

            assertSigns(read(pem), key + ".pem");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-name prime256v1", "-name secp384r1", "-name secp521r1 -param_enc explicit"})
    void ecParametersBeforeTheKey(String arguments) {
        openssl.run("ecparam -genkey -out ecparam.pem " + arguments);
        assertThat(new String(openssl.file("ecparam.pem"), UTF_8)).startsWith("-----BEGIN EC PARAMETERS-----");

        assertSigns(read(openssl.file("ecparam.pem")), "ecparam.pem");
    }

    /** GnuTLS and mbedTLS write the private number with zeros before it, old versions of OpenSSL without those that belong there. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 40})
    void ecNumbersWithZerosBeforeThem(int zeros) {
        LoadedKey plain = read(openssl.file("p256.pem"));
        byte[] number = ((ECPrivateKey) plain.privateKey()).getS().toByteArray();
        byte[] longer = Arrays.copyOf(new byte[zeros], zeros + number.length);
        System.arraycopy(number, 0, longer, zeros, number.length);
        byte[] curve = Der.context(0, Der.objectIdentifier("1.2.840.10045.3.1.7"));

        assertSigns(
                read(PemBlock.encode("EC PRIVATE KEY", Der.sequence(Der.integer(1), Der.octetString(longer), curve))),
                "p256.pem");
    }

    /** X.690, 8.6: how many bits at the end do not count; the number of a point's bytes stays. */
    @Test
    void aPublicPointWithUnusedBits() {
        LoadedKey even = read(openssl.file("p256.pem"));
        while (((ECPublicKey) even.publicKey()).getW().getAffineY().testBit(0)) {
            even = read(openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"));
        }
        byte[] spki = even.publicKey().getEncoded();
        spki[spki.length - 66] = 1;

        PublicKey read = PublicKeyPem.read(PemBlock.encode("PUBLIC KEY", spki), "even.pub");

        assertThat(read).isEqualTo(even.publicKey());
        openssl.write("even.pub", PemBlock.encode("PUBLIC KEY", spki));
        assertThat(openssl.run("pkey -pubin -in even.pub")).isEqualTo(PublicKeyPem.write(even.publicKey()));
    }

    @ParameterizedTest
    @CsvSource({
        "rsa, RSA PRIVATE KEY, PKCS#8",
        "p256, EC PRIVATE KEY, PKCS#8",
        "ed25519, ANY PRIVATE KEY, PKCS#8",
        "rsa, ENCRYPTED PRIVATE KEY, PKCS#8",
    })
    void aKeyUnderAnotherLabelIsReadByItsContent(String key, String label, String form) {
        String pem = new String(openssl.file(key + ".pem"), UTF_8);

        LoadedKey loaded = read(pem.replace("PRIVATE KEY", label).getBytes(UTF_8));

        assertThat(loaded.encoding().form()).isEqualTo(form);
        assertSigns(loaded, key + ".pem");
    }

    @ParameterizedTest
    @CsvSource({
        "rsa -in rsa.pem -traditional, rsa.pem, PKCS#1",
        "ec -in p256.pem, p256.pem, SEC 1",
        "pkcs8 -topk8 -in rsa.pem -passout file:pass, rsa.pem, 'PKCS#8, PBES2'",
        "rsa -in rsa.pem -traditional -aes128 -passout file:pass, rsa.pem, 'PKCS#1, DEK-Info'",
    })
    void otherFormsUnderTheLabelOfPkcs8(String arguments, String original, String form) {
        String pem = new String(openssl.run(arguments), UTF_8);

        LoadedKey loaded =
                read(pem.replaceAll("(RSA |EC |ENCRYPTED )PRIVATE", "PRIVATE").getBytes(UTF_8));

        assertThat(loaded.encoding().form()).startsWith(form);
        assertSigns(loaded, original);
    }

    @Test
    void certificatesAndParametersBesideTheKey() {
        openssl.run("req -new -x509 -key p256.pem -subj /CN=test -out certificate.pem");
        String certificate = new String(openssl.file("certificate.pem"), UTF_8);
        String key = new String(openssl.file("p256.pem"), UTF_8);
        String parameters = new String(openssl.run("ecparam -name prime256v1"), UTF_8);

        assertSigns(read((certificate.repeat(5) + key).getBytes(UTF_8)), "p256.pem");
        assertSigns(read((key + certificate.repeat(5)).getBytes(UTF_8)), "p256.pem");
        assertSigns(read((parameters + certificate + key).getBytes(UTF_8)), "p256.pem");
    }

    /** RFC 7292, B.1, ends every passphrase with two zero bytes; some tools write none for an empty one. */
    @Test
    void anEmptyPassphraseOfPkcs12InBothWays() throws GeneralSecurityException, MalformedException {
        openssl.run("pkcs8 -topk8 -in p256.pem -out empty.pem -passout pass: -v1 PBE-SHA1-3DES");
        byte[] salt = new byte[8];
        ContentCipher cipher = ContentCipher.named("DES-EDE3-CBC").orElseThrow();
        byte[] keyAndIv = BouncyCastle.pkcs12(new char[0], false, salt, 10, cipher);
        byte[] iv = Arrays.copyOfRange(keyAndIv, 24, 32);
        byte[] plain = openssl.run("pkcs8 -topk8 -nocrypt -in p256.pem -outform DER");
        byte[] noBytes = Der.sequence(
                Der.sequence(
                        Der.objectIdentifier("1.2.840.113549.1.12.1.3"),
                        Der.sequence(Der.octetString(salt), Der.integer(10))),
                Der.octetString(cipher.encrypt(keyAndIv, iv, plain)));

        for (byte[] pem : List.of(openssl.file("empty.pem"), PemBlock.encode("ENCRYPTED PRIVATE KEY", noBytes))) {
            assertSigns(new PrivateKeyReader("").read(pem, () -> Optional.of(new char[0]), "empty.pem"), "p256.pem");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-v2 aes256", "-scrypt", "-v1 PBE-SHA1-DES -provider default -provider legacy"})
    void anEmptyPassphrase(String arguments) {
        openssl.run("pkcs8 -topk8 -in p256.pem -out empty.pem -passout pass: " + arguments);

        assertSigns(
                new PrivateKeyReader("").read(openssl.file("empty.pem"), () -> Optional.of(new char[0]), "empty.pem"),
                "p256.pem");
    }

    @Test
    void rsaKeysForPssOnly() {
        openssl.run("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out pss.pem");

        LoadedKey loaded = read(openssl.file("pss.pem"));

        assertThat(SubjectPublicKeyInfo.of(loaded.publicKey()).algorithms())
                .containsExactlyInAnyOrder(
                        SignatureAlgorithm.RSA_PSS_SHA256,
                        SignatureAlgorithm.RSA_PSS_SHA384,
                        SignatureAlgorithm.RSA_PSS_SHA512);
        assertSignsPss(loaded, "pss.pem");
    }

    @Test
    void rsaKeysForOnePssAlgorithm() {
        openssl.run("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha256"
                + " -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:32 -out pss256.pem");

        LoadedKey loaded = read(openssl.file("pss256.pem"));

        assertThat(SubjectPublicKeyInfo.of(loaded.publicKey()).algorithms())
                .containsExactly(SignatureAlgorithm.RSA_PSS_SHA256);
        assertSignsPss(loaded, "pss256.pem");
        assertThat(PublicKeyPem.read(openssl.run("pkey -in pss256.pem -pubout"), "pss256.pub"))
                .isEqualTo(loaded.publicKey());
    }

    private static LoadedKey read(byte[] pem) {
        return new PrivateKeyReader("").read(pem, () -> Optional.of(PASSPHRASE.toCharArray()), "key.pem");
    }

    private static void assertSigns(LoadedKey loaded, String original) {
        openssl.run("pkey -in " + original + " -pubout -out original.pub");
        assertThat(PublicKeyPem.read(openssl.file("original.pub"), original)).isEqualTo(loaded.publicKey());
        if (loaded.spec() == KeySpec.ED25519) {
            openssl.write("signature", sign("Ed25519", loaded.privateKey()));
            openssl.run("pkeyutl -verify -pubin -inkey original.pub -rawin -in message -sigfile signature");
        } else {
            String algorithm = loaded.spec().name().startsWith("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            openssl.write("signature", sign(algorithm, loaded.privateKey()));
            openssl.run("dgst -sha256 -verify original.pub -signature signature message");
        }
    }

    private static void assertSignsPss(LoadedKey loaded, String original) {
        openssl.run("pkey -in " + original + " -pubout -out original.pub");
        openssl.write("signature", sign("RSASSA-PSS", loaded.privateKey()));
        openssl.run("dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32"
                + " -verify original.pub -signature signature message");
    }

    private static byte[] sign(String algorithm, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            if (algorithm.equals("RSASSA-PSS")) {
                signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
            }
            signature.update(MESSAGE);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
