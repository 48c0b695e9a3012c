package dev.chancery.provider.pkcs11.sessions;

import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Signatures in a row that failed although the token describes itself: a library may answer C_GetTokenInfo from a database of its own when what
 * signs behind it is gone. Thread-safe.
 */
final class SigningFailures {
    /** From so many on, the library is suspected to have lost its token. */
    private static final int SUSPICIOUS = 3;

    private final AtomicInteger inARow = new AtomicInteger();
    private volatile String lastWords = "";

    void recordSuccess() {
        if (inARow.get() != 0) {
            inARow.set(0);
            lastWords = "";
        }
    }

    /** Counts one more, and says whether so many have failed that the library is to be initialised anew. */
    boolean recordFailure(String message) {
        lastWords = message;
        return inARow.incrementAndGet() >= SUSPICIOUS;
    }

    Finding finding() {
        int failed = inARow.get();
        String detail = failed + " signatures have failed since the last one that was made. " + lastWords;
        return new Finding("token signs", failed == 0 ? HealthStatus.UP : HealthStatus.DOWN, detail.strip());
    }
}
