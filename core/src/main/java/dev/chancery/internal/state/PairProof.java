package dev.chancery.internal.state;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.interception.Operation;
import dev.chancery.interception.OperationType;
import dev.chancery.interception.Outcome;
import dev.chancery.interception.SignPurpose;
import dev.chancery.internal.ecdsa.EcdsaEncoding;
import dev.chancery.internal.jca.MessageInput;
import dev.chancery.internal.jca.PublicKeyVerifier;
import dev.chancery.internal.jca.SelfTest;
import dev.chancery.key.KeyMetadata;
import dev.chancery.signature.Signature;
import dev.chancery.signature.VerifyOptions;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.signing.SigningInput;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;

/**
 * Proves by one signature over core's own bytes that a public half belongs to the private one, where the place does not vouch for it. Until then the
 * half vouches for nothing: another hand may have put it there.
 */
final class PairProof {
    private final StoreContext context;

    PairProof(StoreContext context) {
        this.context = context;
    }

    /**
     * Proves which half is the key's own, or throws. What no JCA provider here verifies with stays unproven.
     *
     * @throws IntegrityException if the signature is not that of a public half
     * @throws KeyAccessException if the key cannot sign at present, so that nothing proves the half
     */
    void prove(StoredKey stored) {
        List<PublicKey> candidates =
                stored.publicHalf() instanceof PublicHalf.Unvouched found ? found.candidates() : List.of();
        List<ChanceryException> refused = new ArrayList<>();
        for (PublicKey candidate : candidates) {
            try {
                prove(context.judge().snapshot(stored.withPublicHalf(new PublicHalf.Unvouched(candidate))));
                return;
            } catch (IntegrityException | UnsupportedException e) {
                refused.add(e);
            }
        }
        if (!refused.isEmpty()) {
            throw refused.get(0);
        }
    }

    private void prove(Snapshot snapshot) {
        PublicKeyVerifier verifier;
        try {
            verifier = KeyHandle.verifier(context, snapshot);
        } catch (UnsupportedException e) {
            return;
        }
        KeyMetadata key = snapshot.metadata();
        SignatureAlgorithm algorithm = verifier.algorithm(VerifyOptions.DEFAULT);
        byte[] message = SelfTest.message();
        SigningInput input =
                context.traits().signsMessages() || algorithm.digest().isEmpty()
                        ? new SigningInput.Message(message)
                        : new SigningInput.Digest(MessageInput.digest(message, algorithm));
        Signature signature;
        try {
            signature =
                    context.operations().isWatched() ? signWatched(key, algorithm, input) : sign(key, algorithm, input);
        } catch (ChanceryException e) {
            if (e.isRetryable()) {
                throw e;
            }
            throw new KeyAccessException(
                    "Key " + key.id() + " in " + context.location()
                            + " is unproven: nothing shows that the public half beside"
                            + " it is its own, and it cannot make the signature that would ("
                            + e.getMessage() + ") Let it sign once, or confirm its"
                            + " fingerprint with `chancery trust`, having it from the key's owner.",
                    e);
        }
        if (!verifier.verify(message, signature.value(), VerifyOptions.DEFAULT.withAlgorithm(algorithm))
                .isValid()) {
            throw new IntegrityException("Key " + key.id() + " in " + context.location()
                    + " must not be used: the public half beside it is another key's, of fingerprint "
                    + key.fingerprint() + ". Find out who replaced it, and put the right one back.");
        }
        context.judge().noteProof(key.id(), key.fingerprint());
    }

    private Signature signWatched(KeyMetadata key, SignatureAlgorithm algorithm, SigningInput input) {
        Operation operation = context.operations()
                .begin(OperationType.SIGN)
                .algorithm(algorithm)
                .purpose(SignPurpose.SELF_TEST)
                .key(key)
                .inputs(List.of(input))
                .build();
        return context.operations()
                .step(
                        operation,
                        () -> sign(key, algorithm, input),
                        signature -> new Outcome.Signed(List.of(signature)));
    }

    private Signature sign(KeyMetadata key, SignatureAlgorithm algorithm, SigningInput input) {
        var result = context.backend().sign(key.id(), algorithm, input);
        return new Signature(
                EcdsaEncoding.normalise(result, algorithm, key, context.location()),
                key,
                algorithm,
                result.requestId());
    }
}
