package dev.chancery.provider.file.formats;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.provider.file.OpenSsl;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a file holds, reading it ends in a key or in one of the documented exceptions, soon, and in little memory.
 *
 * <p>In the build, each fuzz test runs once over its seeds, and {@link #everyByteOfEveryStructureChanged} over many
 * thousands of their mutations. For a long run, one test at a time:
 *
 * <pre>{@code
 * JAZZER_FUZZ=1 mvn -pl provider-file -am test -Dsurefire.failIfNoSpecifiedTests=false -Dtest='PemFuzzTest#structures'
 * }</pre>
 */
class PemFuzzTest {
    private static final String PASSPHRASE = "swordfish";
    private static final List<String> LABELS = List.of(
            PemBlock.PRIVATE_KEY,
            PemBlock.ENCRYPTED_PRIVATE_KEY,
            "RSA PRIVATE KEY",
            "EC PRIVATE KEY",
            PemBlock.PUBLIC_KEY,
            "RSA PUBLIC KEY");

    /** Little work in each run, so that there are many runs; the real limits have tests of their own. */
    private static final PrivateKeyReader READER = new PrivateKeyReader(new KdfLimits(100, 1 << 20), "");

    @TempDir
    private static Path directory;

    /** The text of a file: its lines, headers and base64. */
    @MethodSource("seeds")
    @FuzzTest(maxDuration = "10m")
    void files(byte[] file) {
        read(file);
    }

    /** What is under the base64: the first byte chooses the label. */
    @MethodSource("structureSeeds")
    @FuzzTest(maxDuration = "10m")
    void structures(byte[] labelAndDer) {
        if (labelAndDer.length > 0) {
            String label = LABELS.get(Math.floorMod(labelAndDer[0], LABELS.size()));
            read(PemBlock.encode(label, Arrays.copyOfRange(labelAndDer, 1, labelAndDer.length)));
        }
    }

    @Test
    void everyByteOfEveryStructureChanged() throws MalformedException {
        Random random = new Random(7468);
        int keys = 0;
        int refused = 0;
        for (byte[] seed : structureSeeds().toList()) {
            for (int position = 0; position < seed.length; position++) {
                for (int change : new int[] {0x01, 0x80, 0xFF, 1 + random.nextInt(255)}) {
                    byte[] changed = seed.clone();
                    changed[position] ^= (byte) change;
                    String label = LABELS.get(Math.floorMod(changed[0], LABELS.size()));
                    if (read(PemBlock.encode(label, Arrays.copyOfRange(changed, 1, changed.length)))) {
                        keys++;
                    } else {
                        refused++;
                    }
                }
            }
        }
        // Most of a key is its numbers, and most changes of those do not fit the others.
        assertThat(keys).isPositive();
        assertThat(refused).isGreaterThan(10_000).isGreaterThan(keys);
    }

    /** Whether it was a key. */
    private static boolean read(byte[] file) {
        boolean isKey = false;
        try {
            java.security.PublicKey key = PublicKeyPem.read(file, "k.pub");
            assertThat(PublicKeyPem.read(PublicKeyPem.write(key), "again")).isEqualTo(key);
            isKey = true;
        } catch (IntegrityException | UnsupportedException e) {
            assertThat(e).hasMessageStartingWith("k.pub: ");
        }
        try {
            LoadedKey key = READER.read(file, () -> Optional.of(PASSPHRASE.toCharArray()), "k.pem");
            byte[] written = PrivateKeyWriter.write(key.privateKey(), key.publicKey(), Optional.empty());
            LoadedKey again = READER.read(written, Optional::empty, "again");
            assertThat(again.publicKey()).isEqualTo(key.publicKey());
            assertThat(again.privateKey()).isEqualTo(key.privateKey());
            assertThat(again.publicKey()).isEqualTo(key.publicKey());
            isKey = true;
        } catch (IntegrityException | UnsupportedException | KeyAccessException e) {
            assertThat(e).hasMessageStartingWith("k.pem: ");
        }
        return isKey;
    }

    /** One file of each form. */
    static Stream<byte[]> seeds() {
        OpenSsl openssl = new OpenSsl(directory);
        openssl.write("pass", PASSPHRASE.getBytes(US_ASCII));
        openssl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem");
        openssl.run("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha256"
                + " -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:32 -out pss.pem");
        openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p256.pem");
        openssl.run("genpkey -algorithm ED25519 -out ed25519.pem");
        List<byte[]> files = new ArrayList<>();
        for (String command : new String[] {
            "pkey -in rsa.pem",
            "pkey -in p256.pem",
            "pkey -in ed25519.pem",
            "pkey -in pss.pem -pubout",
            "pkey -in p256.pem -pubout -ec_conv_form compressed",
            "pkey -in ed25519.pem -pubout",
            "rsa -in rsa.pem -traditional",
            "rsa -in rsa.pem -RSAPublicKey_out",
            "ec -in p256.pem -no_public",
            "ec -in p256.pem -param_enc explicit",
            "ec -in p256.pem -aes128 -passout file:pass",
            "ecparam -name prime256v1 -genkey",
            "pkcs8 -topk8 -in ed25519.pem -iter 10 -passout file:pass",
            "pkcs8 -topk8 -in ed25519.pem -iter 10 -v2prf hmacWithMD5 -passout file:pass",
            "pkcs8 -topk8 -in ed25519.pem -scrypt -scrypt_N 16 -scrypt_r 1 -scrypt_p 1 -passout file:pass",
            "pkcs8 -topk8 -in ed25519.pem -iter 10 -v1 PBE-SHA1-3DES -passout file:pass",
        }) {
            files.add(openssl.run(command));
        }
        return files.stream();
    }

    static Stream<byte[]> structureSeeds() throws MalformedException {
        List<byte[]> structures = new ArrayList<>();
        for (byte[] file : seeds().toList()) {
            for (PemBlock block : PemReader.read(file)) {
                int label = LABELS.indexOf(block.label());
                if (label >= 0) {
                    byte[] structure = new byte[1 + block.content().length];
                    structure[0] = (byte) label;
                    System.arraycopy(block.content(), 0, structure, 1, block.content().length);
                    structures.add(structure);
                }
            }
        }
        return structures.stream();
    }
}
