package com.example.session;

import dev.chancery.spi.StoredKey;
import dev.chancery.spi.signing.LocalKey;
import java.security.PrivateKey;

/** A key of a session. Not a record: a secret has no {@code toString} that shows it. */
final class SessionKey {
    private final StoredKey fact;
    private final PrivateKey privateHalf;
    private final LocalKey ready;

    SessionKey(StoredKey fact, PrivateKey privateHalf, LocalKey ready) {
        this.fact = fact;
        this.privateHalf = privateHalf;
        this.ready = ready;
    }

    StoredKey fact() {
        return fact;
    }

    PrivateKey privateHalf() {
        return privateHalf;
    }

    LocalKey ready() {
        return ready;
    }
}
