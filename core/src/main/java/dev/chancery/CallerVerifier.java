package dev.chancery;

import dev.chancery.caller.Caller;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;

/** A verifier that always verifies on behalf of one caller. */
final class CallerVerifier implements Verifier {
    private final Verifier verifier;
    private final Caller caller;

    /** Binds a verifier to a caller. */
    CallerVerifier(Verifier verifier, Caller caller) {
        this.verifier = verifier;
        this.caller = Objects.requireNonNull(caller, "caller");
    }

    @Override
    public Verification verify(byte[] message, byte[] signature, VerifyOptions options) {
        return caller.call(() -> verifier.verify(message, signature, options));
    }

    @Override
    public Verification verify(InputStream message, byte[] signature, VerifyOptions options) throws IOException {
        try (Caller.Scope scope = caller.enter()) {
            return verifier.verify(message, signature, options);
        }
    }

    @Override
    public Verification verify(Path file, byte[] signature, VerifyOptions options) throws IOException {
        try (Caller.Scope scope = caller.enter()) {
            return verifier.verify(file, signature, options);
        }
    }

    @Override
    public Verification verifyDigest(byte[] digest, byte[] signature, VerifyOptions options) {
        return caller.call(() -> verifier.verifyDigest(digest, signature, options));
    }

    @Override
    public Verifier as(Caller other) {
        return verifier.as(other);
    }
}
