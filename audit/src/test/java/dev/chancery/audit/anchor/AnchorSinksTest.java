package dev.chancery.audit.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.chancery.audit.AuditLog;
import dev.chancery.audit.Logs;
import dev.chancery.audit.checkpoint.AnchorSink;
import dev.chancery.audit.checkpoint.Anchors;
import dev.chancery.audit.checkpoint.Checkpoint;
import dev.chancery.audit.checkpoint.Origin;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.error.ConfigurationException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints leave the machine, and what arrives elsewhere is an anchor. */
@Timeout(60)
class AnchorSinksTest {
    private static final String SYSLOG =
            "<110>1 \\S+Z \\S+ chancery [0-9]+ AUDIT_CHECKPOINT - AUDIT_CHECKPOINT origin=\\S+ size=7 note=\\S+";

    @TempDir
    private Path temp;

    private final Checkpoint checkpoint =
            Checkpoint.sign(new Origin("0".repeat(32), 1, "1".repeat(32)), 7, new byte[32], Logs.SIGNER);

    private void assertAnchor(String message) throws Exception {
        Path kept = Files.writeString(temp.resolve("kept"), message + "\n");
        assertThat(Anchors.read(kept)).containsExactly(checkpoint);
    }

    @Test
    void a_file_elsewhere_is_an_anchor_of_several_logs() throws Exception {
        Path file = temp.resolve("anchors");
        AuditOptions options = AuditOptions.builder()
                .quiet()
                .anchor(AnchorSinks.of(file.toString()))
                .build();
        for (String name : List.of("one", "two")) {
            try (AuditLog log = AuditLog.open(temp.resolve(name), Logs.SIGNER, options)) {
                log.append(Logs.record("any"));
            }
        }

        Checkpoint[] anchors = Anchors.read(file).toArray(Checkpoint[]::new);
        assertThat(anchors).hasSize(4);
        for (String name : List.of("one", "two")) {
            assertThat(Logs.verify(temp.resolve(name), anchors).problems()).isEmpty();
            assertThat(Logs.chains(Logs.verify(temp.resolve(name), anchors))).allMatch(chain -> chain.isEndProven());
        }
    }

    @Test
    void a_datagram_is_one_message_of_rfc_5424() throws Exception {
        try (DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            AnchorSinks.of("syslog+udp://127.0.0.1:" + server.getLocalPort()).anchor(checkpoint);

            DatagramPacket packet = new DatagramPacket(new byte[4_096], 4_096);
            server.receive(packet);
            String message = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
            assertThat(message).matches(SYSLOG);
            assertAnchor(message);
        }
    }

    @Test
    void a_stream_counts_its_octets() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            AnchorSinks.of("syslog+tcp://127.0.0.1:" + server.getLocalPort()).anchor(checkpoint);

            try (Socket socket = server.accept()) {
                assertFramed(socket.getInputStream());
            }
        }
    }

    @Test
    void a_unix_socket_takes_the_same() throws Exception {
        Path path = temp.resolve("sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            AnchorSinks.of("syslog+unix:" + path).anchor(checkpoint);

            try (SocketChannel socket = server.accept()) {
                assertFramed(Channels.newInputStream(socket));
            }
        }
    }

    private void assertFramed(InputStream input) throws Exception {
        String framed = new String(input.readAllBytes(), StandardCharsets.US_ASCII);
        int space = framed.indexOf(' ');
        String message = framed.substring(space + 1);
        assertThat(message)
                .hasSize(Integer.parseInt(framed.substring(0, space)))
                .matches(SYSLOG);
        assertAnchor(message);
    }

    @Test
    void a_server_is_posted_the_note_and_what_it_refuses_is_a_failure() throws Exception {
        BlockingQueue<String> posted = new LinkedBlockingQueue<>();
        AtomicInteger status = new AtomicInteger(200);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/anchors", exchange -> {
            posted.add(exchange.getRequestMethod() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        server.start();
        try {
            AnchorSink sink =
                    AnchorSinks.of("http://127.0.0.1:" + server.getAddress().getPort() + "/anchors");
            sink.anchor(checkpoint);
            assertThat(posted.take()).isEqualTo("POST " + checkpoint.note());
            status.set(503);
            assertThatThrownBy(() -> sink.anchor(checkpoint))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("503");
        } finally {
            server.stop(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://host/x", "http://192.0.2.1/anchors", "syslog+udp:nothing", "anchors", "https//x"})
    void what_is_no_anchor_is_refused(String name) {
        assertThatThrownBy(() -> AnchorSinks.of(name)).isInstanceOf(ConfigurationException.class);
    }
}
