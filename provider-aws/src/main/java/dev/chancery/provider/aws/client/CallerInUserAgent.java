package dev.chancery.provider.aws.client;

import dev.chancery.caller.Caller;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** Tells AWS who asks, and so CloudTrail. The SDK calls it on the caller's thread. */
final class CallerInUserAgent implements ExecutionInterceptor {

    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
        AwsRequest request = (AwsRequest) context.request();
        return Caller.current().map(caller -> with(caller, request)).orElse(request);
    }

    private static AwsRequest with(Caller caller, AwsRequest request) {
        AwsRequestOverrideConfiguration configuration = request.overrideConfiguration()
                .map(AwsRequestOverrideConfiguration::toBuilder)
                .orElseGet(AwsRequestOverrideConfiguration::builder)
                .addApiName(name -> name.name("chancery-caller").version(token(caller)))
                .build();
        return request.toBuilder().overrideConfiguration(configuration).build();
    }

    /** A user-agent header takes tokens only (RFC 9110, 5.6.2). */
    private static String token(Caller caller) {
        String text =
                caller.userId() + caller.correlationId().map(id -> "#" + id).orElse("");
        String token = text.replaceAll("[^A-Za-z0-9#._-]", "_");
        return token.substring(0, Math.min(token.length(), 128));
    }
}
