package dev.chancery.provider.aws.client;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Printable;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;

/** Makes the SDK's client, which repeats what was lost; {@link Kms} repeats what AWS throttles. */
final class Clients {
    private static final int ATTEMPTS = 3;
    private static final Duration LONGEST_ATTEMPT = Duration.ofSeconds(4);

    private Clients() {}

    static KmsClient make(StoreUri uri, AwsCredentialsProvider credentials) {
        Duration half = uri.limits().deadline().dividedBy(2); // leaves time for another attempt
        Duration attempt = LONGEST_ATTEMPT.compareTo(half) < 0 ? LONGEST_ATTEMPT : half;
        ClientOverrideConfiguration.Builder configuration = ClientOverrideConfiguration.builder()
                .apiCallTimeout(uri.limits().deadline())
                .apiCallAttemptTimeout(attempt)
                .putAdvancedOption(SdkAdvancedClientOption.USER_AGENT_SUFFIX, "chancery")
                .retryStrategy(new LeavesThrottling(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(ATTEMPTS)
                        .backoffStrategy(BackoffStrategy.exponentialDelay(Duration.ofMillis(50), Duration.ofSeconds(2)))
                        .build()));
        uri.profile().ifPresent(configuration::defaultProfileName);
        try {
            KmsClientBuilder client = KmsClient.builder()
                    .region(Region.of(uri.region()))
                    .credentialsProvider(credentials)
                    .overrideConfiguration(configuration.build())
                    .httpClient(new OncePerCall(uri.limits().deadline()));
            uri.endpoint().ifPresent(client::endpointOverride);
            return client.build();
        } catch (RuntimeException e) { // also what java.net says of an endpoint in the environment
            throw new ConfigurationException(
                    "The AWS store " + uri.location() + " cannot be opened: "
                            + Printable.of(String.valueOf(e.getMessage()))
                            + ". Check ~/.aws/config and the variables that begin with AWS_, such as AWS_ENDPOINT_URL.",
                    e);
        }
    }
}
