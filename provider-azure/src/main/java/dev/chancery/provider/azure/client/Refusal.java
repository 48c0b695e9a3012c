package dev.chancery.provider.azure.client;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpHeaderName;
import dev.chancery.spi.support.Causes;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the vault says instead of a result.
 *
 * @param status the status of HTTP, 400 at least
 * @param code the vault's own word: the inner code where there is one, else the outer, else the status
 * @param message its sentence
 * @param retryAfter how long it asks to be left alone
 * @param requestId what it called the request
 */
record Refusal(int status, String code, String message, Optional<Duration> retryAfter, String requestId) {
    private static final int THROTTLED = 429;
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,5}");

    /** Empty if the vault has not answered, or not with a refusal. */
    static Optional<Refusal> of(Throwable e) {
        return Causes.of(e)
                .filter(HttpResponseException.class::isInstance)
                .map(HttpResponseException.class::cast)
                .filter(refused ->
                        refused.getResponse() != null && refused.getResponse().getStatusCode() >= 400)
                .findFirst()
                .map(Refusal::read);
    }

    private static Refusal read(HttpResponseException e) {
        Map<?, ?> error = part(e.getValue(), "error");
        Map<?, ?> inner = part(error, "innererror");
        int status = e.getResponse().getStatusCode();
        return new Refusal(
                status,
                text(inner, "code").or(() -> text(error, "code")).orElse("HTTP " + status),
                text(error, "message").orElse("without a word on why"),
                Optional.ofNullable(e.getResponse().getHeaderValue(HttpHeaderName.RETRY_AFTER))
                        .filter(text -> SECONDS.matcher(text).matches())
                        .map(text -> Duration.ofSeconds(Integer.parseInt(text))),
                String.valueOf(e.getResponse().getHeaderValue(VaultTransport.REQUEST_ID)));
    }

    private static Map<?, ?> part(@Nullable Object whole, String name) {
        return whole instanceof Map<?, ?> map && map.get(name) instanceof Map<?, ?> part ? part : Map.of();
    }

    private static Optional<String> text(Map<?, ?> part, String name) {
        return part.get(name) instanceof String text && !text.isEmpty() ? Optional.of(text) : Optional.empty();
    }

    boolean isThrottling() {
        return status == THROTTLED;
    }

    /** Azure answers to a use of a disabled key with 403; other servers with 404 or 500. */
    boolean isForDisabled() {
        return says("KeyDisabled|on a disabled|not enabled");
    }

    boolean says(String pattern) {
        return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE)
                .matcher(code + " " + message)
                .find();
    }
}
