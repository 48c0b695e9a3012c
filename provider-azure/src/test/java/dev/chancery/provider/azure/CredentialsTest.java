package dev.chancery.provider.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelineNextPolicy;
import com.azure.core.http.HttpPipelineNextSyncPolicy;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.azure.identity.CredentialUnavailableException;
import com.azure.identity.IntelliJCredentialBuilder;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthStatus;
import dev.chancery.key.KeyMetadata;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.support.TrustedCertificates;
import dev.chancery.testkit.store.Together;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;
import reactor.core.publisher.Mono;

/** What no server can provoke: credentials that are slow, absent or asked for too often. */
class CredentialsTest {
    private static final byte[] MESSAGE = {1};
    private static final KeyStoreOptions PATIENT =
            FakeKeyVault.options().toBuilder().stateTtl(Duration.ofHours(1)).build();

    private final FakeKeyVault vault = new FakeKeyVault();
    private final TokenCredential credential = mock(TokenCredential.class);

    @AfterEach
    void close() {
        vault.close();
        assertThat(vault.problems()).isEmpty();
    }

    private String uri(String more) {
        return vault.uri(more).replaceFirst("&token=[^&]+", "");
    }

    private KeyStore open(String more) {
        return AzureKeyStore.open(credential, uri(more), PATIENT);
    }

    private AccessToken token() {
        return new AccessToken(vault.token, OffsetDateTime.now(ZoneOffset.UTC).plusHours(1));
    }

    @Test
    void the_vaults_challenge_says_which_token_is_asked_for_and_one_serves_all_keys() {
        when(credential.getTokenSync(any())).thenReturn(token());
        try (KeyStore store = open("")) {
            for (String name : List.of("one", "two", "three")) {
                KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, name));
                assertThat(store.signer(key.id()).sign(MESSAGE).keyId()).isEqualTo(key.id());
            }
        }

        ArgumentCaptor<TokenRequestContext> asked = ArgumentCaptor.forClass(TokenRequestContext.class);
        verify(credential, times(1)).getTokenSync(asked.capture());
        assertThat(asked.getValue().getScopes()).containsExactly("https://vault.azure.net/.default");
        assertThat(asked.getValue().getTenantId()).isEqualTo(FakeKeyVault.TENANT);
    }

    @Test
    void health_tells_when_the_token_that_is_there_expires_and_asks_for_no_other() {
        AccessToken token = token();
        when(credential.getTokenSync(any())).thenReturn(token);
        try (KeyStore store = open("")) {
            assertThat(credentials(store)).singleElement().satisfies(finding -> {
                assertThat(finding.status()).isEqualTo(HealthStatus.UP);
                assertThat(finding.detail())
                        .contains("They expire at " + token.getExpiresAt().toInstant())
                        .doesNotContain(vault.token);
            });
            assertThat(credentials(store)).hasSize(1);
        }
        verify(credential, times(1)).getTokenSync(any());
    }

    @Test
    void without_credentials_the_answer_tells_all_and_what_shows_who_asks() {
        when(credential.getTokenSync(any())).thenThrow(new CredentialUnavailableException("none"));
        try (KeyStore store = open("")) {
            assertThat(credentials(store)).isEmpty();
            assertThat(store.health(HealthLevel.READ).findings())
                    .filteredOn(finding -> finding.check().equals("answer"))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.mend())
                            .hasValueSatisfying(
                                    mend -> assertThat(mend).startsWith("az keyvault key list --id https://")));
        }
    }

    private static List<Finding> credentials(KeyStore store) {
        return store.health(HealthLevel.READ).findings().stream()
                .filter(finding -> finding.check().equals("credentials"))
                .toList();
    }

    @Test
    void a_chain_that_takes_long_counts_towards_the_deadline_and_is_not_asked_twice() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        when(credential.getTokenSync(any())).thenAnswer(call -> {
            end.await();
            return token();
        });
        try (KeyStore store = open("&deadline=1")) {
            List<Future<Object>> callers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                callers.add(Together.begin(store::list));
            }
            for (Future<Object> caller : callers) {
                assertThatThrownBy(caller::get)
                        .hasCauseInstanceOf(StoreUnavailableException.class)
                        .hasMessageContaining("credentials were not there in time");
            }
            end.countDown();

            assertThat(store.list()).as("what has come meanwhile serves").isEmpty();
        }
        verify(credential, times(1)).getTokenSync(any());
    }

    @Test
    void without_credentials_the_message_says_where_they_come_from() {
        when(credential.getTokenSync(any()))
                .thenThrow(new CredentialUnavailableException("EnvironmentCredential authentication unavailable."));
        try (KeyStore store = open("")) {
            assertThatThrownBy(store::list)
                    .isInstanceOf(KeyAccessException.class)
                    .hasMessageContaining("AZURE_CLIENT_ID")
                    .hasMessageContaining("az login")
                    .hasMessageContaining("EnvironmentCredential");
            assertThatThrownBy(store::list).isInstanceOf(KeyAccessException.class);
        }
        verify(credential, times(2)).getTokenSync(any());
    }

    @Test
    void a_credential_that_fails_once_is_asked_again_by_the_next_call() {
        when(credential.getTokenSync(any()))
                .thenThrow(new ClientAuthenticationException("the metadata service is busy", null))
                .thenReturn(token());
        try (KeyStore store = open("")) {
            assertThatThrownBy(store::list).isInstanceOf(KeyAccessException.class);
            assertThat(store.list()).isEmpty();
        }
    }

    @Test
    void a_token_that_the_vault_does_not_take_is_an_error_of_access() {
        when(credential.getTokenSync(any()))
                .thenReturn(new AccessToken(
                        "another", OffsetDateTime.now(ZoneOffset.UTC).plusHours(1)));
        try (KeyStore store = open("")) {
            assertThatThrownBy(store::list)
                    .isInstanceOf(KeyAccessException.class)
                    .hasMessageContaining("tenant and cloud")
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("another"));
        }
    }

    /** azure-identity runs without the libraries that keep a developer's tokens on disk. */
    @Test
    void the_credentials_that_look_into_key_chains_say_that_they_have_none() {
        TokenRequestContext request = new TokenRequestContext().addScopes("https://vault.azure.net/.default");

        assertThatThrownBy(() -> new IntelliJCredentialBuilder().build().getTokenSync(request))
                .isInstanceOf(CredentialUnavailableException.class);
    }

    @Test
    void a_pipeline_of_the_applications_own_is_used() {
        HttpPipeline pipeline = new HttpPipelineBuilder()
                .policies(new FixedToken("Bearer " + vault.token))
                .httpClient(new JdkHttpClientBuilder(java.net.http.HttpClient.newBuilder()
                                .sslContext(TrustedCertificates.context(FakeKeyVault.CERTIFICATE.pem())))
                        .build())
                .build();
        String own = uri("").replaceFirst("&trust=[^&]+", "");
        try (KeyStore store = AzureKeyStore.open(pipeline, own, PATIENT)) {
            KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, "one"));
            vault.forgetRequests();

            assertThat(store.signer(key.id()).sign(MESSAGE).keyId()).isEqualTo(key.id());
            assertThat(vault.log()).containsExactly("sign /vault-a/keys/" + key.id() + "/sign");
        }
    }

    private record FixedToken(String header) implements HttpPipelinePolicy {
        @Override
        public Mono<HttpResponse> process(HttpPipelineCallContext context, HttpPipelineNextPolicy next) {
            throw new UnsupportedOperationException("The provider calls on the caller's thread.");
        }

        @Override
        public HttpResponse processSync(HttpPipelineCallContext context, HttpPipelineNextSyncPolicy next) {
            context.getHttpRequest().setHeader(com.azure.core.http.HttpHeaderName.AUTHORIZATION, header);
            return next.processSync();
        }
    }
}
