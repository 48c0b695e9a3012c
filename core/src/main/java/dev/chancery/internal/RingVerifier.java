package dev.chancery.internal;

import dev.chancery.AlgorithmMismatchException;
import dev.chancery.KeyId;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.Verification;
import dev.chancery.Verifier;
import dev.chancery.VerifyOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds the key of a ring that made a signature: the hinted one, or each once, the newest first. */
final class RingVerifier implements Verifier {
    private final StoreContext context;
    private final BackendKeyring ring;

    RingVerifier(StoreContext context, BackendKeyring ring) {
        this.context = context;
        this.ring = ring;
    }

    @Override
    public Verification verify(byte[] message, byte[] signature, VerifyOptions options) {
        return inMemory(verifier -> verifier.verify(message, signature, options), options);
    }

    @Override
    public Verification verify(InputStream message, byte[] signature, VerifyOptions options) throws IOException {
        List<KeyHandle> candidates = candidates(options);
        if (candidates.size() == 1) {
            return first(candidates, verifier -> verifier.verify(message, signature, options));
        }
        // A stream can be read once only; keys with the same algorithm share its digest.
        List<SignatureAlgorithm> algorithms = candidates.stream()
                .map(handle -> handle.verifier().algorithm(options))
                .distinct()
                .toList();
        if (algorithms.size() == 1 && algorithms.get(0).digest().isPresent()) {
            byte[] digest = MessageInput.digest(message, algorithms.get(0));
            return first(candidates, verifier -> verifier.verifyDigest(digest, signature, options));
        }
        byte[] whole = MessageInput.buffer(message, context.options().ed25519Buffer(), algorithms.get(0));
        return first(candidates, verifier -> verifier.verify(new ByteArrayInputStream(whole), signature, options));
    }

    @Override
    public Verification verify(Path file, byte[] signature, VerifyOptions options) throws IOException {
        return first(candidates(options), verifier -> verifier.verify(file, signature, options));
    }

    @Override
    public Verification verifyDigest(byte[] digest, byte[] signature, VerifyOptions options) {
        return inMemory(verifier -> verifier.verifyDigest(digest, signature, options), options);
    }

    /** One key's answer. */
    @FunctionalInterface
    private interface Question {
        Verification ask(Verifier verifier) throws IOException;
    }

    private Verification inMemory(Question question, VerifyOptions options) {
        try {
            return first(candidates(options), question);
        } catch (IOException e) {
            throw new IllegalStateException("Bytes in memory cannot fail to be read.", e);
        }
    }

    private Verification first(List<KeyHandle> candidates, Question question) throws IOException {
        for (KeyHandle handle : candidates) {
            Verification answer = question.ask(new BackendVerifier(context, handle));
            if (answer.status() != Verification.Status.INVALID) {
                return answer;
            }
        }
        return new Verification(
                Verification.Status.INVALID,
                Optional.empty(),
                false,
                "The signature is of no key of the ring '" + ring.name() + "' that could be asked (" + candidates.size()
                        + " asked).");
    }

    private List<KeyHandle> candidates(VerifyOptions options) {
        Optional<KeyId> hint = options.keyHint();
        List<KeyHandle> hinted = ring.members().stream()
                .filter(handle -> hint.isEmpty() || handle.metadata().id().equals(hint.get()))
                .toList();
        List<KeyHandle> fitting =
                hinted.stream().filter(handle -> fits(handle, options)).toList();
        if (fitting.isEmpty() && !hinted.isEmpty()) {
            throw new AlgorithmMismatchException("No key of the ring '" + ring.name() + "' fits "
                    + options.algorithm().orElseThrow() + ".");
        }
        return fitting;
    }

    private static boolean fits(KeyHandle handle, VerifyOptions options) {
        return options.algorithm()
                .map(algorithm -> handle.metadata().algorithms().contains(algorithm))
                .orElse(true);
    }
}
