package dev.chancery.provider.aws.client;

import dev.chancery.spi.support.Printable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkServiceException;

/** No credentials could be loaded; the message is what the place said that should have them. */
final class CredentialsException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MOST_SAID = 300;

    private final boolean passing;

    private CredentialsException(String said, boolean passing, @Nullable Throwable cause) {
        super(said, cause);
        this.passing = passing;
    }

    /** The place did not answer in time. */
    static CredentialsException late() {
        return new CredentialsException("loading AWS credentials took longer than the request may take", true, null);
    }

    /** A place failed; none, if no place is set up. */
    static CredentialsException of(Optional<Throwable> failure) {
        String said = failure.stream()
                .flatMap(CredentialsException::chain)
                .map(Throwable::getMessage)
                .filter(message -> message != null && !message.isEmpty())
                .distinct()
                .collect(Collectors.joining(": "));
        boolean passing =
                failure.stream().flatMap(CredentialsException::chain).anyMatch(CredentialsException::isPassing);
        return new CredentialsException(Printable.of(said, MOST_SAID), passing, failure.orElse(null));
    }

    private static Stream<Throwable> chain(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(10);
    }

    private static boolean isPassing(Throwable failure) {
        return failure instanceof SdkServiceException service
                ? service.statusCode() >= 500 || service.isThrottlingException()
                : failure instanceof IOException && !(failure instanceof FileSystemException);
    }

    /** Whether a later attempt may succeed without a change of the set-up. */
    boolean isPassing() {
        return passing;
    }
}
