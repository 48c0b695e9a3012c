package dev.chancery.internal.jca;

import dev.chancery.Verifier;
import dev.chancery.algorithm.KeyAlgorithm;
import java.net.URL;
import java.net.URLClassLoader;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Every JCA provider that an application may bring. */
public enum JcaChoice {
    JDK("jdk"),
    BOUNCY_CASTLE("bouncycastle"),
    CORRETTO("corretto");

    private final String pin;

    JcaChoice(String pin) {
        this.pin = pin;
    }

    /** Those that run here: all, but for the accelerated one where its native library is for another machine. */
    public static List<JcaChoice> present() {
        boolean linuxOnX86 = System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
        return Arrays.stream(values()).filter(c -> c != CORRETTO || linuxOnX86).toList();
    }

    /** ML-DSA is in the JDK from 24 on. */
    boolean serves(KeyAlgorithm family) {
        return family != KeyAlgorithm.ML_DSA || this != JDK || Runtime.version().feature() >= 24;
    }

    public JcaProviders providers() {
        return new JcaProviders(List.of(new BouncyCastleOffer(), new CorrettoOffer()), Optional.of(pin));
    }

    /** What an application gets that has this provider, and no other, on its class path. */
    public Verifier verifierOf(PublicKey key) {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        URL directory = JcaChoice.class.getResource("/jca-offers/" + pin + "/");
        URL[] offers = directory == null ? new URL[0] : new URL[] {directory};
        current.setContextClassLoader(new URLClassLoader(offers, before));
        try {
            return Verifier.of(key);
        } finally {
            current.setContextClassLoader(before);
        }
    }
}
