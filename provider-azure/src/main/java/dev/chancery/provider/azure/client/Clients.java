package dev.chancery.provider.azure.client;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.util.ClientOptions;
import com.azure.identity.DefaultAzureCredentialBuilder;
import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.KeyClientBuilder;
import com.azure.security.keyvault.keys.KeyServiceVersion;
import com.azure.security.keyvault.keys.cryptography.CryptographyClient;
import com.azure.security.keyvault.keys.cryptography.CryptographyClientBuilder;
import com.azure.security.keyvault.keys.cryptography.CryptographyServiceVersion;
import dev.chancery.key.KeyId;
import dev.chancery.spi.support.HeldCredentials;
import dev.chancery.spi.support.TrustedCertificates;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The SDK's clients of one vault: one for its keys, and one for each version that signs, told not to fetch the key first. Those of our own retry
 * nothing, as {@link Vault} does. The API's version is one that national clouds and other servers have, too. Thread-safe.
 */
final class Clients {
    private static final Duration CONNECTION = Duration.ofSeconds(2);
    private static final ClientOptions OURS = new ClientOptions().setApplicationId("chancery");

    /** The SDK's own retries know no deadline, and wait as long as the vault says. */
    private static final RetryOptions ONCE = new RetryOptions(new FixedDelayOptions(0, Duration.ofMillis(1)));

    private final VaultUri uri;
    private final KeyClient keys;
    private final Supplier<KeyClient> attesting;
    private final UnaryOperator<CryptographyClientBuilder> signing;
    private final Supplier<Optional<HeldCredentials>> credentials;
    private final Map<KeyId, CryptographyClient> signers = new ConcurrentHashMap<>();

    private Clients(
            VaultUri uri,
            KeyClientBuilder keys,
            UnaryOperator<CryptographyClientBuilder> signing,
            Supplier<Optional<HeldCredentials>> credentials) {
        this.uri = uri;
        this.keys = keys.vaultUrl(uri.sdkUrl())
                .serviceVersion(KeyServiceVersion.V7_4)
                .buildClient();
        this.attesting = () -> keys.serviceVersion(KeyServiceVersion.V7_6).buildClient();
        this.signing = signing;
        this.credentials = credentials;
    }

    /** Azure's chain of credentials, or the URI's token. */
    static Clients open(VaultUri uri) {
        TokenCredential credential = uri.token()
                .<TokenCredential>map(TokenFile::new)
                .orElseGet(() -> new DefaultAzureCredentialBuilder()
                        .additionallyAllowedTenants("*") // the vault's challenge says which
                        .build());
        return of(credential, uri);
    }

    static Clients of(TokenCredential credential, VaultUri uri) {
        TimedCredential timed = new TimedCredential(credential);
        HttpClient transport = new VaultTransport(http(uri), uri);
        KeyClientBuilder keys = new KeyClientBuilder()
                .credential(timed)
                .httpClient(transport)
                .clientOptions(OURS)
                .retryOptions(ONCE);
        UnaryOperator<CryptographyClientBuilder> signing = builder -> {
            builder.credential(timed).httpClient(transport).clientOptions(OURS).retryOptions(ONCE);
            return uri.anyChallenge() ? builder.disableChallengeResourceVerification() : builder;
        };
        return new Clients(
                uri, uri.anyChallenge() ? keys.disableChallengeResourceVerification() : keys, signing, timed::held);
    }

    /** Somebody else's policies and HTTP client. */
    static Clients of(HttpPipeline pipeline, VaultUri uri) {
        HttpPipeline routed = new HttpPipelineBuilder()
                .policies(IntStream.range(0, pipeline.getPolicyCount())
                        .mapToObj(pipeline::getPolicy)
                        .toArray(HttpPipelinePolicy[]::new))
                .httpClient(new VaultTransport(pipeline.getHttpClient(), uri))
                .tracer(pipeline.getTracer())
                .build();
        return new Clients(
                uri, new KeyClientBuilder().pipeline(routed), builder -> builder.pipeline(routed), Optional::empty);
    }

    /** Proxies come from {@code HTTPS_PROXY} and its like, as the SDK reads them. */
    private static HttpClient http(VaultUri uri) {
        java.net.http.HttpClient.Builder http =
                java.net.http.HttpClient.newBuilder().followRedirects(java.net.http.HttpClient.Redirect.NEVER);
        uri.trust().ifPresent(file -> http.sslContext(TrustedCertificates.context(file)));
        Duration half = uri.deadline().dividedBy(2);
        return new JdkHttpClientBuilder(http)
                .connectionTimeout(CONNECTION.compareTo(half) < 0 ? CONNECTION : half)
                .readTimeout(half)
                .responseTimeout(uri.deadline())
                .build();
    }

    /** What the vault is asked with, as far as it is known here. */
    Optional<HeldCredentials> credentials() {
        return credentials.get();
    }

    KeyClient keys() {
        return keys;
    }

    /** A client of the first version of the API that has attestations; few stores ask for one. */
    KeyClient attesting() {
        return attesting.get();
    }

    /** A client that signs with one version, without asking for the key: its answers say nothing that core does not know. */
    CryptographyClient signer(KeyId id) {
        return signers.computeIfAbsent(
                id,
                any -> signing.apply(new CryptographyClientBuilder())
                        .keyIdentifier(uri.sdkUrl() + "/keys/" + id)
                        .serviceVersion(CryptographyServiceVersion.V7_4)
                        .disableKeyCaching()
                        .buildClient());
    }
}
