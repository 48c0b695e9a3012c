package dev.chancery.examples;

import com.sun.net.httpserver.HttpExchange;
import dev.chancery.caller.Caller;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who asks, of an HTTP request. What a header says of user and address counts only where a trusted proxy sent the request:
 * anybody can write a header. Works the same on a servlet's request, which has the same four things.
 *
 * <p>Each proxy appends the address that it was called from, so the headers are read from the right: the first address that is
 * no trusted proxy's is the client, and what stands left of it is the client's own story. A client that garbles the header is
 * recorded with the address of its proxy, never with one that it made up.
 */
final class HttpCaller {
    /** Set by the proxy that has authenticated the user, after removing what the client sent under this name. */
    private static final String USER = "X-Authenticated-User";

    /** RFC 7239 4: a pair, whose value is a token or a quoted string; then what separates pairs or elements. */
    private static final Pattern PAIR =
            Pattern.compile("\\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(\"(?:[^\"\\\\]|\\\\.)*+\"|[^\\s\";,]*+)\\s*([;,]|$)");

    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

    /** RFC 7239 6: an IPv4 address, or an IPv6 address in brackets, each with a port or without; or an IPv6 address alone. */
    private static final Pattern NODE = Pattern.compile(
            "(?<v4>" + OCTET + "(?:\\." + OCTET
                    + "){3})(?::[0-9]{1,5})?|\\[(?<v6>[0-9A-Fa-f:.]{2,45})](?::[0-9]{1,5})?|(?<bare>[0-9A-Fa-f]*:[0-9A-Fa-f:.]{1,44})");

    private final String header;
    private final Set<String> trustedProxies;

    /**
     * Believes some proxies.
     *
     * @param header the one that they append to, {@code Forwarded} or {@code X-Forwarded-For}. The other one may be the
     *     client's, passed on as it came
     * @param trustedProxies their addresses
     */
    HttpCaller(String header, Set<String> trustedProxies) {
        this.header = header;
        this.trustedProxies = trustedProxies.stream()
                .map(proxy -> address(proxy).orElseThrow(() -> new IllegalArgumentException("No address: " + proxy)))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The caller, or empty where no trusted proxy vouches for one. */
    Optional<Caller> of(HttpExchange request) {
        String peer = request.getRemoteAddress().getAddress().getHostAddress();
        List<String> users = request.getRequestHeaders().getOrDefault(USER, List.of());
        if (!trustedProxies.contains(peer) || users.size() != 1 || users.get(0).isBlank()) {
            return Optional.empty();
        }
        Caller caller = Caller.of(users.get(0).strip()).ip(client(peer, request));
        String agent = request.getRequestHeaders().getFirst("User-Agent");
        return Optional.of(agent == null ? caller : caller.userAgent(agent));
    }

    private String client(String peer, HttpExchange request) {
        List<String> lines = request.getRequestHeaders().getOrDefault(header, List.of());
        return client(
                peer,
                header.equalsIgnoreCase("Forwarded")
                        ? fors(lines)
                        : List.of(String.join(",", lines).split(",")));
    }

    /** The rightmost address that is no trusted proxy's; as far as that can be known. */
    String client(String peer, List<String> nodes) {
        String client = peer;
        List<String> fromTheRight = new ArrayList<>(nodes);
        Collections.reverse(fromTheRight);
        for (String node : fromTheRight) {
            Optional<String> address = address(node);
            if (!trustedProxies.contains(client) || address.isEmpty()) {
                break; // "unknown", a made-up name or no address: the last one that is known stands
            }
            client = address.get();
        }
        return client;
    }

    /** An address in the one form that Java has for it, so that equal ones are equal. No name is looked up. */
    private static Optional<String> address(String node) {
        Matcher form = NODE.matcher(node.strip());
        if (!form.matches()) {
            return Optional.empty();
        }
        String literal = Stream.of("v4", "v6", "bare")
                .map(form::group)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
        try {
            return Optional.of(InetAddress.getByName(form.group("v4") == null ? "[" + literal + "]" : literal)
                    .getHostAddress());
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** The value of {@code for} in each element of RFC 7239's header, "" where there is none. A header that is malformed has none. */
    static List<String> fors(List<String> headers) {
        List<String> fors = new ArrayList<>();
        String header = String.join(",", headers);
        Matcher pair = PAIR.matcher(header);
        String node = "";
        while (pair.lookingAt()) {
            if (pair.group(1).equalsIgnoreCase("for")) {
                node = unquote(pair.group(2));
            }
            if (!pair.group(3).equals(";")) {
                fors.add(node);
                node = "";
            }
            if (pair.end() == header.length()) {
                return pair.group(3).isEmpty() ? fors : List.of();
            }
            pair.region(pair.end(), header.length());
        }
        return List.of();
    }

    private static String unquote(String value) {
        return value.startsWith("\"") ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1") : value;
    }
}
