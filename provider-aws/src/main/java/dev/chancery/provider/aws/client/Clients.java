package dev.chancery.provider.aws.client;

import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.Printable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;

/** Makes the SDK's client, which repeats nothing: its pauses know no deadline, and its attempts no quota. {@link Kms} repeats. */
final class Clients {
    private Clients() {}

    static KmsClient make(StoreUri uri, AwsCredentialsProvider credentials) {
        ClientOverrideConfiguration.Builder configuration = ClientOverrideConfiguration.builder()
                .putAdvancedOption(SdkAdvancedClientOption.USER_AGENT_SUFFIX, "chancery")
                .retryStrategy(DefaultRetryStrategy.doNotRetry());
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
