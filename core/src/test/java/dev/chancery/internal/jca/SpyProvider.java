package dev.chancery.internal.jca;

import java.io.Serial;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactorySpi;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.KeySpec;
import java.util.concurrent.atomic.AtomicInteger;

/** A JCA provider for P-256 that counts, fails when told to, and leaves the work to the JDK. */
final class SpyProvider extends Provider {
    @Serial
    private static final long serialVersionUID = 1;

    private static final String JDK = "SunEC";

    final transient AtomicInteger privateConversions = new AtomicInteger();
    final transient AtomicInteger engines = new AtomicInteger();
    final transient AtomicInteger initialisations = new AtomicInteger();
    final transient AtomicInteger signatures = new AtomicInteger();

    /** What the next signing throws, once; null for nothing. */
    transient volatile Exception failure;

    SpyProvider() {
        super("Spy", "1", "counts");
        putService(new Service(this, "KeyFactory", "EC", "spy", null, null) {
            @Override
            public Object newInstance(Object parameter) {
                return new SpyKeyFactory();
            }
        });
        putService(new Service(this, "Signature", "SHA256withECDSA", "spy", null, null) {
            @Override
            public Object newInstance(Object parameter) {
                engines.incrementAndGet();
                return new SpySignature();
            }
        });
    }

    private final class SpyKeyFactory extends KeyFactorySpi {
        @Override
        protected Key engineTranslateKey(Key key) throws InvalidKeyException {
            if (key instanceof PrivateKey) {
                privateConversions.incrementAndGet();
            }
            return key;
        }

        @Override
        protected PublicKey engineGeneratePublic(KeySpec spec) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected PrivateKey engineGeneratePrivate(KeySpec spec) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected <T extends KeySpec> T engineGetKeySpec(Key key, Class<T> type) {
            throw new UnsupportedOperationException();
        }
    }

    private final class SpySignature extends SignatureSpi {
        private final Signature jdk = newJdkEngine();
        private boolean failed;

        private static Signature newJdkEngine() {
            try {
                return Signature.getInstance("SHA256withECDSA", JDK);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
            jdk.initVerify(key);
        }

        @Override
        protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
            initialisations.incrementAndGet();
            jdk.initSign(key);
        }

        @Override
        protected void engineUpdate(byte b) throws SignatureException {
            jdk.update(b);
        }

        @Override
        protected void engineUpdate(byte[] bytes, int offset, int length) throws SignatureException {
            jdk.update(bytes, offset, length);
        }

        @Override
        protected byte[] engineSign() throws SignatureException {
            Exception thrown = failure;
            if (thrown != null) {
                failure = null;
                failed = true;
                if (thrown instanceof RuntimeException unchecked) {
                    throw unchecked;
                }
                throw new SignatureException(thrown);
            }
            if (failed) {
                throw new AssertionError("An engine that has failed is used again.");
            }
            signatures.incrementAndGet();
            return jdk.sign();
        }

        @Override
        protected boolean engineVerify(byte[] signature) throws SignatureException {
            return jdk.verify(signature);
        }

        @Override
        @Deprecated
        protected void engineSetParameter(String name, Object value) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void engineSetParameter(AlgorithmParameterSpec parameters) {
            throw new UnsupportedOperationException();
        }

        @Override
        @Deprecated
        protected Object engineGetParameter(String name) {
            throw new UnsupportedOperationException();
        }
    }
}
