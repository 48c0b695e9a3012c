package dev.chancery.spi.signing;

import dev.chancery.algorithm.KeyAlgorithm;
import java.security.Provider;
import java.util.Optional;
import java.util.Set;

/**
 * Offers a JCA provider for signing in this process; found with {@link java.util.ServiceLoader} by core, which knows none by
 * class. Needs a public no-argument constructor that loads nothing. {@link java.security.Security} is never changed.
 */
public interface JcaProviderOffer {

    /**
     * The name that users pin it by.
     *
     * @return a short name in lower case
     */
    String name();

    /**
     * What the provider is the better choice for, compared with the JDK.
     *
     * @return the families of keys
     */
    Set<KeyAlgorithm> families();

    /**
     * Which offer to take where several serve a family.
     *
     * @return the speed in the eyes of its offerer; the highest wins, the JDK stands at 0
     */
    int preference();

    /**
     * Whether the provider is known, by a fault-injection test, to check the result of its own RSA-CRT computation. Where
     * it is not, core verifies each RSA signature before it is handed out.
     *
     * @return {@code true} only if such a test exists
     */
    boolean checksRsaCrt();

    /**
     * Loads the provider. Core calls it once, on first need.
     *
     * @return the provider, or empty where it is not on the class path or does not run on this machine
     */
    Optional<Provider> load();
}
