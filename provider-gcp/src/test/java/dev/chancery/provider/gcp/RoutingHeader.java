package dev.chancery.provider.gcp;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.List;

/** Google routes a request by a header that names the resource, and would not find one without. */
record RoutingHeader(List<String> problems, boolean tls, List<String> tokens) implements ServerInterceptor {
    private static final Metadata.Key<String> PARAMETERS =
            Metadata.Key.of("x-goog-request-params", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String parameters = headers.get(PARAMETERS);
        if (parameters == null || !parameters.contains("projects%2F")) {
            problems.add(call.getMethodDescriptor().getBareMethodName() + " came without its routing header.");
        }
        String token = headers.get(AUTHORIZATION);
        if (token != null && !tls) {
            problems.add("A token was sent in plaintext.");
        }
        tokens.add(String.valueOf(token));
        return next.startCall(call, headers);
    }
}
