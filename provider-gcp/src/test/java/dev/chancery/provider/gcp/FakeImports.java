package dev.chancery.provider.gcp;

import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.ImportJob;
import com.google.cloud.kms.v1.ImportJob.ImportJobState;
import com.google.cloud.kms.v1.ImportJob.ImportMethod;
import com.google.cloud.kms.v1.ImportJob.WrappingPublicKey;
import dev.chancery.testkit.witness.OpenSsl;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.crypto.AsymmetricBlockCipher;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.encodings.OAEPEncoding;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.engines.RFC5649WrapEngine;
import org.bouncycastle.crypto.engines.RSAEngine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.util.PrivateKeyFactory;

/** Import jobs of the fake KMS, which unwraps with BouncyCastle what our side wraps with the JDK. Guarded by the lock of the fake. */
final class FakeImports {
    /** As the API answers, by name. */
    final Map<String, ImportJob> jobs = new LinkedHashMap<>();

    /** Pairs are dear. */
    private static final Map<Integer, KeyPair> PAIRS = new ConcurrentHashMap<>();

    private final Map<String, KeyPair> pairs = new LinkedHashMap<>();

    /** How many looks at a new job see it still being made. */
    int pendingLooks;

    ImportJob make(String name, ImportJob wanted) {
        int bits = wanted.getImportMethod() == ImportMethod.RSA_OAEP_4096_SHA256_AES_256 ? 4096 : 3072;
        KeyPair pair = PAIRS.computeIfAbsent(bits, OpenSsl::rsaKeyPair);
        pairs.put(name, pair);
        ImportJob job = wanted.toBuilder()
                .setName(name)
                .setState(pendingLooks > 0 ? ImportJobState.PENDING_GENERATION : ImportJobState.ACTIVE)
                .build();
        jobs.put(name, pendingLooks > 0 ? job : active(job));
        return jobs.get(name);
    }

    private ImportJob active(ImportJob job) {
        return job.toBuilder()
                .setState(ImportJobState.ACTIVE)
                .setPublicKey(WrappingPublicKey.newBuilder()
                        .setPem(pem(pairs.get(job.getName()).getPublic())))
                .build();
    }

    ImportJob look(String name) {
        ImportJob job = jobs.get(name);
        if (job != null && job.getState() == ImportJobState.PENDING_GENERATION && --pendingLooks <= 0) {
            jobs.put(name, active(job));
        }
        return jobs.get(name);
    }

    static String pem(PublicKey key) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + java.util.Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /** What was wrapped for a job, with the algorithm that it is to sign with. */
    FakeMaterial unwrap(String job, byte[] wrapped, CryptoKeyVersionAlgorithm algorithm)
            throws InvalidCipherTextException {
        KeyPair pair = pairs.get(job);
        int first = ((java.security.interfaces.RSAKey) pair.getPublic())
                        .getModulus()
                        .bitLength()
                / 8;
        AsymmetricBlockCipher oaep =
                new OAEPEncoding(new RSAEngine(), SHA256Digest.newInstance(), SHA256Digest.newInstance(), null);
        try {
            oaep.init(false, PrivateKeyFactory.createKey(pair.getPrivate().getEncoded()));
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
        byte[] aes = oaep.processBlock(wrapped, 0, first);
        if (aes.length != 32) {
            throw new InvalidCipherTextException("The wrapping key has " + aes.length + " bytes.");
        }
        RFC5649WrapEngine kwp = new RFC5649WrapEngine(AESEngine.newInstance());
        kwp.init(false, new KeyParameter(aes));
        byte[] rest = Arrays.copyOfRange(wrapped, first, wrapped.length);
        return FakeMaterial.ofPkcs8(algorithm, kwp.unwrap(rest, 0, rest.length));
    }
}
