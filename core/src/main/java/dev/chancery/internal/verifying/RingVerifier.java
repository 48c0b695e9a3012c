package dev.chancery.internal.verifying;

import dev.chancery.Verifier;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.internal.jca.MessageInput;
import dev.chancery.internal.lifecycle.Ring;
import dev.chancery.internal.state.KeyHandle;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyId;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds the key of a ring that made a signature: the hinted one, or each once, the newest first. */
final class RingVerifier implements Verifier {
    private final StoreContext context;
    private final Ring ring;

    RingVerifier(StoreContext context, Ring ring) {
        this.context = context;
        this.ring = ring;
    }

    @Override
    public Verification verify(byte[] message, byte[] signature, VerifyOptions options) {
        return inMemory(handle -> verifier(handle).verify(message, signature, options), options);
    }

    @Override
    public Verification verify(InputStream message, byte[] signature, VerifyOptions options) throws IOException {
        // A stream can be read once only; keys with the same algorithm share its digest.
        List<SignatureAlgorithm> algorithms = candidates(options).stream()
                .map(handle -> handle.verifier().algorithm(options))
                .distinct()
                .toList();
        if (algorithms.size() == 1 && algorithms.get(0).digest().isPresent()) {
            SignatureAlgorithm algorithm = algorithms.get(0);
            byte[] digest = MessageInput.digest(message, algorithm);
            VerifyOptions same = options.withAlgorithm(algorithm);
            return first(handle -> verifier(handle).verifyDigest(digest, signature, same), same);
        }
        byte[] whole = MessageInput.buffer(
                message,
                context.options().ed25519Buffer(),
                algorithms.stream().findFirst().orElse(SignatureAlgorithm.ED25519));
        return first(handle -> verifier(handle).verify(whole, signature, options), options);
    }

    @Override
    public Verification verify(Path file, byte[] signature, VerifyOptions options) throws IOException {
        return first(handle -> verifier(handle).verify(file, signature, options), options);
    }

    @Override
    public Verification verifyDigest(byte[] digest, byte[] signature, VerifyOptions options) {
        return inMemory(handle -> verifier(handle).verifyDigest(digest, signature, options), options);
    }

    private BackendVerifier verifier(KeyHandle handle) {
        return new BackendVerifier(context, handle);
    }

    /** One key's answer. */
    @FunctionalInterface
    private interface Question {
        Verification ask(KeyHandle handle) throws IOException;
    }

    private Verification inMemory(Question question, VerifyOptions options) {
        try {
            return first(question, options);
        } catch (IOException e) {
            throw new IllegalStateException("Bytes in memory cannot fail to be read.", e);
        }
    }

    private Verification first(Question question, VerifyOptions options) throws IOException {
        List<KeyHandle> known = candidates(options);
        Optional<Verification> answer = firstMatch(known, question);
        boolean upToDate = true;
        if (answer.isEmpty() && mayBeOfAnother(known, options)) {
            // Another instance may have rotated a moment ago and signed with a key that this one has not heard of.
            upToDate = tryToReload();
            List<KeyHandle> unheardOf = candidates(options).stream()
                    .filter(handle -> !known.contains(handle))
                    .toList();
            answer = firstMatch(unheardOf, question);
        }
        return answer.isPresent() ? answer.get() : ofNobody(upToDate);
    }

    /** Nothing that the ring has to say can change the answer of a key that was named. */
    private static boolean mayBeOfAnother(List<KeyHandle> known, VerifyOptions options) {
        return options.keyHint().isEmpty() || known.isEmpty();
    }

    /** A store that does not answer is no reason for an exception: verifying rests on what is known. */
    private boolean tryToReload() {
        try {
            ring.reloadClaims();
            return true;
        } catch (StoreUnavailableException e) {
            return false;
        }
    }

    private Verification ofNobody(boolean upToDate) {
        return new Verification(
                Verification.Status.INVALID,
                Optional.empty(),
                !upToDate,
                "The signature is of no key of the ring '" + ring.name() + "' that could be asked."
                        + (upToDate ? "" : " The ring could not be read again: a newer key may have made it."));
    }

    private static Optional<Verification> firstMatch(List<KeyHandle> handles, Question question) throws IOException {
        for (KeyHandle handle : handles) {
            Verification answer = question.ask(handle);
            if (answer.status() != Verification.Status.INVALID) {
                return Optional.of(answer);
            }
        }
        return Optional.empty();
    }

    private List<KeyHandle> candidates(VerifyOptions options) {
        Optional<KeyId> hint = options.keyHint();
        List<KeyHandle> hinted = ring.members().stream()
                .filter(handle -> hint.isEmpty() || handle.id().equals(hint.get()))
                .toList();
        List<KeyHandle> fitting =
                hinted.stream().filter(handle -> fits(handle, options)).toList();
        if (fitting.isEmpty() && !hinted.isEmpty()) {
            throw new AlgorithmMismatchException("No key of the ring '" + ring.name() + "' fits "
                    + options.algorithm().orElseThrow() + ".");
        }
        List<KeyHandle> able = fitting.stream().filter(ring::isVerifiable).toList();
        return able.isEmpty() ? fitting : able; // if nothing is left, the first that is asked says why
    }

    private static boolean fits(KeyHandle handle, VerifyOptions options) {
        return options.algorithm()
                .map(algorithm -> handle.algorithms().contains(algorithm))
                .orElse(true);
    }
}
