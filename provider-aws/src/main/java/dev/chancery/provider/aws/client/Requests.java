package dev.chancery.provider.aws.client;

import dev.chancery.caller.Caller;
import dev.chancery.spi.support.RemoteCalls;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.kms.model.KmsRequest;

/** What each request of our own client carries: credentials, the time that is left, and who asks. */
record Requests(Credentials credentials, boolean callerInUserAgent) implements AutoCloseable {

    /** The request with credentials that were loaded before the deadline, and what then is left of the time. */
    @SuppressWarnings("unchecked") // a builder makes what it was made from
    <Q extends KmsRequest> Q within(Q request, RemoteCalls.Attempt time) {
        AwsRequestOverrideConfiguration.Builder carried = AwsRequestOverrideConfiguration.builder()
                .credentialsProvider(StaticCredentialsProvider.create(credentials.load(time.deadline())));
        carried.apiCallTimeout(time.left());
        if (callerInUserAgent) {
            Caller.current()
                    .ifPresent(caller -> carried.addApiName(
                            name -> name.name("chancery-caller").version(token(caller))));
        }
        return (Q) request.toBuilder().overrideConfiguration(carried.build()).build();
    }

    /** A user-agent header takes tokens only (RFC 9110, 5.6.2). */
    private static String token(Caller caller) {
        String text =
                caller.userId() + caller.correlationId().map(id -> "#" + id).orElse("");
        String token = text.replaceAll("[^A-Za-z0-9#._-]", "_");
        return token.substring(0, Math.min(token.length(), 128));
    }

    @Override
    public void close() {
        credentials.close();
    }
}
