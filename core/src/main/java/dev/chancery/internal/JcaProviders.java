package dev.chancery.internal;

import dev.chancery.ConfigurationException;
import dev.chancery.KeyAlgorithm;
import dev.chancery.spi.JcaProviderOffer;
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
 * Chooses the JCA provider for keys in this process: the pinned one, else the fastest offer that loads, else the JDK's own.
 * The order of {@link Security} has no say.
 */
public final class JcaProviders {
    private static final String JDK = "jdk";

    private final List<JcaProviderOffer> offers;
    private final @Nullable String pin;
    private final Map<KeyAlgorithm, Choice> choices = new ConcurrentHashMap<>();

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
                .sorted(Comparator.comparingInt(JcaProviderOffer::preference).reversed())
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

    private Choice resolve(KeyAlgorithm family) {
        if (JDK.equals(pin)) {
            return jdk(family);
        }
        for (JcaProviderOffer offer : offers) {
            boolean wanted = pin == null
                    ? offer.families().contains(family)
                    : offer.name().equals(pin);
            if (wanted) {
                Optional<Provider> loaded = offer.load();
                if (loaded.isPresent()) {
                    return new Choice(offer.name(), loaded.get(), offer.checksRsaCrt());
                }
                if (pin != null) {
                    throw new ConfigurationException(
                            "The JCA provider '" + pin
                                    + "' is pinned but does not load on this machine; put its jar on the class path or remove the pin.");
                }
            }
        }
        return jdk(family);
    }

    /** The JDK's RSASignature and RSAPSSSignature verify each CRT result with the public exponent. */
    private static Choice jdk(KeyAlgorithm family) {
        String own = family == KeyAlgorithm.RSA ? "SunRsaSign" : "SunEC";
        Provider provider = Security.getProvider(own);
        if (provider == null) {
            String service = switch (family) {
                case RSA -> "Signature.RSASSA-PSS";
                case EC -> "Signature.SHA256withECDSA";
                case EDDSA -> "Signature.Ed25519";
            };
            Provider[] able = Security.getProviders(service);
            if (able == null) {
                throw new ConfigurationException("This Java runtime has no provider for " + service + ".");
            }
            return new Choice(JDK, able[0], false);
        }
        return new Choice(JDK, provider, true);
    }
}
