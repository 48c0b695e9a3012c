package dev.chancery.internal.health;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.PolicyViolationException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import dev.chancery.health.Subject;
import dev.chancery.spi.files.RefusedFileException;
import java.util.Optional;

/** What a check that threw has found. */
final class Failures {
    private Failures() {}

    static Finding of(Subject subject, String check, ChanceryException e) {
        return new Finding(subject, check, HealthStatus.DOWN, String.valueOf(e.getMessage()), mend(e));
    }

    private static Optional<String> mend(ChanceryException e) {
        if (e instanceof KeyNotFoundException) {
            return Optional.of("chancery list");
        }
        if (e instanceof PolicyViolationException) {
            return Optional.of("chancery policy show");
        }
        return e.getCause() instanceof RefusedFileException refused ? refused.mend() : Optional.empty();
    }
}
