package dev.chancery.provider.aws.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.spi.support.Deadline;
import dev.chancery.spi.support.RemoteCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kms.model.SignRequest;

class CredentialsTest {
    private static final AwsBasicCredentials FIRST = AwsBasicCredentials.create("FIRST", "secret");
    private static final AwsBasicCredentials SECOND = AwsBasicCredentials.create("SECOND", "secret");
    private static final Deadline SOON = Deadline.in(Duration.ofMinutes(1));
    private final KmsErrors errors = new KmsErrors("awskms:///?region=eu-central-1");

    private static Credentials.Place place(boolean setUp, AwsCredentialsProvider provider) {
        return new Credentials.Place(provider, () -> setUp);
    }

    private static AwsCredentialsProvider failing(String why) {
        return () -> {
            throw SdkClientException.create(why);
        };
    }

    @Test
    void a_place_that_is_not_set_up_is_passed_over() {
        try (Credentials credentials =
                new Credentials(List.of(place(false, failing("no variable")), place(true, () -> SECOND)))) {
            assertThat(credentials.load(SOON)).isEqualTo(SECOND);
        }
    }

    /** The next one would be another identity. */
    @Test
    void a_place_that_is_set_up_and_fails_is_not_passed_over() {
        try (Credentials credentials =
                new Credentials(List.of(place(true, failing("the role is gone")), place(true, () -> SECOND)))) {
            assertThatThrownBy(() -> credentials.load(SOON))
                    .isInstanceOfSatisfying(
                            CredentialsException.class,
                            e -> assertThat(errors.translate(e, "Signing"))
                                    .isInstanceOf(KeyAccessException.class)
                                    .hasMessageContaining("the role is gone"));
        }
    }

    @Test
    void a_place_that_has_had_credentials_is_the_only_one_from_then_on() {
        AtomicInteger calls = new AtomicInteger();
        AwsCredentialsProvider once = () -> {
            if (calls.incrementAndGet() > 1) {
                throw SdkClientException.create("not today");
            }
            return FIRST;
        };
        try (Credentials credentials = new Credentials(List.of(place(false, once), place(true, () -> SECOND)))) {
            assertThat(credentials.source().resolveCredentials()).isEqualTo(FIRST);
            assertThatThrownBy(() -> credentials.source().resolveCredentials())
                    .isInstanceOf(CredentialsException.class);
        }
    }

    @Test
    void what_is_held_has_its_source_and_end_and_a_look_at_it_loads_nothing() {
        AtomicInteger calls = new AtomicInteger();
        Instant end = Instant.parse("2100-01-01T00:00:00Z");
        AwsCredentialsProvider role = () -> {
            calls.incrementAndGet();
            return AwsSessionCredentials.builder()
                    .accessKeyId("ROLE")
                    .secretAccessKey("secret")
                    .sessionToken("token")
                    .expirationTime(end)
                    .build();
        };
        try (Credentials credentials = new Credentials(List.of(place(true, role)))) {
            assertThat(credentials.held()).isEmpty();
            assertThat(calls).hasValue(0);
            credentials.load(SOON);

            assertThat(credentials.held())
                    .hasValueSatisfying(held -> assertThat(held.end()).hasValue(end));
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void without_any_place_the_message_says_where_credentials_come_from() {
        try (Credentials credentials = new Credentials(List.of(place(false, failing("no variable"))))) {
            assertThatThrownBy(() -> credentials.load(SOON))
                    .isInstanceOfSatisfying(
                            CredentialsException.class,
                            e -> assertThat(errors.translate(e, "Signing"))
                                    .isInstanceOf(KeyAccessException.class)
                                    .hasMessageContaining("AWS_ACCESS_KEY_ID"));
        }
    }

    @Test
    void a_module_that_is_missing_is_named() {
        String why =
                "To use Sso related properties in the 'x' profile, the 'sso' service module must be on the class path.";
        try (Credentials credentials = new Credentials(List.of(place(true, failing(why))))) {
            assertThatThrownBy(() -> credentials.load(SOON))
                    .isInstanceOfSatisfying(
                            CredentialsException.class,
                            e -> assertThat(errors.translate(e, "Signing"))
                                    .hasMessageContaining(why)
                                    .hasMessageContaining("software.amazon.awssdk:ssooidc"));
        }
    }

    @Test
    void an_endpoint_of_credentials_that_fails_is_an_outage_and_says_what_it_said() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] said = "{\"code\":\"boom\",\"message\":\"the agent is tired\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(500, said.length);
            exchange.getResponseBody().write(said);
            exchange.close();
        });
        server.start();
        System.setProperty(
                "aws.containerCredentialsFullUri",
                "http://127.0.0.1:" + server.getAddress().getPort() + "/");
        try (Credentials credentials = new Credentials(List.of(place(true, ContainerCredentialsProvider.create())))) {
            assertThatThrownBy(() -> credentials.load(SOON))
                    .isInstanceOfSatisfying(
                            CredentialsException.class,
                            e -> assertThat(errors.translate(e, "Signing"))
                                    .isInstanceOf(StoreUnavailableException.class)
                                    .hasMessageContaining("the agent is tired"));
        } finally {
            System.clearProperty("aws.containerCredentialsFullUri");
            server.stop(0);
        }
    }

    @Test
    void credentials_that_do_not_come_keep_a_request_to_its_deadline() {
        CountDownLatch never = new CountDownLatch(1);
        AwsCredentialsProvider silent = () -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return FIRST;
        };
        try (Credentials credentials = new Credentials(List.of(place(true, silent)))) {
            assertThatThrownBy(() -> credentials.load(Deadline.in(Duration.ofMillis(20))))
                    .isInstanceOfSatisfying(
                            CredentialsException.class,
                            e -> assertThat(e.isPassing()).isTrue());
        }
        never.countDown();
    }

    /** What the turn and the credentials took is no more there for the request. */
    @Test
    void a_request_has_what_is_left_of_its_deadline() {
        var time = new RemoteCalls.Attempt(Deadline.in(Duration.ofSeconds(5)), Duration.ofMinutes(1));
        try (Requests requests = new Requests(new Credentials(List.of(place(true, () -> FIRST))), false)) {
            SignRequest sent = requests.within(SignRequest.builder().keyId("a").build(), time);

            assertThat(sent.keyId()).isEqualTo("a");
            assertThat(sent.overrideConfiguration()
                            .orElseThrow()
                            .apiCallTimeout()
                            .orElseThrow())
                    .isLessThan(Duration.ofSeconds(5));
        }
    }
}
