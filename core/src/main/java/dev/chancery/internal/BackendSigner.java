package dev.chancery.internal;

import dev.chancery.Capability;
import dev.chancery.IntegrityException;
import dev.chancery.KeyMetadata;
import dev.chancery.PolicyViolationException;
import dev.chancery.SignPurpose;
import dev.chancery.Signature;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.SignatureEncoding;
import dev.chancery.Signer;
import dev.chancery.VerifyOptions;
import dev.chancery.policy.VerifyAfterSign;
import dev.chancery.spi.SignResult;
import dev.chancery.spi.SigningInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The way of a signature for one key: decide, ask the backend, check, hand out. */
final class BackendSigner implements Signer {
    private final StoreContext context;
    private final KeyHandle handle;
    private final SignatureAlgorithm algorithm;
    private final VerifyOptions ownAlgorithm;
    private final boolean local;
    private final boolean current;

    /** Signs with one key, whatever its ring thinks of it. */
    static BackendSigner pinned(StoreContext context, KeyHandle handle, SignatureAlgorithm algorithm) {
        return new BackendSigner(context, handle, algorithm, false);
    }

    /** Signs with the key that holds the highest generation of its ring. */
    static BackendSigner current(StoreContext context, KeyHandle handle, SignatureAlgorithm algorithm) {
        return new BackendSigner(context, handle, algorithm, true);
    }

    private BackendSigner(StoreContext context, KeyHandle handle, SignatureAlgorithm algorithm, boolean current) {
        this.context = context;
        this.handle = handle;
        this.current = current;
        this.ownAlgorithm = VerifyOptions.DEFAULT.withAlgorithm(algorithm);
        this.algorithm = handle.verifier().algorithm(ownAlgorithm);
        this.local = context.backend().capabilities().contains(Capability.LOCAL_SIGNING);
    }

    @Override
    public KeyMetadata key() {
        return handle.metadata();
    }

    @Override
    public SignatureAlgorithm algorithm() {
        return algorithm;
    }

    @Override
    public Signature sign(byte[] message) {
        return sign(permitted(SignPurpose.DATA, 1), message);
    }

    @Override
    public Signature sign(InputStream message) throws IOException {
        KeyMetadata key = permitted(SignPurpose.DATA, 1);
        if (algorithm.digest().isPresent()) {
            return signDigest(key, MessageInput.digest(message, algorithm));
        }
        return sign(key, MessageInput.buffer(message, context.options().ed25519Buffer(), algorithm));
    }

    @Override
    public Signature sign(Path file) throws IOException {
        KeyMetadata key = permitted(SignPurpose.DATA, 1);
        try (MessageInput.OpenFile open = MessageInput.open(file)) {
            return algorithm.digest().isPresent()
                    ? signDigest(key, MessageInput.digest(open.stream(), algorithm))
                    : sign(key, open.wholeFile(algorithm));
        }
    }

    @Override
    public Signature signDigest(byte[] digest) {
        MessageInput.requireDigest(algorithm, digest);
        return signDigest(permitted(SignPurpose.DATA, 1), digest);
    }

    @Override
    public List<Signature> signAll(List<byte[]> messages) {
        KeyMetadata key = permitted(SignPurpose.DATA, messages.size());
        return messages.stream().map(message -> sign(key, message)).toList();
    }

    @Override
    public Signature provePossession(byte[] certificationRequestInfo) {
        KeyMetadata key = permitted(SignPurpose.PROOF_OF_POSSESSION, 1);
        CertificationRequestInfo.requireFor(key.publicKey(), certificationRequestInfo);
        return sign(key, certificationRequestInfo);
    }

    boolean signsWith(KeyHandle other) {
        return handle == other;
    }

    /** Every reason to say no, before the backend is asked. */
    private KeyMetadata permitted(SignPurpose purpose, int signatures) {
        KeyMetadata key = handle.requireSigning(purpose, current);
        Optional<String> refusal = context.options().policy().refusalToSign(key, algorithm);
        if (refusal.isPresent()) {
            throw new PolicyViolationException("Key " + key.id() + " in " + context.location() + " must not sign: "
                    + refusal.get() + " Sign with another algorithm or key, or open the store with another policy.");
        }
        handle.count(signatures, key);
        return key;
    }

    private Signature sign(KeyMetadata key, byte[] message) {
        if (local || algorithm.digest().isEmpty()) {
            SignResult result = context.backend().sign(key.id(), algorithm, new SigningInput.Message(message));
            byte[] der = normalised(result, key);
            if (mustVerify(result)
                    && !handle.verifier().verify(message, der, ownAlgorithm).isValid()) {
                throw faulty(key);
            }
            return signature(der, key, result);
        }
        return signDigest(key, MessageInput.digest(message, algorithm));
    }

    private Signature signDigest(KeyMetadata key, byte[] digest) {
        SignResult result = context.backend().sign(key.id(), algorithm, new SigningInput.Digest(digest));
        byte[] der = normalised(result, key);
        if (mustVerify(result)
                && !handle.verifier().verifyDigest(digest, der, ownAlgorithm).isValid()) {
            throw faulty(key);
        }
        return signature(der, key, result);
    }

    private boolean mustVerify(SignResult result) {
        VerifyAfterSign rule = context.options().policy().verifyAfterSign();
        return rule == VerifyAfterSign.ALWAYS || (rule == VerifyAfterSign.WHERE_NEEDED && !result.checked());
    }

    private byte[] normalised(SignResult result, KeyMetadata key) {
        byte[] bytes = result.signature();
        if (result.encoding() == SignatureEncoding.DER || algorithm.scheme() != SignatureAlgorithm.Scheme.ECDSA) {
            return bytes;
        }
        EcdsaEncoding.problemOfP1363(bytes, key.spec()).ifPresent(problem -> {
            throw new IntegrityException("The store " + context.location()
                    + " answered with a malformed signature of key " + key.id() + ": " + problem);
        });
        return EcdsaEncoding.toDer(bytes);
    }

    private IntegrityException faulty(KeyMetadata key) {
        return new IntegrityException("A signature that key " + key.id() + " in " + context.location()
                + " just made does not verify, so it is withheld. The key, the machine or the store is faulty: take it out of"
                + " service.");
    }

    private Signature signature(byte[] der, KeyMetadata key, SignResult result) {
        return new Signature(der, key, algorithm, result.requestId());
    }
}
