package dev.chancery.provider.aws.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.ListKeysRequest;

/** What the SDK takes from the environment; each of its variables has a system property. */
class EnvironmentTest {
    private static final StoreUri URI_OF_STORE = StoreUri.parse("awskms:///?region=eu-central-1&deadline=2");

    private static void with(Map<String, String> properties) {
        properties.forEach(System::setProperty);
    }

    @AfterEach
    void clear() {
        Set.of(
                        "aws.endpointUrl",
                        "aws.endpointUrlKms",
                        "https.proxyHost",
                        "https.proxyPort",
                        "https.proxyUser",
                        "https.proxyPassword")
                .forEach(System::clearProperty);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://far.example",
                "localhost:4566",
                "http://my_host:4566",
                "https://user:hunter2@kms.example",
                "https://kms.example/path"
            })
    void an_endpoint_of_the_environment_follows_the_rules_of_the_uri(String endpoint) {
        for (String property : List.of("aws.endpointUrl", "aws.endpointUrlKms")) {
            with(Map.of(property, endpoint));
            assertThatThrownBy(() -> Kms.open(URI_OF_STORE))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("AWS_ENDPOINT_URL")
                    .message()
                    .doesNotContain("hunter2");
            clear();
        }
    }

    @Test
    void an_endpoint_of_the_environment_is_part_of_the_stores_name_and_no_hardware_of_aws() {
        with(Map.of("aws.endpointUrlKms", "http://localhost:4566"));

        try (Kms kms = Kms.open(URI_OF_STORE)) {
            assertThat(kms.uri().endpoint()).contains(URI.create("http://localhost:4566"));
            assertThat(kms.uri().location()).contains("endpoint=http://localhost:4566");
            assertThat(kms.uri().isAws()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://kms.eu-central-1.amazonaws.com",
                "https://kms.cn-north-1.amazonaws.com.cn",
                "https://kms.eu-central-1.api.aws",
                "https://kms.eusc-de-east-1.amazonaws.eu",
                "https://vpce-1.kms.eu-central-1.vpce.amazonaws.com"
            })
    void aws_answers_under_several_names(String endpoint) {
        assertThat(URI_OF_STORE.withConfiguredEndpoint(URI.create(endpoint)).isAws())
                .isTrue();
        assertThat(URI_OF_STORE
                        .withConfiguredEndpoint(URI.create(endpoint + ".example"))
                        .isAws())
                .isFalse();
    }

    /** The build starts Java with the option that the documentation names. */
    @Test
    void a_proxy_that_asks_for_a_password_gets_it() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String asks =
                    "HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"proxy\"\r\nConnection: close\r\n";
            CompletableFuture<List<String>> first = CompletableFuture.supplyAsync(() -> answerOne(proxy, asks));
            CompletableFuture<List<String>> second =
                    first.thenApplyAsync(any -> answerOne(proxy, "HTTP/1.1 502 Bad Gateway\r\n"));
            with(Map.of(
                    "https.proxyHost", "127.0.0.1",
                    "https.proxyPort", Integer.toString(proxy.getLocalPort()),
                    "https.proxyUser", "alice",
                    "https.proxyPassword", "hunter2"));
            StoreUri uri = URI_OF_STORE.withConfiguredEndpoint(URI.create("https://kms.example"));
            try (Kms kms = Kms.open(uri)) {
                assertThatThrownBy(() -> kms.call(
                                "Listing", "keys", ListKeysRequest.builder().build(), KmsClient::listKeys))
                        .message()
                        .doesNotContain("hunter2");
            }

            assertThat(first.get()).anySatisfy(line -> assertThat(line).startsWith("CONNECT kms.example:443"));
            assertThat(second.get())
                    .anySatisfy(line ->
                            assertThat(line).isEqualToIgnoringCase("Proxy-Authorization: Basic YWxpY2U6aHVudGVyMg=="));
        }
    }

    private static List<String> answerOne(ServerSocket proxy, String answer) {
        List<String> lines = new ArrayList<>();
        try (Socket client = proxy.accept();
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                lines.add(line);
            }
            client.getOutputStream().write((answer + "\r\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return lines;
    }
}
