package dev.chancery.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where credentials come from, seen by the requests that are signed with them: the fake KMS knows one access key only. */
class RolesTest {
    private final FakeKms kms = new FakeKms();
    private final Map<String, String> before = new HashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final HttpServer sts = sts();

    @TempDir
    private Path directory;

    /** A token service that gives everybody the role that he asks for. */
    private HttpServer sts() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                asked.add(request);
                String action = request.contains("Action=AssumeRoleWithWebIdentity")
                        ? "AssumeRoleWithWebIdentity"
                        : "AssumeRole";
                byte[] answer = ("<" + action + "Response><" + action + "Result><Credentials><AccessKeyId>"
                                + FakeKms.ACCESS_KEY + "</AccessKeyId><SecretAccessKey>" + FakeKms.SECRET_KEY
                                + "</SecretAccessKey><SessionToken>token</SessionToken>"
                                + "<Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></" + action + "Result></"
                                + action + "Response>")
                        .getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "text/xml");
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void set(String property, String value) {
        before.put(property, System.getProperty(property));
        System.setProperty(property, value);
    }

    private void clearKeys() {
        for (String property : List.of("aws.accessKeyId", "aws.secretAccessKey")) {
            before.put(property, System.clearProperty(property));
        }
    }

    private void asksTheTokenService() {
        set("aws.endpointUrlSts", "http://127.0.0.1:" + sts.getAddress().getPort());
        set("aws.region", FakeKms.REGION);
    }

    @AfterEach
    void close() {
        before.forEach((name, value) -> {
            if (value == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
        sts.stop(0);
        kms.close();
    }

    private void makeKey(String more) {
        try (KeyStore store = KeyStores.open(kms.uri(more), FakeKms.options())) {
            assertThat(store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"))
                            .id())
                    .isNotNull();
            assertThat(store.health(HealthLevel.READ).findings())
                    .filteredOn(finding -> finding.check().equals("credentials"))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.status()).isEqualTo(HealthStatus.UP))
                    .satisfies(finding -> assertThat(finding.detail())
                            .contains("CredentialsProvider. They expire at 2100-01-01T00:00:00Z", "renews")
                            .doesNotContain(FakeKms.ACCESS_KEY));
        }
    }

    /** A container of Kubernetes. */
    @Test
    void the_role_of_a_web_identity_is_assumed() throws IOException {
        clearKeys();
        asksTheTokenService();
        set(
                "aws.webIdentityTokenFile",
                Files.writeString(directory.resolve("token"), "jwt").toString());
        set("aws.roleArn", "arn:aws:iam::111122223333:role/signer");

        makeKey("");

        assertThat(asked)
                .singleElement()
                .satisfies(request -> assertThat(request)
                        .contains("Action=AssumeRoleWithWebIdentity")
                        .contains("signer"));
    }

    @Test
    void a_profile_goes_before_the_variables_and_assumes_its_role() throws IOException {
        asksTheTokenService();
        set("aws.accessKeyId", "ANOTHERACCOUNT");
        set(
                "aws.configFile",
                Files.writeString(directory.resolve("config"), """
                                [profile signing]
                                role_arn = arn:aws:iam::111122223333:role/signer
                                source_profile = base
                                [profile base]
                                aws_access_key_id = BASE
                                aws_secret_access_key = secret
                                """).toString());

        makeKey("&profile=signing");

        assertThat(asked)
                .singleElement()
                .satisfies(request -> assertThat(request).contains("Action=AssumeRole&"));
    }
}
