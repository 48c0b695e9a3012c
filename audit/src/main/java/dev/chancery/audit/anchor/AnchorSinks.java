package dev.chancery.audit.anchor;

import dev.chancery.audit.checkpoint.AnchorSink;
import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Printable;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Anchors by their names, as configuration has them.
 *
 * <pre>
 * /mnt/elsewhere/anchors                a file that notes are added to; `audit verify --anchor` takes it
 * syslog+udp://loghost:514              RFC 5424, one datagram each
 * syslog+tcp://loghost:601              RFC 5424 over TCP, RFC 6587's octet counting
 * syslog+unix:/run/anchors.sock         the same over a Unix stream socket
 * https://anchors.example/chancery      a POST of the note, text/plain
 * </pre>
 */
public final class AnchorSinks {
    private static final int SYSLOG_UDP = 514;
    private static final int SYSLOG_TCP = 601;

    private AnchorSinks() {}

    /**
     * The anchors that a text names.
     *
     * @param text names with white space between
     * @return the anchors, in their order
     * @throws ConfigurationException if a name is none
     */
    public static List<AnchorSink> parse(String text) {
        List<AnchorSink> sinks = new ArrayList<>();
        for (String name : text.strip().split("\\s+")) {
            if (!name.isEmpty()) {
                sinks.add(of(name));
            }
        }
        return sinks;
    }

    /**
     * The files among the anchors that a text names: what is in them says how far a log had come.
     *
     * @param text names with white space between
     * @return the files, in their order
     */
    public static List<Path> files(String text) {
        return Stream.of(text.strip().split("\\s+"))
                .filter(name -> name.startsWith("/") || name.startsWith("./"))
                .map(Path::of)
                .toList();
    }

    /**
     * The anchor of one name.
     *
     * @param name the name
     * @return the anchor
     * @throws ConfigurationException if the name is none
     */
    public static AnchorSink of(String name) {
        try {
            if (name.startsWith("/") || name.startsWith("./")) {
                return new FileAnchor(Path.of(name));
            }
            URI uri = new URI(name);
            return switch (String.valueOf(uri.getScheme())) {
                case "file" -> new FileAnchor(Path.of(uri));
                case "syslog+udp" -> SyslogAnchor.udp(host(uri), port(uri, SYSLOG_UDP));
                case "syslog+tcp" -> SyslogAnchor.tcp(host(uri), port(uri, SYSLOG_TCP));
                case "syslog+unix" -> SyslogAnchor.unix(Path.of(uri.getSchemeSpecificPart()));
                case "https" -> new HttpsAnchor(uri);
                case "http" -> HttpsAnchor.loopback(uri);
                default -> throw unknown(name);
            };
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw unknown(name);
        }
    }

    private static String host(URI uri) {
        if (uri.getHost() == null) {
            throw unknown(uri.toString());
        }
        return uri.getHost();
    }

    private static int port(URI uri, int usual) {
        return uri.getPort() < 0 ? usual : uri.getPort();
    }

    private static ConfigurationException unknown(String name) {
        return new ConfigurationException("'" + Printable.of(name)
                + "' is no anchor: name a file by its path, syslog+udp://HOST:PORT, syslog+tcp://HOST:PORT, syslog+unix:PATH or an"
                + " https URL.");
    }
}
