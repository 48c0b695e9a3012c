package dev.chancery.benchmarks.contenders;

import dev.chancery.algorithm.SignatureAlgorithm;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/** A JCA provider by itself, used as well as it can be used: nothing is made or initialised twice. */
record JcaEngine(Signature signing, Signature verifying) implements Engine {

    static Contender.Session open(SigningKeys keys, Workload workload, Provider provider)
            throws IOException, GeneralSecurityException {
        KeyPair pair = keys.pair(workload.spec(), provider);
        return () -> {
            Signature signing = signature(workload.algorithm(), provider);
            signing.initSign(pair.getPrivate());
            Signature verifying = signature(workload.algorithm(), provider);
            verifying.initVerify(pair.getPublic());
            return new JcaEngine(signing, verifying);
        };
    }

    static Provider jdk(Workload workload) {
        return Security.getProvider(workload.spec().algorithm().jdkProvider());
    }

    private static Signature signature(SignatureAlgorithm algorithm, Provider provider)
            throws GeneralSecurityException {
        Signature signature = Signature.getInstance(jcaName(algorithm), provider);
        if (algorithm.scheme() == SignatureAlgorithm.Scheme.RSA_PSS) {
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        }
        return signature;
    }

    private static String jcaName(SignatureAlgorithm algorithm) {
        return switch (algorithm) {
            case RSA_PSS_SHA256 -> "RSASSA-PSS";
            case RSA_PKCS1_SHA256 -> "SHA256withRSA";
            case ECDSA_SHA256 -> "SHA256withECDSA";
            case ECDSA_SHA384 -> "SHA384withECDSA";
            case ECDSA_SHA512 -> "SHA512withECDSA";
            case ED25519 -> "Ed25519";
            case ML_DSA_44, ML_DSA_65, ML_DSA_87 -> "ML-DSA";
            default -> throw new IllegalArgumentException("No workload signs with " + algorithm + ".");
        };
    }

    @Override
    public byte[] sign(byte[] message) throws GeneralSecurityException {
        signing.update(message);
        return signing.sign();
    }

    @Override
    public boolean verify(byte[] message, byte[] signature) throws GeneralSecurityException {
        verifying.update(message);
        return verifying.verify(signature);
    }
}
