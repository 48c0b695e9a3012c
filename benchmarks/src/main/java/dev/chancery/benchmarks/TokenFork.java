package dev.chancery.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.benchmarks.contenders.Contender;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.policy.KeyPolicy;
import dev.chancery.policy.VerifyAfterSign;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.xipki.pkcs11.wrapper.AttributeVector;
import org.xipki.pkcs11.wrapper.Logger;
import org.xipki.pkcs11.wrapper.Mechanism;
import org.xipki.pkcs11.wrapper.PKCS11Constants;
import org.xipki.pkcs11.wrapper.PKCS11Module;
import org.xipki.pkcs11.wrapper.Session;
import org.xipki.pkcs11.wrapper.StaticLogger;
import org.xipki.pkcs11.wrapper.Token;
import org.xipki.pkcs11.wrapper.params.RSA_PKCS_PSS_PARAMS;

/**
 * One contender signing on a token, from some threads. Prints what {@code token_loop.c} prints: signatures, nanoseconds on
 * the clock, nanoseconds of CPU time of the process.
 */
public final class TokenFork {
    private static final byte[] DIGEST = new byte[32];

    private TokenFork() {}

    /** Arguments: contender, library, PIN, token label, key label, algorithm, threads, milliseconds of warm-up and of measuring. */
    public static void main(String[] arguments) throws Exception {
        Setup setup = new Setup(
                Path.of(arguments[1]), arguments[2], arguments[3], arguments[4], arguments[5].equals("ec-p256"));
        Contender contender = switch (arguments[0]) {
            case "chancery" -> chancery(setup, VerifyAfterSign.NEVER);
            case "chancery-verified" -> chancery(setup, VerifyAfterSign.WHERE_NEEDED);
            case "naive" -> naive(setup);
            case "sunpkcs11" -> sunPkcs11(setup);
            default -> throw new IllegalArgumentException(arguments[0]);
        };
        measure(contender, Integer.parseInt(arguments[6]), Long.parseLong(arguments[7]), Long.parseLong(arguments[8]));
        System.exit(0);
    }

    private record Setup(Path library, String pin, String token, String key, boolean ec) {}

    /** Makes a signer for one thread. */
    private interface Contender {
        Callable<byte[]> newSigner() throws Exception;
    }

    private static Contender chancery(Setup setup, VerifyAfterSign verify) {
        KeyStore store = KeyStores.open(
                "pkcs11:token=" + setup.token + "?module-path=" + setup.library,
                KeyStoreOptions.builder()
                        .pins(token -> Optional.of(setup.pin.toCharArray()))
                        .policy(KeyPolicy.DEFAULT.withVerifyAfterSign(verify))
                        .stateTtl(Duration.ofHours(1))
                        .build());
        Signer signer = store.signer(
                store.resolve(setup.key),
                setup.ec ? SignatureAlgorithm.ECDSA_SHA256 : SignatureAlgorithm.RSA_PSS_SHA256);
        return () -> () -> signer.signDigest(DIGEST).value();
    }

    /** What one writes first: a session, a search, a signature, and close. */
    private static Contender naive(Setup setup) throws Exception {
        StaticLogger.setLogger(new Silence());
        PKCS11Module module = PKCS11Module.getInstance(setup.library.toString());
        module.initialize();
        Token token = module.getSlotList(true)[0].getToken();
        token.openSession(false).login(PKCS11Constants.CKU_USER, setup.pin.toCharArray());
        return () -> () -> {
            Session session = token.openSession(false);
            try {
                long key = session.findObjectsSingle(
                                AttributeVector.newPrivateKey().label(setup.key), 1)[0];
                Mechanism mechanism = setup.ec
                        ? new Mechanism(PKCS11Constants.CKM_ECDSA)
                        : new Mechanism(
                                PKCS11Constants.CKM_RSA_PKCS_PSS,
                                new RSA_PKCS_PSS_PARAMS(
                                        PKCS11Constants.CKM_SHA256, PKCS11Constants.CKG_MGF1_SHA256, 32));
                return session.signSingle(mechanism, key, DIGEST);
            } finally {
                session.closeSession();
            }
        };
    }

    /** SunPKCS11 signs with a key that it made on the token itself: it finds no key that has no certificate. */
    private static Contender sunPkcs11(Setup setup) throws Exception {
        Path configuration = Files.createTempFile("sunpkcs11", ".cfg");
        Files.writeString(
                configuration,
                "name = benchmark\nlibrary = " + setup.library
                        + "\nslotListIndex = 0\nattributes(generate, CKO_PRIVATE_KEY, *) = {\n  CKA_TOKEN = true\n}\n");
        Provider provider = Security.getProvider("SunPKCS11").configure(configuration.toString());
        Files.delete(configuration);
        java.security.KeyStore store = java.security.KeyStore.getInstance("PKCS11", provider);
        store.load(null, setup.pin.toCharArray());
        KeyPairGenerator generator = KeyPairGenerator.getInstance(setup.ec ? "EC" : "RSA", provider);
        if (setup.ec) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        } else {
            generator.initialize(2048);
        }
        KeyPair pair = generator.generateKeyPair();
        return () -> {
            Signature signature = Signature.getInstance(setup.ec ? "SHA256withECDSA" : "RSASSA-PSS", provider);
            if (!setup.ec) {
                signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
            }
            signature.initSign(pair.getPrivate());
            return () -> {
                signature.update(DIGEST);
                return signature.sign();
            };
        };
    }

    private static void measure(Contender contender, int threads, long warm, long measured) throws Exception {
        AtomicInteger phase = new AtomicInteger();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Future<Long>> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Callable<byte[]> signer = contender.newSigner();
            running.add(executor.submit(() -> {
                long count = 0;
                boolean counting = false;
                while (phase.get() < 2) {
                    if (!counting && phase.get() == 1) {
                        counting = true;
                        count = 0;
                    }
                    signer.call();
                    count++;
                }
                return count;
            }));
        }
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Thread.sleep(warm);
        long clock = System.nanoTime();
        long cpu = process.getProcessCpuTime();
        phase.set(1);
        Thread.sleep(measured);
        long clockTaken = System.nanoTime() - clock;
        long cpuTaken = process.getProcessCpuTime() - cpu;
        phase.set(2);
        long total = 0;
        for (Future<Long> thread : running) {
            total += thread.get();
        }
        System.out.println(total + "\t" + clockTaken + "\t" + cpuTaken);
    }

    /** The wrapper prints to standard output otherwise. */
    private static final class Silence implements Logger {
        @Override
        public void info(String format, Object... arguments) {}

        @Override
        public void warn(String format, Object... arguments) {}

        @Override
        public void error(String format, Object... arguments) {}

        @Override
        public void debug(String format, Object... arguments) {}

        @Override
        public void trace(String format, Object... arguments) {}

        @Override
        public boolean isDebugEnabled() {
            return false;
        }

        @Override
        public boolean isInfoEnabled() {
            return false;
        }

        @Override
        public boolean isWarnEnabled() {
            return false;
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }
    }
}
