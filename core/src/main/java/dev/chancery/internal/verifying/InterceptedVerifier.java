package dev.chancery.internal.verifying;

import dev.chancery.Verifier;
import dev.chancery.error.ChanceryException;
import dev.chancery.interception.Operation;
import dev.chancery.interception.OperationType;
import dev.chancery.interception.Outcome;
import dev.chancery.internal.lifecycle.Ring;
import dev.chancery.internal.state.KeyHandle;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import dev.chancery.spi.signing.SigningInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A verifier with interceptors around each answer. A ring's answer is one operation, however many keys were tried. */
public final class InterceptedVerifier implements Verifier {
    private final Verifier verifier;
    private final StoreContext context;
    private final @Nullable KeyId key;
    private final @Nullable KeyName ring;

    private InterceptedVerifier(Verifier verifier, StoreContext context, @Nullable KeyId key, @Nullable KeyName ring) {
        this.verifier = verifier;
        this.context = context;
        this.key = key;
        this.ring = ring;
    }

    public static InterceptedVerifier ofKey(StoreContext context, KeyHandle handle) {
        return new InterceptedVerifier(new BackendVerifier(context, handle), context, handle.id(), null);
    }

    public static InterceptedVerifier ofRing(StoreContext context, Ring ring) {
        return new InterceptedVerifier(new RingVerifier(context, ring), context, null, ring.name());
    }

    @Override
    public Verification verify(byte[] message, byte[] signature, VerifyOptions options) {
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(signature, "signature");
        Objects.requireNonNull(options, "options");
        if (!context.operations().isWatched()) {
            return verifier.verify(message, signature, options);
        }
        byte[] copy = message.clone(); // what is on record is what was verified, even if the caller changes its array
        return answer(
                signature,
                options,
                List.of(new SigningInput.Message(copy)),
                () -> verifier.verify(copy, signature, options));
    }

    @Override
    public Verification verifyDigest(byte[] digest, byte[] signature, VerifyOptions options) {
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(signature, "signature");
        Objects.requireNonNull(options, "options");
        if (!context.operations().isWatched()) {
            return verifier.verifyDigest(digest, signature, options);
        }
        byte[] copy = digest.clone();
        return answer(
                signature,
                options,
                List.of(new SigningInput.Digest(copy)),
                () -> verifier.verifyDigest(copy, signature, options));
    }

    @Override
    public Verification verify(InputStream message, byte[] signature, VerifyOptions options) throws IOException {
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(signature, "signature");
        Objects.requireNonNull(options, "options");
        if (!context.operations().isWatched()) {
            return verifier.verify(message, signature, options);
        }
        return answerStream(signature, options, () -> verifier.verify(message, signature, options));
    }

    @Override
    public Verification verify(Path file, byte[] signature, VerifyOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(signature, "signature");
        Objects.requireNonNull(options, "options");
        if (!context.operations().isWatched()) {
            return verifier.verify(file, signature, options);
        }
        return answerStream(signature, options, () -> verifier.verify(file, signature, options));
    }

    private Verification answer(
            byte[] signature, VerifyOptions options, List<SigningInput> inputs, Supplier<Verification> answer) {
        Operation.Builder operation = context.operations()
                .begin(OperationType.VERIFY)
                .ring(ring)
                .algorithm(options.algorithm().orElse(null))
                .inputs(inputs)
                .signature(signature);
        if (key != null) {
            operation.keyId(key);
            context.handles().known(key).ifPresent(operation::key);
        }
        return context.operations().step(operation.build(), answer, Outcome.Verified::new);
    }

    /** An answer that needs something read first. */
    @FunctionalInterface
    private interface StreamAnswer {
        Verification get() throws IOException;
    }

    private Verification answerStream(byte[] signature, VerifyOptions options, StreamAnswer answer) throws IOException {
        try {
            return answer(signature, options, List.of(), () -> {
                try {
                    return answer.get();
                } catch (IOException e) {
                    throw new Unread(e);
                }
            });
        } catch (Unread e) {
            throw e.reason;
        }
    }

    /** Carries what the JDK's streams throw through the interceptors, who are told of it as a failure. */
    private static final class Unread extends ChanceryException {
        private final IOException reason;

        Unread(IOException reason) {
            super("The message could not be read.", reason);
            this.reason = reason;
        }
    }
}
