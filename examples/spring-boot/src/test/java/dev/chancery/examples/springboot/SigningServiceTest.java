package dev.chancery.examples.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.PackageVersion;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Verifier;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

/** The service is started as its users start it, and asked over HTTP; this test is the proxy in front of it. */
class SigningServiceTest {
    private static final String DOCUMENT = "Pay 100 to Alice\n";
    private static final PrintStream CONSOLE = System.out;
    private static final ByteArrayOutputStream PRINTED = new ByteArrayOutputStream();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    static Path directory;

    private static ServletWebServerApplicationContext service;

    @BeforeAll
    static void start() {
        try (KeyStore keys = KeyStores.open(directory.resolve("keys"))) {
            keys.generate(KeyRequest.builder(KeySpec.EC_P256)
                    .name("first")
                    .ring("documents")
                    .build());
        }
        AuditSigner.create(directory.resolve("audit-key.pem"));
        System.setOut(new PrintStream(PRINTED, true, StandardCharsets.UTF_8));
        service = (ServletWebServerApplicationContext) SpringApplication.run(
                SigningService.class,
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--chancery.store=" + directory.resolve("keys"),
                "--chancery.audit-log=" + directory.resolve("audit"),
                "--chancery.audit-key=" + directory.resolve("audit-key.pem"));
    }

    @AfterAll
    static void stop() {
        service.close();
        System.setOut(CONSOLE);
    }

    @Test
    void signs_for_whom_the_proxy_vouches_and_puts_on_record_where_it_came_from() throws Exception {
        HttpResponse<String> answer =
                post("/sign", "X-Authenticated-User", "alice", "X-Forwarded-For", "6.6.6.6, 192.0.2.7");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(field("key", answer.body())).isEqualTo("first");
        String signature = field("signature", answer.body());
        assertThat(Verifier.ofPem(directory.resolve("keys/public/first.pub"))
                        .verify(bytes(DOCUMENT), Base64.getUrlDecoder().decode(signature))
                        .isValid())
                .isTrue();
        assertThat(signatures()).anySatisfy(record -> {
            assertThat(record.field("user_id")).contains("alice");
            assertThat(record.field("ip_address")).contains("192.0.2.7");
        });
        assertThat(PRINTED.toString(StandardCharsets.UTF_8))
                .as("%kvp prints a record's fields")
                .containsPattern("SIGNATURE_GENERATED .*user_id=\"?alice\"?");
        assertThat(post("/verify?signature=" + signature, "X-Authenticated-User", "bob", "X-Forwarded-For", "192.0.2.8")
                        .body())
                .contains("\"valid\":true");
    }

    @Test
    void signs_for_nobody_whom_no_proxy_vouches_for() throws Exception {
        assertThat(statusLineFromElsewhere("X-Authenticated-User: mallory\r\nX-Forwarded-For: 192.0.2.7\r\n"))
                .isEqualTo("HTTP/1.1 401 ");
        assertThat(post("/sign", "X-Forwarded-For", "192.0.2.7").statusCode()).isEqualTo(401);
        assertThat(signatures())
                .noneSatisfy(record -> assertThat(record.field("user_id")).contains("mallory"));
    }

    @Test
    void the_jackson_that_spring_boot_manages_is_the_one_that_reads_keys_and_records() {
        assertThat(PackageVersion.VERSION.toString()).startsWith("2.21.");
    }

    private static HttpResponse<String> post(String path, String... headers) throws Exception {
        int port = service.getWebServer().getPort();
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Content-Type", "application/octet-stream")
                        .headers(headers)
                        .POST(HttpRequest.BodyPublishers.ofString(DOCUMENT))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** A request of a machine that is no trusted proxy: of another address of this one. */
    private static String statusLineFromElsewhere(String headers) throws IOException {
        try (Socket socket = new Socket(
                InetAddress.getByName("127.0.0.1"),
                service.getWebServer().getPort(),
                InetAddress.getByName("127.0.0.2"),
                0)) {
            socket.getOutputStream()
                    .write(bytes("POST /sign HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n" + headers + "\r\n"));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String field(String name, String json) {
        Matcher field = Pattern.compile('"' + name + "\":\"([^\"]*)\"").matcher(json);
        assertThat(field.find()).as(json).isTrue();
        return field.group(1);
    }

    private static List<AuditRecord> signatures() {
        try (var records = AuditReader.read(directory.resolve("audit"))) {
            return records.map(stored -> stored.record())
                    .filter(record -> record.event() == AuditEvent.SIGNATURE_GENERATED)
                    .toList();
        }
    }
}
