package dev.chancery.audit.internal.foreign;

import dev.chancery.Verifier;
import dev.chancery.interception.Operation;
import dev.chancery.interception.OperationType;
import dev.chancery.interception.Outcome;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import dev.chancery.spi.signing.SigningInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A verifier of a store that core did not make. */
final class ForeignVerifier implements Verifier {
    private final Verifier verifier;
    private final ForeignSteps steps;
    private final @Nullable KeyId key;
    private final @Nullable KeyName ring;

    ForeignVerifier(Verifier verifier, ForeignSteps steps, @Nullable KeyId key, @Nullable KeyName ring) {
        this.verifier = verifier;
        this.steps = steps;
        this.key = key;
        this.ring = ring;
    }

    @Override
    public Verification verify(byte[] message, byte[] signature, VerifyOptions options) {
        return answer(
                new SigningInput.Message(message),
                signature,
                options,
                () -> verifier.verify(message, signature, options));
    }

    @Override
    public Verification verify(InputStream message, byte[] signature, VerifyOptions options) throws IOException {
        return verify(message.readAllBytes(), signature, options);
    }

    @Override
    public Verification verify(Path file, byte[] signature, VerifyOptions options) throws IOException {
        return verify(Files.readAllBytes(file), signature, options);
    }

    @Override
    public Verification verifyDigest(byte[] digest, byte[] signature, VerifyOptions options) {
        return answer(
                new SigningInput.Digest(digest),
                signature,
                options,
                () -> verifier.verifyDigest(digest, signature, options));
    }

    private Verification answer(
            SigningInput input, byte[] signature, VerifyOptions options, Supplier<Verification> answer) {
        Operation.Builder about = steps.begin(OperationType.VERIFY)
                .ring(ring)
                .algorithm(options.algorithm().orElse(null))
                .inputs(List.of(input))
                .signature(signature);
        if (key != null) {
            about.keyId(key);
        }
        return steps.step(about, answer, Outcome.Verified::new);
    }
}
