package dev.chancery.provider.aws.client;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Printable;
import dev.chancery.spi.support.ShellWord;
import dev.chancery.spi.support.UriOptions;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What an {@code awskms:} URI asks for.
 *
 * @param region the AWS region
 * @param prefix what the aliases of this store begin with, after {@code alias/}
 * @param endpoint another address than the region's own
 * @param profile a profile of the AWS configuration files
 * @param limits what bounds requests and times
 * @param pinned whether one key is all that this process may use: no names, no rings, no changes
 * @param callerInUserAgent whether AWS is told who asks
 * @param tags tags of the user's own for each new key
 * @param replicas other regions whose replicas of a multi-Region key serve while this one does not answer, in that order
 */
public record StoreUri(
        String region,
        String prefix,
        Optional<URI> endpoint,
        Optional<String> profile,
        Limits limits,
        boolean pinned,
        boolean callerInUserAgent,
        Map<String, String> tags,
        List<String> replicas) {

    /**
     * What bounds requests and times.
     *
     * @param rate signatures and other calls a second, at most; shared by all stores of the region in this process
     * @param inFlight calls at the same time, at most
     * @param deadline how long a call may take, with all its attempts and waits
     * @param window days between the destruction of a key and its end
     */
    public record Limits(Optional<Double> rate, int inFlight, Duration deadline, int window) {}

    /** The scheme of the URIs. */
    public static final String SCHEME = "awskms";

    private static final String DEFAULT_PREFIX = "chancery";
    private static final Pattern PLACE = Pattern.compile("(///?)?");
    private static final Pattern REGION = Pattern.compile("[a-z]{2,4}(-[a-z0-9]{1,16}){1,4}");
    /** The rest of an alias of 256 characters: ring, name and generation. */
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_-]{1,48}(/[A-Za-z0-9_-]{1,48}){0,2}");

    private static final Pattern PROFILE = Pattern.compile("[A-Za-z0-9._@+-]{1,128}");
    private static final Set<String> OPTIONS = Set.of(
            "region prefix endpoint profile rate inflight deadline window pinned caller tags replicas".split(" "));

    /** AWS's own servers, also those of its newer names and partitions. */
    private static final Pattern AWS =
            Pattern.compile(".*\\.(amazonaws\\.com|amazonaws\\.com\\.cn|amazonaws\\.eu|api\\.aws)");

    /** What a tag may hold: <a href="https://docs.aws.amazon.com/kms/latest/developerguide/tagging-keys.html">tag rules</a>. */
    private static final Pattern TAG =
            Pattern.compile("(?!aws:|chancery:)[\\p{L}\\p{Z}\\p{N}_.:/+@-]{1,128}=[\\p{L}\\p{Z}\\p{N}_.:/=+@-]{0,256}");

    private static final int MOST_TAGS = 10;
    private static final int MOST_REPLICAS = 5;

    /**
     * Reads a URI.
     *
     * @throws ConfigurationException if the URI is malformed, or has an option that is unknown, repeated or out of range
     */
    public static StoreUri parse(String uri) {
        var unused = UriOptions.place(
                uri, PLACE, "nothing stands between awskms:/// and the question mark", StoreUri::wrong);
        UriOptions options = UriOptions.ofUri(uri, OPTIONS, StoreUri::wrong);
        String region = options.text("region", REGION)
                .orElseThrow(() -> wrong("it names no region, for example region=eu-central-1"));
        return new StoreUri(
                region,
                prefix(options),
                options.server("endpoint"),
                options.text("profile", PROFILE),
                new Limits(
                        options.decimal("rate", 0.1, 100_000),
                        options.integer("inflight", 1, 1000).orElse(64),
                        options.seconds("deadline", 1, 300).orElse(Duration.ofSeconds(10)),
                        options.integer("window", 7, 30).orElse(30)),
                options.flag("pinned", "true"),
                options.flag("caller", "user-agent"),
                options.text("tags").map(StoreUri::tags).orElse(Map.of()),
                options.text("replicas").map(text -> replicas(text, region)).orElse(List.of()));
    }

    private static Map<String, String> tags(String text) {
        Map<String, String> tags = new TreeMap<>();
        for (String tag : text.split(",", -1)) {
            boolean sound = TAG.matcher(tag).matches() && tags.size() < MOST_TAGS;
            int equals = tag.indexOf('=');
            if (!sound || tags.put(tag.substring(0, equals), tag.substring(equals + 1)) != null) {
                throw wrong(
                        "tags is name=value,name=value, each name once and none that begins with aws: or chancery:, at most "
                                + MOST_TAGS + ", not '" + Printable.of(tag) + "'");
            }
        }
        return Map.copyOf(tags);
    }

    private static List<String> replicas(String text, String home) {
        List<String> regions = List.of(text.split(",", -1));
        Set<String> others = new HashSet<>(regions);
        boolean sound =
                regions.stream().allMatch(region -> REGION.matcher(region).matches())
                        && others.size() == regions.size()
                        && regions.size() <= MOST_REPLICAS
                        && !others.contains(home);
        if (!sound) {
            throw wrong("replicas is at most " + MOST_REPLICAS + " other regions, each once, not '" + Printable.of(text)
                    + "'");
        }
        return regions;
    }

    private static String prefix(UriOptions options) {
        String prefix = options.text("prefix", PREFIX).orElse(DEFAULT_PREFIX);
        if (prefix.equals("aws") || prefix.startsWith("aws/")) {
            throw wrong("aliases under alias/aws/ are AWS's own; choose another prefix");
        }
        if (List.of(prefix.split("/")).lastIndexOf("ring") > 0) {
            throw wrong("another store's rings are named below a prefix and /ring; choose another prefix than '"
                    + prefix + "'");
        }
        return prefix;
    }

    /**
     * The same, at the endpoint that the environment or a profile has configured.
     *
     * @throws ConfigurationException if it is none that the URI could name
     */
    StoreUri withConfiguredEndpoint(URI configured) {
        if (!UriOptions.isServer(configured)) {
            throw wrong(
                    "what AWS_ENDPOINT_URL_KMS, AWS_ENDPOINT_URL or endpoint_url of the profile names is no https://host, nor a"
                            + " server of this machine; AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true turns it off");
        }
        return withEndpoint(Optional.of(configured));
    }

    /** The same, at another endpoint. */
    StoreUri withEndpoint(Optional<URI> other) {
        return new StoreUri(region, prefix, other, profile, limits, pinned, callerInUserAgent, tags, replicas);
    }

    /** The same in a region that has replicas, at AWS's own endpoint there, or at the one server that is not AWS's and plays all regions. */
    public StoreUri in(String other) {
        Optional<URI> server = isAws() ? Optional.empty() : endpoint;
        return new StoreUri(other, prefix, server, profile, limits, pinned, callerInUserAgent, tags, List.of());
    }

    /** Whether AWS itself answers there. */
    public boolean isAws() {
        return endpoint.map(URI::getHost)
                .filter(host -> !AWS.matcher(host).matches())
                .isEmpty();
    }

    private static ConfigurationException wrong(String why) {
        return new ConfigurationException("This is no URI of an AWS store: " + why
                + ". Write awskms:///?region=REGION, with options as docs/providers/aws.md has them.");
    }

    /**
     * The same, for a client that is there already.
     *
     * @throws ConfigurationException if it says what the client has decided
     */
    public StoreUri requireNoClientOptions() {
        if (endpoint.isPresent() || profile.isPresent() || callerInUserAgent || !replicas.isEmpty()) {
            throw wrong("endpoint, profile, caller and replicas are the business of the client that is handed over");
        }
        return this;
    }

    /** The store's name in messages: what tells it from others, nothing else. */
    public String location() {
        StringBuilder location =
                new StringBuilder(SCHEME).append(":///?region=").append(region);
        if (!prefix.equals(DEFAULT_PREFIX)) {
            location.append("&prefix=").append(prefix);
        }
        endpoint.ifPresent(uri -> location.append("&endpoint=").append(uri));
        return location.toString();
    }

    /** What shows with AWS's own tool whom AWS sees, or whether the other server answers. */
    public String diagnosis() {
        return endpoint.map(server -> "aws kms list-aliases --endpoint-url " + ShellWord.quote(server.toString()))
                        .orElse("aws sts get-caller-identity")
                + " --region " + region
                + profile.map(" --profile "::concat).orElse("");
    }

    /** Whom AWS counts together: the account of a profile in a region. */
    String quota() {
        return region + " " + endpoint.map(URI::toString).orElse("") + " " + profile.orElse("");
    }
}
