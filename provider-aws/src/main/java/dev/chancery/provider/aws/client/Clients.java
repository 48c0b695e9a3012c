package dev.chancery.provider.aws.client;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Printable;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.RetryUtils;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;

/** Makes the SDK's client: one layer of retries, and a deadline for each attempt and for all of them. */
public final class Clients {
    private static final int ATTEMPTS = 3;
    private static final Duration LONGEST_ATTEMPT = Duration.ofSeconds(4);

    private Clients() {}

    /**
     * Makes a client.
     *
     * @param throttled called for each attempt that AWS throttles
     */
    static KmsClient make(StoreUri uri, Runnable throttled) {
        return make(uri, throttled, Duration.ofMillis(50), Duration.ofMillis(250));
    }

    /** For tests, which have no time for pauses. */
    public static KmsClient make(StoreUri uri, Runnable throttled, Duration pause, Duration pauseWhenThrottled) {
        Duration half = uri.deadline().dividedBy(2); // leaves time for another attempt
        Duration attempt = LONGEST_ATTEMPT.compareTo(half) < 0 ? LONGEST_ATTEMPT : half;
        ClientOverrideConfiguration.Builder configuration = ClientOverrideConfiguration.builder()
                .apiCallTimeout(uri.deadline())
                .apiCallAttemptTimeout(attempt)
                .putAdvancedOption(SdkAdvancedClientOption.USER_AGENT_SUFFIX, "chancery")
                .retryStrategy(retries(throttled, pause, pauseWhenThrottled));
        if (uri.callerInUserAgent()) {
            configuration.addExecutionInterceptor(new CallerInUserAgent());
        }
        uri.profile().ifPresent(configuration::defaultProfileName);
        try {
            KmsClientBuilder client = KmsClient.builder()
                    .region(Region.of(uri.region()))
                    .credentialsProvider(DefaultCredentialsProvider.builder()
                            .profileName(uri.profile().orElse(null))
                            .build())
                    .overrideConfiguration(configuration.build());
            client.httpClient(new OncePerCall(uri.deadline()));
            uri.endpoint().ifPresent(client::endpointOverride);
            return client.build();
        } catch (SdkClientException e) {
            throw new ConfigurationException(
                    "The AWS store " + uri.location() + " cannot be opened: "
                            + Printable.of(String.valueOf(e.getMessage()))
                            + ". Check ~/.aws/config and the variables that begin with AWS_.",
                    e);
        }
    }

    /** The SDK's standard mode: what it retries, and a bucket of tokens that ends retries in an outage. */
    private static RetryStrategy retries(Runnable throttled, Duration pause, Duration pauseWhenThrottled) {
        return AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(ATTEMPTS)
                .backoffStrategy(BackoffStrategy.exponentialDelay(pause, Duration.ofSeconds(2)))
                .throttlingBackoffStrategy(BackoffStrategy.exponentialDelay(pauseWhenThrottled, Duration.ofSeconds(4)))
                .treatAsThrottling(failure -> {
                    boolean isThrottling = failure instanceof SdkException sdk && RetryUtils.isThrottlingException(sdk);
                    if (isThrottling) {
                        throttled.run();
                    }
                    return isThrottling;
                })
                .build();
    }
}
