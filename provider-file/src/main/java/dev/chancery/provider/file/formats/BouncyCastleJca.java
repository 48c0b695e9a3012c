package dev.chancery.provider.file.formats;

import java.security.Provider;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** BouncyCastle's JCA provider, made once and on first need, which takes milliseconds; it is never added to the JVM's list. */
public final class BouncyCastleJca {
    private static final Provider PROVIDER = new BouncyCastleProvider();

    private BouncyCastleJca() {}

    /**
     * The provider.
     *
     * @throws NoClassDefFoundError if an application leaves the jar out
     */
    public static Provider provider() {
        return PROVIDER;
    }
}
