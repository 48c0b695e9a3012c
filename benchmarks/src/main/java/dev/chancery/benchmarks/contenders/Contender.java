package dev.chancery.benchmarks.contenders;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.policy.VerifyAfterSign;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Locale;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** Who is measured. */
public enum Contender {
    CHANCERY_CORRETTO {
        @Override
        public Session open(SigningKeys keys, Workload workload) {
            return ChanceryEngine.open(keys, workload, "corretto", VerifyAfterSign.NEVER);
        }
    },
    /** Verifies each signature that it makes. */
    CHANCERY_CORRETTO_CHECKED {
        @Override
        public Session open(SigningKeys keys, Workload workload) {
            return ChanceryEngine.open(keys, workload, "corretto", VerifyAfterSign.ALWAYS);
        }
    },
    CHANCERY_BOUNCYCASTLE {
        @Override
        public Session open(SigningKeys keys, Workload workload) {
            return ChanceryEngine.open(keys, workload, "bouncycastle", VerifyAfterSign.NEVER);
        }
    },
    CHANCERY_JDK {
        @Override
        public Session open(SigningKeys keys, Workload workload) {
            return ChanceryEngine.open(keys, workload, "jdk", VerifyAfterSign.NEVER);
        }
    },
    /** Raw JCA: the key converted and the {@link java.security.Signature} made once for each thread. */
    JCA_CORRETTO {
        @Override
        public Session open(SigningKeys keys, Workload workload) throws IOException, GeneralSecurityException {
            return JcaEngine.open(keys, workload, AmazonCorrettoCryptoProvider.INSTANCE);
        }
    },
    JCA_BOUNCYCASTLE {
        @Override
        public Session open(SigningKeys keys, Workload workload) throws IOException, GeneralSecurityException {
            return JcaEngine.open(keys, workload, new BouncyCastleProvider());
        }
    },
    JCA_JDK {
        @Override
        public Session open(SigningKeys keys, Workload workload) throws IOException, GeneralSecurityException {
            return JcaEngine.open(keys, workload, JcaEngine.jdk(workload));
        }
    },
    TINK {
        @Override
        public Session open(SigningKeys keys, Workload workload) throws IOException, GeneralSecurityException {
            return TinkEngine.open(keys, workload);
        }
    },
    NIMBUS {
        @Override
        public Session open(SigningKeys keys, Workload workload) throws IOException, GeneralSecurityException {
            return NimbusEngine.open(keys, workload);
        }
    };

    /** One contender at work with one key, in any number of threads. */
    public interface Session extends AutoCloseable {

        /** What one thread uses; the same object for all where the contender is thread-safe. */
        Engine engine() throws GeneralSecurityException;

        @Override
        default void close() {}
    }

    public abstract Session open(SigningKeys keys, Workload workload) throws IOException, GeneralSecurityException;

    /** Whether the contender knows the algorithm on this JDK. */
    public boolean runsHere(Workload workload) {
        boolean jdk = this == CHANCERY_JDK || this == JCA_JDK;
        return workload.spec().algorithm() != KeyAlgorithm.ML_DSA
                || !jdk
                || Runtime.version().feature() >= 24;
    }

    /** Without native code, Chancery signs with the JDK for RSA, and ML-DSA from 24 on, and with BouncyCastle for the rest. */
    public boolean takesPartIn(Workload workload) {
        if (workload.spec().algorithm() == KeyAlgorithm.ML_DSA) {
            return this != TINK && this != NIMBUS;
        }
        boolean rsa = workload.spec().algorithm() == KeyAlgorithm.RSA;
        return switch (this) {
            case CHANCERY_JDK, JCA_JDK -> rsa;
            case CHANCERY_BOUNCYCASTLE, JCA_BOUNCYCASTLE -> !rsa;
            default -> true;
        };
    }

    /** It verifies as the one without the checks does. */
    public boolean onlySigns() {
        return this == CHANCERY_CORRETTO_CHECKED;
    }

    /** Native code is fast from the start; Java has to be compiled first. */
    public boolean isNative() {
        return this == CHANCERY_CORRETTO || this == CHANCERY_CORRETTO_CHECKED || this == JCA_CORRETTO;
    }

    /** As it is written in options and tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
