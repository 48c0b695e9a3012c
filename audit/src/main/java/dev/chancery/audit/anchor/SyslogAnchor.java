package dev.chancery.audit.anchor;

import dev.chancery.audit.checkpoint.AnchorSink;
import dev.chancery.audit.checkpoint.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;

/** Tells a syslog server of each checkpoint, RFC 5424: facility "log audit", severity "informational", the note in base64. */
final class SyslogAnchor implements AnchorSink {
    private static final int PRIORITY = 13 * 8 + 6;
    private static final int TIMEOUT_MILLIS = 5_000;

    private final Transport transport;
    private final Clock clock = Clock.systemUTC();

    /** How a message gets there. */
    private interface Transport {
        void send(byte[] message) throws IOException;
    }

    private SyslogAnchor(Transport transport) {
        this.transport = transport;
    }

    static SyslogAnchor udp(String host, int port) {
        return new SyslogAnchor(message -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.send(new DatagramPacket(message, message.length, InetAddress.getByName(host), port));
            }
        });
    }

    static SyslogAnchor tcp(String host, int port) {
        return new SyslogAnchor(message -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
                socket.setSoTimeout(TIMEOUT_MILLIS);
                socket.getOutputStream().write(frame(message));
            }
        });
    }

    static SyslogAnchor unix(Path path) {
        return new SyslogAnchor(message -> {
            try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                socket.connect(UnixDomainSocketAddress.of(path));
                ByteBuffer framed = ByteBuffer.wrap(frame(message));
                while (framed.hasRemaining()) {
                    socket.write(framed);
                }
            }
        });
    }

    /** RFC 6587, section 3.4.1: the length goes before the message. */
    private static byte[] frame(byte[] message) {
        byte[] length = (message.length + " ").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(length.length + message.length)
                .put(length)
                .put(message)
                .array();
    }

    @Override
    public void anchor(Checkpoint checkpoint) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        String message = "<" + PRIORITY + ">1 " + now + " " + host() + " chancery "
                + ProcessHandle.current().pid() + " AUDIT_CHECKPOINT - AUDIT_CHECKPOINT origin=" + checkpoint.origin()
                + " size="
                + checkpoint.size() + " note="
                + Base64.getEncoder().encodeToString(checkpoint.note().getBytes(StandardCharsets.UTF_8));
        try {
            transport.send(message.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException("A syslog server did not take a checkpoint.", e);
        }
    }

    private static String host() {
        try {
            String name = InetAddress.getLocalHost().getHostName().replaceAll("[^!-~]", "");
            return name.isEmpty() ? "-" : name;
        } catch (UnknownHostException e) {
            return "-";
        }
    }
}
