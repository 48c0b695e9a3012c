package dev.chancery.notify;

import dev.chancery.error.ConfigurationException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Where a webhook posts to: a URL that is a secret, and what may be behind its host's name. */
final class Destination {

    /** How a host's name becomes addresses. */
    @FunctionalInterface
    interface Resolver {
        List<InetAddress> resolve(String host) throws UnknownHostException;
    }

    private final URI url;
    private final String host;
    private final boolean loopbackAllowed;
    private final boolean listed;
    private final Resolver resolver;

    Destination(URI url, boolean loopbackAllowed, Set<String> allowedHosts, Resolver resolver) {
        this.url = url;
        this.loopbackAllowed = loopbackAllowed;
        this.resolver = resolver;
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        if (url.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
            throw new ConfigurationException("A webhook's URL starts with https:// and a host; this one does not.");
        }
        if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
            throw new ConfigurationException(
                    "The URL of the webhook at " + this + " has a user name or a fragment. Remove it.");
        }
        if (scheme.equals("http") && !loopbackAllowed) {
            throw new ConfigurationException("The webhook at " + this
                    + " is plain http. Use https; http is for loopback, where that is allowed.");
        }
        this.host = url.getHost().replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
        this.listed = allowedHosts.contains(host);
    }

    URI url() {
        return url;
    }

    /**
     * Looks at every address that the host's name leads to.
     *
     * @return why nothing must be posted there, or empty
     * @throws UnknownHostException if there is no address at present
     */
    Optional<String> refusal() throws UnknownHostException {
        for (InetAddress address : resolver.resolve(host)) {
            boolean loopback = address.isLoopbackAddress();
            if (url.getScheme().equalsIgnoreCase("http") && !loopback) {
                return Optional.of("it is plain http, and " + address.getHostAddress() + " is not loopback");
            }
            String problem = AddressRules.problem(address);
            if (!problem.isEmpty() && !listed && !(loopback && loopbackAllowed)) {
                return Optional.of("its host has the address " + address.getHostAddress() + " (" + problem
                        + "); list the host if that is meant");
            }
        }
        return Optional.empty();
    }

    /** Returns scheme and host: the rest is a secret. */
    @Override
    public String toString() {
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return url.getScheme() + "://" + url.getHost() + port + "/…";
    }
}
