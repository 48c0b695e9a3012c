package dev.chancery.provider.aws;

import com.sun.net.httpserver.Headers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks AWS Signature Version 4 from the request alone
 * (<a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">how it is made</a>).
 */
final class SigV4 {
    private static final Pattern AUTHORIZATION =
            Pattern.compile("AWS4-HMAC-SHA256 Credential=([^/]+)/([0-9]{8})/([^/]+)/"
                    + "([^/]+)/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final String accessKey;
    private final String secretKey;
    private final String region;

    SigV4(String accessKey, String secretKey, String region) {
        this.accessKey = accessKey;
        this.secretKey = secretKey;
        this.region = region;
    }

    /** What KMS would answer to a request that is not rightly signed: the error's code and message. */
    record Refusal(String code, String message) {}

    Optional<Refusal> refusal(Headers headers, byte[] body, Instant now) {
        String authorization = headers.getFirst("Authorization");
        if (authorization == null) {
            return refused("MissingAuthenticationTokenException", "Missing Authentication Token");
        }
        Matcher parts = AUTHORIZATION.matcher(authorization);
        String time = headers.getFirst("X-Amz-Date");
        if (!parts.matches() || time == null) {
            return refused("IncompleteSignatureException", "The Authorization header is not what SigV4 writes.");
        }
        if (!parts.group(1).equals(accessKey)) {
            return refused("UnrecognizedClientException", "The security token included in the request is invalid.");
        }
        if (!parts.group(3).equals(region) || !parts.group(4).equals("kms")) {
            return refused(
                    "InvalidSignatureException",
                    "Credential should be scoped to a valid region, not '" + parts.group(3) + "'.");
        }
        Duration age = Duration.between(Instant.from(TIME.parse(time)), now);
        if (age.abs().compareTo(Duration.ofMinutes(5)) > 0) {
            return refused(
                    "InvalidSignatureException",
                    age.isNegative() ? "Signature not yet current: " + time : "Signature expired: " + time);
        }
        List<String> signed = Arrays.asList(parts.group(5).split(";"));
        if (!signed.containsAll(List.of("host", "x-amz-date", "x-amz-target"))) {
            return refused("IncompleteSignatureException", "Headers are not signed: " + signed);
        }
        return signature(parts.group(2), time, canonical(headers, signed, body)).equals(parts.group(6))
                ? Optional.empty()
                : refused(
                        "InvalidSignatureException",
                        "The request signature we calculated does not match the signature you provided.");
    }

    private static Optional<Refusal> refused(String code, String message) {
        return Optional.of(new Refusal(code, message));
    }

    private static String canonical(Headers headers, List<String> signed, byte[] body) {
        StringBuilder canonical = new StringBuilder("POST\n/\n\n");
        for (String name : signed) {
            canonical
                    .append(name.toLowerCase(Locale.ROOT))
                    .append(':')
                    .append(String.join(",", headers.getOrDefault(name, List.of()))
                            .strip()
                            .replaceAll(" +", " "))
                    .append('\n');
        }
        return canonical
                .append('\n')
                .append(String.join(";", signed))
                .append('\n')
                .append(sha256(body))
                .toString();
    }

    private String signature(String day, String time, String canonical) {
        byte[] key = ("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8);
        for (String part : List.of(day, region, "kms", "aws4_request")) {
            key = hmac(key, part);
        }
        String scope = day + "/" + region + "/kms/aws4_request";
        String toSign =
                "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + sha256(canonical.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hmac(key, toSign));
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
