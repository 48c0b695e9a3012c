package dev.chancery.spi.support;

import dev.chancery.error.ConfigurationException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The options of a store's URI, {@code ?name=value&name=value}: each is known, has a value, percent-encoded (RFC 3986), and
 * stands there once. Immutable.
 *
 * <p>What is wrong is told to a function of the provider's, as half a sentence such as "'colour' is unknown", and the function
 * makes the exception: it knows what a right URI looks like. A value that may be a secret has no getter but
 * {@link #text(String)}; all others quote a wrong one.
 */
public final class UriOptions {
    private static final int LONGEST_URI = 2048;
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,6}([.][0-9]{1,3})?");
    private static final Pattern HERE = Pattern.compile("localhost|\\[::1]|127(\\.[0-9]{1,3}){3}");
    private static final String SERVER =
            " is the URL of a server, https://host or, on this machine alone, http://localhost:port, with nothing behind it";
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    private final Map<String, String> values;
    private final Function<String, ConfigurationException> wrong;

    private UriOptions(Map<String, String> values, Function<String, ConfigurationException> wrong) {
        this.values = values;
        this.wrong = wrong;
    }

    /**
     * Reads what stands behind the question mark of a URI.
     *
     * @param uri the whole URI, with or without a question mark
     * @param known the names of all options
     * @param wrong makes the exception for what is wrong
     * @return the options
     * @throws ConfigurationException if one is unknown, malformed or there twice
     */
    public static UriOptions ofUri(String uri, Set<String> known, Function<String, ConfigurationException> wrong) {
        int question = uri.indexOf('?');
        return question < 0 ? new UriOptions(Map.of(), wrong) : parse(uri.substring(question + 1), '&', known, wrong);
    }

    /**
     * Reads what stands between the scheme of a URI and its question mark.
     *
     * @param uri the whole URI, with or without a question mark
     * @param form what all of it matches
     * @param otherwise what is wrong with a URI in which it does not, as half a sentence
     * @param wrong makes the exception for what is wrong
     * @return the match
     * @throws ConfigurationException if it does not match, or the URI has more than 2,048 characters
     */
    public static Matcher place(
            String uri, Pattern form, String otherwise, Function<String, ConfigurationException> wrong) {
        if (uri.length() > LONGEST_URI) {
            throw wrong.apply("it is longer than " + LONGEST_URI + " characters");
        }
        Matcher place = form.matcher(uri.split("\\?", 2)[0].substring(uri.indexOf(':') + 1));
        if (!place.matches()) {
            throw wrong.apply(otherwise);
        }
        return place;
    }

    /**
     * Reads attributes that stand elsewhere in a URI, such as those in the path of a {@code pkcs11:} one (RFC 7512).
     *
     * @param text one or more attributes
     * @param separator what stands between them
     * @param known the names of all attributes
     * @param wrong makes the exception for what is wrong
     * @return the attributes
     * @throws ConfigurationException if one is unknown, malformed or there twice
     */
    public static UriOptions parse(
            String text, char separator, Set<String> known, Function<String, ConfigurationException> wrong) {
        Map<String, String> values = new HashMap<>();
        for (String option : text.split(Pattern.quote("" + separator), -1)) {
            int equals = option.indexOf('=');
            if (equals < 1) {
                throw wrong.apply("'" + Printable.of(option) + "' is no option of the form name=value");
            }
            String name = option.substring(0, equals);
            if (!known.contains(name)) {
                throw wrong.apply("'" + Printable.of(name) + "' is unknown here, where there may be "
                        + String.join(", ", new TreeSet<>(known)));
            }
            String value = PercentEncoding.decode(option.substring(equals + 1))
                    .orElseThrow(() -> wrong.apply("the value of '" + name + "' is not percent-encoded UTF-8"));
            if (value.isEmpty()) {
                throw wrong.apply("'" + name + "' is empty");
            }
            if (values.put(name, value) != null) {
                throw wrong.apply("'" + name + "' stands there twice");
            }
        }
        return new UriOptions(values, wrong);
    }

    /**
     * An option as it is.
     *
     * @param name its name
     * @return its value, or empty if it is not there
     */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /**
     * An option of a certain form.
     *
     * @param name its name
     * @param form what the whole value matches
     * @return its value, or empty if it is not there
     * @throws ConfigurationException if it does not match
     */
    public Optional<String> text(String name, Pattern form) {
        Optional<String> text = text(name);
        text.filter(value -> !form.matcher(value).matches()).ifPresent(value -> {
            throw wrong.apply(name + " cannot be '" + Printable.of(value) + "'");
        });
        return text;
    }

    /**
     * A whole number.
     *
     * @param name its name
     * @param least the least that it may be, not negative
     * @param most the most that it may be, less than 1,000,000,000
     * @return its value, or empty if it is not there
     * @throws ConfigurationException if it is no such number
     */
    public Optional<Integer> integer(String name, int least, int most) {
        return text(name).map(text -> {
            int number = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : -1;
            if (number < least || number > most) {
                throw wrong.apply(name + " is a whole number from " + least + " to " + most + ", not '"
                        + Printable.of(text) + "'");
            }
            return number;
        });
    }

    /**
     * A number with at most three decimals.
     *
     * @param name its name
     * @param least the least that it may be, not negative
     * @param most the most that it may be, less than 1,000,000
     * @return its value, or empty if it is not there
     * @throws ConfigurationException if it is no such number
     */
    public Optional<Double> decimal(String name, double least, double most) {
        return text(name, DECIMAL).map(text -> {
            double number = Double.parseDouble(text);
            if (number < least || number > most) {
                throw wrong.apply(name + " is a number from " + least + " to " + most + ", not '" + text + "'");
            }
            return number;
        });
    }

    /**
     * A server that is asked in the place of another one: {@code https://host[:port]}, or {@code http://} on this machine, because states, marks and
     * public halves are believed for TLS says who answers.
     *
     * @param name its name
     * @return the URL, or empty if it is not there
     * @throws ConfigurationException if it is no such URL; it is not shown, since a user who put a password there would find it in a log
     */
    public Optional<URI> server(String name) {
        return text(name).map(text -> {
            try {
                return Optional.of(new URI(text))
                        .filter(UriOptions::isServer)
                        .orElseThrow(() -> wrong.apply(name + SERVER));
            } catch (URISyntaxException e) {
                throw wrong.apply(name + SERVER);
            }
        });
    }

    /**
     * Whether a URL is one that {@link #server} takes.
     *
     * @param url a URL from elsewhere, such as a variable of the environment
     * @return {@code true} if TLS says who answers there, or it is this machine
     */
    public static boolean isServer(URI url) {
        String host = url.getHost();
        return host != null
                && ("https".equals(url.getScheme())
                        || ("http".equals(url.getScheme()) && HERE.matcher(host).matches()))
                && (url.getPath().isEmpty() || url.getPath().equals("/"))
                && url.getUserInfo() == null
                && url.getQuery() == null
                && url.getFragment() == null;
    }

    /**
     * A time, written as a whole number of seconds.
     *
     * @param name its name
     * @param least the least that it may be, in seconds
     * @param most the most that it may be, in seconds
     * @return its value, or empty if it is not there
     * @throws ConfigurationException if it is no such number
     */
    public Optional<Duration> seconds(String name, int least, int most) {
        return integer(name, least, most).map(Duration::ofSeconds);
    }

    /**
     * Something that is off unless a certain word stands there; {@code false} turns it off too.
     *
     * @param name its name
     * @param on the word that turns it on
     * @return whether it is on
     * @throws ConfigurationException if another word stands there
     */
    public boolean flag(String name, String on) {
        String value = values.getOrDefault(name, "false");
        if (!value.equals(on) && !value.equals("false")) {
            throw wrong.apply(name + " is '" + on + "' or 'false', not '" + Printable.of(value) + "'");
        }
        return value.equals(on);
    }

    /**
     * A file or directory: {@code file:/path}, {@code file:///path}, {@code file://localhost/path}, or the path itself.
     *
     * @param name its name
     * @return its path, absolute or not, or empty if it is not there
     * @throws ConfigurationException if it is no path
     */
    public Optional<Path> path(String name) {
        return text(name).map(text -> {
            try {
                if (!text.regionMatches(true, 0, "file:", 0, 5)) {
                    return Path.of(text);
                }
                URI uri = URI.create(text);
                if ("localhost".equalsIgnoreCase(uri.getHost())) { // RFC 8089, 2
                    return Path.of(URI.create("file://" + uri.getRawPath()));
                }
                return uri.isOpaque() ? Path.of(text.substring(5)) : Path.of(uri);
            } catch (IllegalArgumentException e) { // an InvalidPathException is one
                throw wrong.apply(name + " is no path: '" + Printable.of(text) + "'");
            }
        });
    }
}
