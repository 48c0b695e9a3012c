package dev.chancery.internal.health;

import dev.chancery.error.ChanceryException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import dev.chancery.health.Subject;
import dev.chancery.spi.files.RefusedFileException;
import java.util.Optional;

/** What a check that threw has found. */
final class Failures {
    private Failures() {}

    static Finding of(Subject subject, String check, ChanceryException e) {
        Optional<String> mend =
                e.getCause() instanceof RefusedFileException refused ? refused.mend() : Optional.empty();
        return new Finding(subject, check, HealthStatus.DOWN, String.valueOf(e.getMessage()), mend);
    }
}
