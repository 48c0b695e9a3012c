package dev.chancery.internal.jca;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.spi.signing.JcaProviderOffer;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the JCA provider for keys in this process: the pinned one, else the fastest offer that loads, else the JDK's own. What a pinned JDK
 * does not have, an offer does.
 * The order of {@link Security} has no say.
 */
public final class JcaProviders {
    private static final String JDK = "jdk";

    private final List<JcaProviderOffer> offers;
    private final @Nullable String pin;
    private final Map<KeyAlgorithm, Choice> choices = new ConcurrentHashMap<>();
    private final Map<KeyAlgorithm, Choice> verifiers = new ConcurrentHashMap<>();

    /**
     * A provider, and whether it is known to check its own RSA-CRT result.
     *
     * @param name the offer's name, or {@code jdk}
     * @param provider the JCA provider
     * @param checksRsaCrt see {@link JcaProviderOffer#checksRsaCrt()}
     */
    public record Choice(String name, Provider provider, boolean checksRsaCrt) {}

    /** Chooses among the offers; a pin that no offer has is an error at once. */
    public JcaProviders(List<JcaProviderOffer> found, Optional<String> pinned) {
        offers = found.stream()
                .sorted(Comparator.comparingInt(JcaProviderOffer::preference)
                        .reversed()
                        .thenComparing(JcaProviderOffer::name))
                .toList();
        pin = pinned.orElse(null);
        List<String> names = new ArrayList<>(List.of(JDK));
        offers.forEach(offer -> names.add(offer.name()));
        if (pin != null && !names.contains(pin)) {
            throw new ConfigurationException("There is no JCA provider '" + pin + "' to sign with; choose one of "
                    + names + ", or none for the fastest present.");
        }
    }

    /** The provider for a family of keys; resolved once. */
    public Choice choose(KeyAlgorithm family) {
        return choices.computeIfAbsent(family, this::resolve);
    }

    /**
     * The provider that verifies: the same, but for Ed25519, where one that verifies by another equation than ours may sign and no more.
     *
     * @throws ConfigurationException if no provider here verifies Ed25519 by that equation
     */
    public Choice chooseToVerify(KeyAlgorithm family) {
        return family == KeyAlgorithm.EDDSA
                ? verifiers.computeIfAbsent(family, unused -> resolveEdDsaVerifier())
                : choose(family);
    }

    private Choice resolveEdDsaVerifier() {
        Choice signs = choose(KeyAlgorithm.EDDSA);
        if (isOpenJdk(signs) || Ed25519Equation.isThatOf(signs.provider())) {
            return signs;
        }
        for (JcaProviderOffer offer : offers) {
            Optional<Provider> loaded =
                    pin == null && offer.families().contains(KeyAlgorithm.EDDSA) ? offer.load() : Optional.empty();
            if (loaded.isPresent()
                    && serves(loaded.get(), KeyAlgorithm.EDDSA)
                    && Ed25519Equation.isThatOf(loaded.get())) {
                return new Choice(offer.name(), loaded.get(), offer.checksRsaCrt());
            }
        }
        Choice jdk = jdk(KeyAlgorithm.EDDSA);
        if (!isOpenJdk(jdk) && !Ed25519Equation.isThatOf(jdk.provider())) {
            throw new ConfigurationException("No JCA provider here verifies Ed25519 by the equation without cofactor"
                    + " (RFC 8032, 5.1.7). Run on OpenJDK, or add AmazonCorrettoCryptoProvider.");
        }
        return jdk;
    }

    /** Its equation is ours, and asking it would cost a one-shot command as much as its signature. */
    private static boolean isOpenJdk(Choice choice) {
        return choice.provider().getName().equals(KeyAlgorithm.EDDSA.jdkProvider());
    }

    private Choice resolve(KeyAlgorithm family) {
        boolean jdk = JDK.equals(pin);
        if (jdk && hasJdk(family)) {
            return jdk(family);
        }
        // What the JDK does not have at all, such as ML-DSA before 24, an offer has where the JDK is pinned, too.
        boolean any = pin == null || jdk;
        for (JcaProviderOffer offer : offers) {
            boolean wanted =
                    any ? offer.families().contains(family) : offer.name().equals(pin);
            if (wanted) {
                Optional<Provider> loaded = offer.load();
                if (loaded.isPresent() && serves(loaded.get(), family)) {
                    return new Choice(offer.name(), loaded.get(), offer.checksRsaCrt());
                }
                if (!any) {
                    throw new ConfigurationException(
                            loaded.isPresent()
                                    ? "The JCA provider '" + pin + "' is pinned but has no " + family
                                            + " signatures; remove the pin."
                                    : "The JCA provider '" + pin
                                            + "' is pinned but does not load on this machine; put its jar on the class path or remove the pin.");
                }
            }
        }
        return jdk(family);
    }

    private static boolean serves(Provider provider, KeyAlgorithm family) {
        return provider.getService("Signature", JcaAlgorithm.mainSignature(family)) != null;
    }

    private static boolean hasJdk(KeyAlgorithm family) {
        Provider provider = Security.getProvider(family.jdkProvider());
        return provider != null && serves(provider, family);
    }

    /** The JDK's own. OpenJDK's verifies each RSA-CRT result with the public exponent, in signatures and raw. */
    static Choice jdk(KeyAlgorithm family) {
        if (!hasJdk(family)) {
            // A JDK that is not OpenJDK, or one before 24 where ML-DSA is asked for.
            String service = "Signature." + JcaAlgorithm.mainSignature(family);
            Provider[] able = Security.getProviders(service);
            if (able == null && family == KeyAlgorithm.ML_DSA) {
                throw new UnsupportedException(
                        "Nothing in this Java runtime verifies ML-DSA, so such keys cannot be used."
                                + " Run on JDK 24 or newer, or add BouncyCastle (chancery-provider-file brings it along) or"
                                + " AmazonCorrettoCryptoProvider.");
            }
            if (able == null) {
                throw new ConfigurationException("This Java runtime has no provider for " + service + ".");
            }
            return new Choice(JDK, able[0], false);
        }
        return new Choice(JDK, Security.getProvider(family.jdkProvider()), true);
    }
}
