package dev.chancery.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.audit.verification.AuditVerifier;
import dev.chancery.testkit.witness.OpenSsl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The service is run as a program of its own, behind this test as its proxy. */
class SignOverHttpTest {
    private static final String MESSAGE = "Pay 100 to Alice\n";

    @TempDir
    Path directory;

    private Process service;

    @BeforeEach
    void oneKey() throws IOException {
        Path file = Files.writeString(directory.resolve("invoice.txt"), MESSAGE);
        SignFile.main(new String[] {directory.resolve("keys").toString(), file.toString()});
    }

    @AfterEach
    void end() throws Exception {
        if (service != null) {
            service.getOutputStream().close();
            assertThat(service.waitFor()).isZero();
        }
    }

    @Test
    void signs_for_whom_the_proxy_vouches_and_puts_on_record_where_it_came_from() throws Exception {
        int port = start("X-Forwarded-For", "127.0.0.1", "10.0.0.1");
        HttpResponse<byte[]> answer = post(
                port,
                "X-Authenticated-User",
                "alice",
                "User-Agent",
                "issuer/2.1",
                "X-Forwarded-For",
                "6.6.6.6, 192.0.2.7, 10.0.0.1");
        assertThat(answer.statusCode()).isEqualTo(200);
        Files.write(directory.resolve("sig"), answer.body());
        assertThat(OpenSsl.run(
                        directory,
                        "dgst",
                        "-sha256",
                        "-verify",
                        "keys/public/invoices.pub",
                        "-signature",
                        "sig",
                        "invoice.txt"))
                .contains("Verified OK");
        assertThat(signatures()).singleElement().satisfies(record -> {
            assertThat(record.field("user_id")).contains("alice");
            assertThat(record.field("ip_address")).contains("192.0.2.7");
            assertThat(record.field("user_agent")).contains("issuer/2.1");
        });

        end();
        service = null;
        AuditSigner key = AuditSigner.ofFile(directory.resolve("audit.pem"));
        assertThat(AuditVerifier.verify(directory.resolve("log"), Optional.of(key.verificationKey()), List.of())
                        .problems())
                .isEmpty();
    }

    @Test
    void is_ready_and_alive() throws Exception {
        int port = start("X-Forwarded-For", "127.0.0.1");

        assertThat(status(port, "/health/ready")).isEqualTo(200);
        assertThat(status(port, "/health/live")).isEqualTo(200);
    }

    private static int status(int port, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void signs_for_nobody_where_no_trusted_proxy_vouches() throws Exception {
        int port = start("X-Forwarded-For", "10.0.0.1");
        assertThat(post(port, "X-Authenticated-User", "alice").statusCode()).isEqualTo(401);
        assertThat(signatures()).isEmpty();
    }

    @Test
    void signs_for_nobody_where_the_user_is_missing_or_there_twice() throws Exception {
        int port = start("X-Forwarded-For", "127.0.0.1");
        assertThat(post(port).statusCode()).isEqualTo(401);
        assertThat(post(port, "X-Authenticated-User", "alice", "X-Authenticated-User", "root")
                        .statusCode())
                .isEqualTo(401);
        assertThat(signatures()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.1 | 192.0.2.7 | 192.0.2.7",
                "10.0.0.1 | 6.6.6.6, 192.0.2.7, 10.0.0.2 | 192.0.2.7",
                "192.0.2.9 | 6.6.6.6 | 192.0.2.9",
                "10.0.0.1 | 6.6.6.6, unknown | 10.0.0.1",
                "10.0.0.1 | 6.6.6.6, evil\u001b[2J, 10.0.0.2 | 10.0.0.2",
                "10.0.0.1 | 192.0.2.7:4711 | 192.0.2.7",
                "10.0.0.1 | [2001:db8::7]:4711 | 2001:db8:0:0:0:0:0:7",
                "10.0.0.1 | 2001:db8::7 | 2001:db8:0:0:0:0:0:7",
                "10.0.0.1 | 10.0.0.2 | 10.0.0.2",
                "10.0.0.1 | 192.0.2.7, ::ffff:10.0.0.2 | 192.0.2.7",
                "10.0.0.1 | 6.6.6.6, cafe | 10.0.0.1",
                "10.0.0.1 | 6.6.6.6, 300.0.0.1 | 10.0.0.1",
                "10.0.0.1 | 6.6.6.6, 1:2 | 10.0.0.1",
                "10.0.0.1 | '' | 10.0.0.1"
            })
    void the_rightmost_address_that_is_no_trusted_proxys_wins(String peer, String header, String client) {
        HttpCaller callers = new HttpCaller("X-Forwarded-For", Set.of("10.0.0.1", "10.0.0.2"));
        assertThat(callers.client(peer, List.of(header.split(",")))).isEqualTo(client);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "for=192.0.2.7 | 192.0.2.7",
                "For=\"[2001:db8::7]:4711\";proto=https, for=10.0.0.1 | [2001:db8::7]:4711 10.0.0.1",
                "for=\"a, for=6.6.6.6\";by=x, for=192.0.2.7 | a,_for=6.6.6.6 192.0.2.7",
                "by=203.0.113.1, for=192.0.2.7 | - 192.0.2.7",
                "for=192.0.2.7; | malformed",
                "for=192.0.2.7, for=\"6.6.6.6 | malformed",
                "nonsense | malformed"
            })
    void rfc_7239_is_read_as_it_is_written(String header, String fors) {
        String read = String.join(
                " ",
                HttpCaller.fors(List.of(header)).stream()
                        .map(node -> node.isEmpty() ? "-" : node.replace(' ', '_'))
                        .toList());
        assertThat(read.isEmpty() ? "malformed" : read).isEqualTo(fors);
    }

    @Test
    void the_header_that_the_proxy_does_not_set_is_the_clients_and_does_not_count() throws Exception {
        int port = start("Forwarded", "127.0.0.1");
        post(
                port,
                "X-Authenticated-User",
                "alice",
                "X-Forwarded-For",
                "6.6.6.6",
                "Forwarded",
                "for=\"[2001:db8::7]:4711\"");
        assertThat(signatures())
                .singleElement()
                .satisfies(record -> assertThat(record.field("ip_address")).contains("2001:db8:0:0:0:0:0:7"));
    }

    /** Starts the service, which prints its port once it listens. */
    private int start(String... headerAndProxies) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                SignOverHttp.class.getName(),
                directory.resolve("keys").toString(),
                "invoices",
                directory.resolve("log").toString(),
                directory.resolve("audit.pem").toString()));
        command.addAll(List.of(headerAndProxies));
        service = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return Integer.parseInt(
                new BufferedReader(new InputStreamReader(service.getInputStream(), StandardCharsets.UTF_8)).readLine());
    }

    private static HttpResponse<byte[]> post(int port, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/sign"))
                .POST(HttpRequest.BodyPublishers.ofString(MESSAGE));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private List<AuditRecord> signatures() {
        try (var records = AuditReader.read(directory.resolve("log"))) {
            return records.map(stored -> stored.record())
                    .filter(record -> record.event() == AuditEvent.SIGNATURE_GENERATED)
                    .toList();
        }
    }
}
