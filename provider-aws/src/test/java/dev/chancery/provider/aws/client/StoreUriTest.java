package dev.chancery.provider.aws.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.error.ConfigurationException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreUriTest {

    @Test
    void a_region_is_all_that_it_takes() {
        StoreUri uri = StoreUri.parse("awskms:///?region=eu-central-1");

        assertThat(uri.region()).isEqualTo("eu-central-1");
        assertThat(uri.prefix()).isEqualTo("chancery");
        assertThat(uri.endpoint()).isEmpty();
        assertThat(uri.profile()).isEmpty();
        assertThat(uri.limits().rate()).isEmpty();
        assertThat(uri.limits().inFlight()).isEqualTo(64);
        assertThat(uri.limits().deadline()).isEqualTo(Duration.ofSeconds(10));
        assertThat(uri.limits().window()).isEqualTo(30);
        assertThat(uri.pinned()).isFalse();
        assertThat(uri.callerInUserAgent()).isFalse();
        assertThat(uri.location()).isEqualTo("awskms:///?region=eu-central-1");
    }

    @Test
    void every_option_is_read() {
        StoreUri uri = StoreUri.parse(
                "awskms:///?region=us-gov-west-1&prefix=ca/prod&endpoint=https%3A%2F%2Fkms.example%3A8443"
                        + "&profile=signing&rate=250.5&inflight=8&deadline=3&window=7&pinned=true&caller=user-agent"
                        + "&tags=Team=pki,Cost%20centre=4=2&replicas=us-gov-east-1");

        assertThat(uri)
                .isEqualTo(new StoreUri(
                        "us-gov-west-1",
                        "ca/prod",
                        Optional.of(URI.create("https://kms.example:8443")),
                        Optional.of("signing"),
                        new StoreUri.Limits(Optional.of(250.5), 8, Duration.ofSeconds(3), 7),
                        true,
                        true,
                        Map.of("Team", "pki", "Cost centre", "4=2"),
                        List.of("us-gov-east-1")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "awskms:///",
                "awskms:",
                "awskms://host/?region=eu-central-1",
                "awskms:///key?region=eu-central-1",
                "awskms:///?region=",
                "awskms:///?region=EU",
                "awskms:///?region=eu-central-1&region=eu-central-1",
                "awskms:///?region=eu-central-1&colour=red",
                "awskms:///?region=eu-central-1&prefix=aws",
                "awskms:///?region=eu-central-1&prefix=../x",
                "awskms:///?region=eu-central-1&prefix=a//b",
                "awskms:///?region=eu-central-1&prefix=team/ring",
                "awskms:///?region=eu-central-1&prefix=team/ring/release",
                "awskms:///?region=eu-central-1&tags=Team",
                "awskms:///?region=eu-central-1&tags=Team=a,Team=b",
                "awskms:///?region=eu-central-1&tags=aws:Team=a",
                "awskms:///?region=eu-central-1&tags=chancery:state=ACTIVE",
                "awskms:///?region=eu-central-1&tags=Team=%7F",
                "awskms:///?region=eu-central-1&tags=a=,b=,c=,d=,e=,f=,g=,h=,i=,j=,k=",
                "awskms:///?region=eu-central-1&replicas=eu-central-1",
                "awskms:///?region=eu-central-1&replicas=eu-west-1,eu-west-1",
                "awskms:///?region=eu-central-1&replicas=nowhere!",
                "awskms:///?region=eu-central-1&endpoint=ftp://host",
                "awskms:///?region=eu-central-1&endpoint=localhost:4566",
                "awskms:///?region=eu-central-1&endpoint=http://my_host:4566",
                "awskms:///?region=eu-central-1&endpoint=https://user:secret@host",
                "awskms:///?region=eu-central-1&endpoint=%zz",
                "awskms:///?region=eu-central-1&endpoint=http://kms.example",
                "awskms:///?region=eu-central-1&endpoint=http://127.0.0.1.example",
                "awskms:///?region=eu-central-1&endpoint=https://host/path",
                "awskms:///?region=eu-central-1&endpoint=https:// host",
                "awskms:///?region=eu-central-1&profile=a%20b",
                "awskms:///?region=eu-central-1&rate=0",
                "awskms:///?region=eu-central-1&rate=many",
                "awskms:///?region=eu-central-1&rate=NaN",
                "awskms:///?region=eu-central-1&inflight=0",
                "awskms:///?region=eu-central-1&deadline=301",
                "awskms:///?region=eu-central-1&deadline=99999999999999999999",
                "awskms:///?region=eu-central-1&window=6",
                "awskms:///?region=eu-central-1&window=31",
                "awskms:///?region=eu-central-1&pinned=yes",
                "awskms:///?region=eu-central-1&caller=everybody"
            })
    void what_makes_no_sense_is_refused_in_one_line(String uri) {
        assertThatThrownBy(() -> StoreUri.parse(uri))
                .isInstanceOf(ConfigurationException.class)
                .message()
                .contains("AWS store")
                .doesNotContain("secret")
                .doesNotMatch("(?s).*\\p{Cntrl}.*");
    }

    @Test
    void a_uri_has_an_end() {
        assertThatThrownBy(() -> StoreUri.parse("awskms:///?region=eu-central-1&profile=" + "a".repeat(3000)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("2048");
    }

    @ParameterizedTest
    @ValueSource(strings = {"endpoint=https://kms.example", "profile=signing", "caller=user-agent"})
    void what_a_client_has_decided_is_not_asked_of_it(String option) {
        StoreUri uri = StoreUri.parse("awskms:///?region=eu-central-1&" + option);

        assertThatThrownBy(uri::requireNoClientOptions)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("client");
    }

    @Test
    void stores_of_one_account_and_region_share_a_quota() {
        String uri = "awskms:///?region=eu-central-1&prefix=a";

        assertThat(StoreUri.parse(uri).quota())
                .isEqualTo(StoreUri.parse("awskms:///?region=eu-central-1&prefix=b")
                        .quota())
                .isNotEqualTo(StoreUri.parse("awskms:///?region=eu-west-1").quota())
                .isNotEqualTo(StoreUri.parse(uri + "&profile=signing").quota());
    }
}
