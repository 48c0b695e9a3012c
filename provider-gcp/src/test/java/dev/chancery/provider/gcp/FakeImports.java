package dev.chancery.provider.gcp;

import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.ImportJob;
import com.google.cloud.kms.v1.ImportJob.ImportJobState;
import com.google.cloud.kms.v1.ImportJob.ImportMethod;
import com.google.protobuf.ByteString;
import dev.chancery.testkit.witness.OpenSsl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/** Import jobs of the fake KMS: a pair that wraps, ready at the second look, and the private keys that come wrapped. Guarded by the lock of the fake. */
final class FakeImports {
    private static final int RSA_BYTES = 384;
    private static final KeyPair WRAPPING = OpenSsl.rsaKeyPair(3072);

    private final Map<String, ImportJob> jobs = new HashMap<>();

    ImportJob make(String name, ImportJob wanted) {
        if (wanted.getImportMethod() != ImportMethod.RSA_OAEP_3072_SHA256_AES_256) {
            throw new IllegalArgumentException("The fake wraps in one way only.");
        }
        ImportJob job = wanted.toBuilder()
                .setName(name)
                .setState(ImportJobState.PENDING_GENERATION)
                .build();
        jobs.put(name, job);
        return job;
    }

    Optional<ImportJob> look(String name) {
        ImportJob job = jobs.computeIfPresent(
                name,
                (same, known) -> known.toBuilder()
                        .setState(ImportJobState.ACTIVE)
                        .setPublicKey(ImportJob.WrappingPublicKey.newBuilder()
                                .setPem("-----BEGIN PUBLIC KEY-----\n"
                                        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                                                .encodeToString(
                                                        WRAPPING.getPublic().getEncoded())
                                        + "\n-----END PUBLIC KEY-----\n"))
                        .build());
        return Optional.ofNullable(job);
    }

    /** Empty if it is not wrapped for this job, or not of the kind that it is said to be. */
    Optional<KeyPair> unwrap(String job, ByteString wrapped, CryptoKeyVersionAlgorithm algorithm) {
        if (!jobs.containsKey(job) || jobs.get(job).getState() != ImportJobState.ACTIVE) {
            return Optional.empty();
        }
        try {
            Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
            oaep.init(
                    Cipher.DECRYPT_MODE,
                    WRAPPING.getPrivate(),
                    new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
            byte[] aes = oaep.doFinal(wrapped.substring(0, RSA_BYTES).toByteArray());
            Cipher kwp = Cipher.getInstance("AES/KWP/NoPadding");
            kwp.init(Cipher.DECRYPT_MODE, new SecretKeySpec(aes, "AES"));
            byte[] pkcs8 = kwp.doFinal(wrapped.substring(RSA_BYTES).toByteArray());
            PublicKey half =
                    KeyFactory.getInstance(jca(algorithm)).generatePublic(new X509EncodedKeySpec(publicHalf(pkcs8)));
            return Optional.of(new KeyPair(
                    half, KeyFactory.getInstance(jca(algorithm)).generatePrivate(new PKCS8EncodedKeySpec(pkcs8))));
        } catch (GeneralSecurityException | IOException e) {
            return Optional.empty();
        }
    }

    private static String jca(CryptoKeyVersionAlgorithm algorithm) {
        return algorithm.name().startsWith("RSA") ? "RSA" : algorithm.name().contains("ED25519") ? "Ed25519" : "EC";
    }

    private static byte[] publicHalf(byte[] pkcs8) throws IOException {
        AsymmetricKeyParameter key = PrivateKeyFactory.createKey(pkcs8);
        AsymmetricKeyParameter half;
        if (key instanceof RSAPrivateCrtKeyParameters rsa) {
            half = new RSAKeyParameters(false, rsa.getModulus(), rsa.getPublicExponent());
        } else if (key instanceof ECPrivateKeyParameters ec) {
            half = new ECPublicKeyParameters(
                    ec.getParameters().getG().multiply(ec.getD()).normalize(), ec.getParameters());
        } else {
            half = ((Ed25519PrivateKeyParameters) key).generatePublicKey();
        }
        return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(half).getEncoded();
    }
}
