package dev.chancery.internal.health;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.PolicyViolationException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import dev.chancery.health.Subject;
import dev.chancery.spi.Traits;
import dev.chancery.spi.files.RefusedFileException;
import dev.chancery.spi.support.ShellWord;
import java.io.IOException;
import java.util.Optional;

/** What a check that threw has found: each exception leads to what its caller does next. */
final class Failures {
    private Failures() {}

    static Finding of(Traits traits, Subject subject, String check, ChanceryException e) {
        return new Finding(subject, check, HealthStatus.DOWN, e.getMessage(), mend(traits, subject, e));
    }

    private static Optional<String> mend(Traits traits, Subject subject, ChanceryException e) {
        if (e.getCause() instanceof RefusedFileException refused
                && refused.mend().isPresent()) {
            return refused.mend();
        }
        if (e instanceof KeyNotFoundException) {
            return Optional.of("chancery list");
        }
        if (e instanceof PolicyViolationException) {
            return Optional.of("chancery policy show");
        }
        Optional<String> key = Optional.of(subject)
                .filter(about -> about.kind() == Subject.Kind.KEY)
                .map(about -> ShellWord.quote(about.name()));
        if (e instanceof IntegrityException) {
            return key.map("chancery suspend "::concat);
        }
        if (e instanceof KeyStateException || e instanceof UnsupportedException) {
            return key.map("chancery show "::concat);
        }
        if (key.isPresent() && isAboutSecret(traits, e)) {
            return Optional.of("chancery health --level sign --passphrase-file FILE");
        }
        return e instanceof KeyAccessException || e instanceof StoreUnavailableException
                ? traits.diagnosis()
                : Optional.empty();
    }

    /** What keeps a key of this machine's back and is not its file. */
    private static boolean isAboutSecret(Traits traits, ChanceryException e) {
        return e instanceof KeyAccessException && !traits.remote() && !(e.getCause() instanceof IOException);
    }
}
