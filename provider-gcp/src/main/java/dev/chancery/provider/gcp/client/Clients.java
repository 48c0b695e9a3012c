package dev.chancery.provider.gcp.client;

import com.google.api.core.ApiFunction;
import com.google.api.gax.core.CredentialsProvider;
import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.api.gax.core.GoogleCredentialsProvider;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.api.gax.rpc.FixedHeaderProvider;
import com.google.auth.Credentials;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.KeyManagementServiceSettings;
import dev.chancery.error.ConfigurationException;
import dev.chancery.spi.support.TrustedCertificates;
import io.grpc.ManagedChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLException;

/** Makes the SDK's client. Its deadlines and retries are {@link Kms}'s, with each call. */
final class Clients {
    private Clients() {}

    /** With application default credentials, looked for by the first call; none in plaintext. */
    static KeyManagementServiceClient open(KmsUri uri) {
        GoogleCredentialsProvider chain =
                KeyManagementServiceSettings.defaultCredentialsProviderBuilder().build();
        return make(
                uri,
                uri.plaintext()
                        ? NoCredentialsProvider.create()
                        : FixedCredentialsProvider.create(new DeferredCredentials(chain::getCredentials)));
    }

    static KeyManagementServiceClient with(Credentials credentials, KmsUri uri) {
        return make(uri, FixedCredentialsProvider.create(new DeferredCredentials(() -> credentials)));
    }

    @SuppressWarnings("rawtypes") // as the SDK declares it
    private static ApiFunction<ManagedChannelBuilder, ManagedChannelBuilder> trusting(Path certificates)
            throws SSLException {
        SslContext context = GrpcSslContexts.forClient()
                .trustManager(TrustedCertificates.managers(certificates))
                .build();
        return builder -> ((NettyChannelBuilder) builder).sslContext(context);
    }

    private static KeyManagementServiceClient make(KmsUri uri, CredentialsProvider credentials) {
        InstantiatingGrpcChannelProvider.Builder channel =
                KeyManagementServiceSettings.defaultGrpcTransportProviderBuilder();
        if (uri.plaintext()) {
            channel.setChannelConfigurator(builder -> builder.usePlaintext());
        }
        try {
            if (uri.trust().isPresent()) {
                channel.setChannelConfigurator(trusting(uri.trust().get()));
            }
            KeyManagementServiceSettings.Builder settings = KeyManagementServiceSettings.newBuilder()
                    .setCredentialsProvider(credentials)
                    .setHeaderProvider(FixedHeaderProvider.create(Map.of("user-agent", "chancery")))
                    .setTransportChannelProvider(channel.build());
            uri.endpoint().ifPresent(settings::setEndpoint);
            return KeyManagementServiceClient.create(settings.build());
        } catch (IOException e) {
            throw new ConfigurationException(
                    "The store " + uri.location() + " cannot be opened: " + e.getMessage() + " Check the endpoint.", e);
        }
    }
}
