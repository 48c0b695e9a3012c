package dev.chancery.internal.signing;

import dev.chancery.Signer;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.caller.SideBySide;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyStateException;
import dev.chancery.interception.Operation;
import dev.chancery.interception.OperationType;
import dev.chancery.interception.Outcome;
import dev.chancery.interception.SignPurpose;
import dev.chancery.internal.ecdsa.EcdsaEncoding;
import dev.chancery.internal.jca.MessageInput;
import dev.chancery.internal.jca.PssDefect;
import dev.chancery.internal.jca.SelfTest;
import dev.chancery.internal.state.KeyHandle;
import dev.chancery.internal.state.Operations;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyMetadata;
import dev.chancery.policy.VerifyAfterSign;
import dev.chancery.signature.Signature;
import dev.chancery.signature.VerifyOptions;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The way of a signature for one key: decide, ask the backend, check, hand out. */
public final class BackendSigner implements Signer, SelfTesting {
    private final StoreContext context;
    private final Operations operations;
    private final KeyHandle handle;
    private final SignatureAlgorithm algorithm;
    private final VerifyOptions ownAlgorithm;
    private final boolean local;
    private final boolean current;

    /** Signs with one key, be it its ring's current one or not. */
    public static BackendSigner pinned(StoreContext context, KeyHandle handle, SignatureAlgorithm algorithm) {
        return new BackendSigner(context, handle, algorithm, false);
    }

    /** Signs with the key that holds the highest generation of its ring. */
    static BackendSigner current(StoreContext context, KeyHandle handle, SignatureAlgorithm algorithm) {
        return new BackendSigner(context, handle, algorithm, true);
    }

    private BackendSigner(StoreContext context, KeyHandle handle, SignatureAlgorithm algorithm, boolean current) {
        this.context = context;
        this.operations = context.operations();
        this.handle = handle;
        this.current = current;
        this.ownAlgorithm = VerifyOptions.DEFAULT.withAlgorithm(algorithm);
        this.algorithm = requireOffered(requireFitting(algorithm));
        this.local = context.traits().signsMessages();
    }

    private SignatureAlgorithm requireFitting(SignatureAlgorithm wanted) {
        Set<SignatureAlgorithm> fitting = handle.verifier().algorithms();
        if (!fitting.contains(wanted)) {
            throw new AlgorithmMismatchException("Key " + handle.id() + " in " + context.location() + " is "
                    + handle.lastKnown().spec() + ", which " + wanted + " does not fit. Use one of "
                    + fitting.stream().sorted().toList() + ".");
        }
        return wanted;
    }

    private SignatureAlgorithm requireOffered(SignatureAlgorithm wanted) {
        KeyMetadata key = handle.lastKnown();
        // A key that signs with none is refused with its place's reason, when it is to sign.
        if (!key.algorithms().isEmpty() && !key.algorithms().contains(wanted)) {
            throw new AlgorithmMismatchException(
                    "Key " + key.id() + " in " + context.location() + " does not sign with "
                            + wanted + " there, only with "
                            + key.algorithms().stream().sorted().toList() + ".");
        }
        return wanted;
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
        Objects.requireNonNull(message, "message");
        KeyMetadata key = permit(SignPurpose.DATA, 1);
        return operations.isWatched() ? signOne(key, SignPurpose.DATA, copyOf(message)) : sign(key, message);
    }

    @Override
    public Signature sign(InputStream message) throws IOException {
        requirePermission();
        return signRead(read(message), algorithm);
    }

    @Override
    public Signature sign(Path file) throws IOException {
        requirePermission();
        return signRead(read(file), algorithm);
    }

    @Override
    public Signature signDigest(byte[] digest) {
        Objects.requireNonNull(digest, "digest");
        MessageInput.requireDigest(algorithm, digest);
        return signOne(permit(SignPurpose.DATA, 1), SignPurpose.DATA, new SigningInput.Digest(digest.clone()));
    }

    @Override
    public List<Signature> signAll(List<byte[]> messages) {
        Objects.requireNonNull(messages, "messages");
        KeyMetadata key = permit(SignPurpose.DATA, messages.size());
        return operations.isWatched()
                ? signWatched(
                        key,
                        SignPurpose.DATA,
                        messages.stream().map(BackendSigner::copyOf).toList())
                : SideBySide.map(
                        messages, context.traits().callsInFlight(), Operations.bind(message -> sign(key, message)));
    }

    @Override
    public Signature provePossession(byte[] certificationRequestInfo) {
        Objects.requireNonNull(certificationRequestInfo, "certificationRequestInfo");
        KeyMetadata key = permit(SignPurpose.PROOF_OF_POSSESSION, 1);
        SigningInput input = copyOf(certificationRequestInfo);
        CertificationRequestInfo.requireFor(key.publicKey(), input.bytes());
        return signOne(key, SignPurpose.PROOF_OF_POSSESSION, input);
    }

    @Override
    public void selfTest() {
        KeyMetadata key = permit(SignPurpose.SELF_TEST, 1);
        byte[] message = SelfTest.message();
        SigningInput input = new SigningInput.Message(message);
        Signature made = signOne(key, SignPurpose.SELF_TEST, input);
        if (!handle.verifier().verify(message, made.value(), ownAlgorithm).isValid()) {
            throw faulty(key);
        }
    }

    @Override
    public void requireSigning() {
        handle.requireSigning(SignPurpose.DATA, current);
    }

    /** Whether state and dates permit a signature as far as this process knows; counts and tells nothing. */
    boolean maySign() {
        try {
            requireSigning();
            return true;
        } catch (KeyStateException e) {
            return false;
        }
    }

    boolean signsWith(KeyHandle other) {
        return handle == other;
    }

    // --- a message that is read first, which may take as long as it likes

    /** Says no, and tells of it, before a message is read in vain. Counts nothing: that is for {@link #signRead}. */
    void requirePermission() {
        permit(SignPurpose.DATA, 0);
    }

    /** Reads a stream into what this key signs of it. */
    SigningInput read(InputStream message) throws IOException {
        Objects.requireNonNull(message, "message");
        return algorithm.digest().isPresent()
                ? new SigningInput.Digest(MessageInput.digest(message, algorithm))
                : new SigningInput.Message(
                        MessageInput.buffer(message, context.options().ed25519Buffer(), algorithm));
    }

    /** Reads a file into what this key signs of it. */
    SigningInput read(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        try (MessageInput.OpenFile open = MessageInput.open(file)) {
            return algorithm.digest().isPresent()
                    ? new SigningInput.Digest(MessageInput.digest(open.stream(), algorithm))
                    : new SigningInput.Message(open.wholeFile(algorithm));
        }
    }

    /**
     * Signs what was read, if the key may sign by now.
     *
     * @param readFor the algorithm that it was read for: this key's, or that of the key before it in its ring
     */
    Signature signRead(SigningInput read, SignatureAlgorithm readFor) {
        if (read instanceof SigningInput.Digest && !algorithm.digest().equals(readFor.digest())) {
            throw tell(
                    SignPurpose.DATA,
                    new KeyStateException("Key " + handle.id() + " in " + context.location()
                            + " became the current key of its ring while the message was read, and it signs with "
                            + algorithm + ", for which a digest for " + readFor
                            + " is of no use. Nothing was signed: sign the message again."));
        }
        return signOne(permit(SignPurpose.DATA, 1), SignPurpose.DATA, read);
    }

    // --- with interceptors around it

    /** What is looked at first and signed then stays the same, even if the caller changes its array in between. */
    private static SigningInput copyOf(byte[] message) {
        return new SigningInput.Message(message.clone());
    }

    private Signature signOne(KeyMetadata key, SignPurpose purpose, SigningInput input) {
        return operations.isWatched()
                ? signWatched(key, purpose, List.of(input)).get(0)
                : sign(key, input);
    }

    private List<Signature> signWatched(KeyMetadata key, SignPurpose purpose, List<SigningInput> inputs) {
        Operation operation = about(purpose).key(key).inputs(inputs).build();
        return operations.step(
                operation,
                () -> inputs.size() == 1
                        ? List.of(sign(key, inputs.get(0)))
                        : SideBySide.map(
                                inputs, context.traits().callsInFlight(), Operations.bind(input -> sign(key, input))),
                Outcome.Signed::new);
    }

    private Operation.Builder about(SignPurpose purpose) {
        return operations.begin(OperationType.SIGN).algorithm(algorithm).purpose(purpose);
    }

    // --- the decision

    private KeyMetadata permit(SignPurpose purpose, int signatures) {
        try {
            return decide(purpose, signatures);
        } catch (ChanceryException e) {
            throw tell(purpose, e);
        }
    }

    private ChanceryException tell(SignPurpose purpose, ChanceryException denial) {
        if (operations.isWatched()) {
            operations.tellDenial(about(purpose).key(handle.lastKnown()).build(), denial);
        }
        return denial;
    }

    /** Every reason to say no, before the backend is asked. */
    private KeyMetadata decide(SignPurpose purpose, int signatures) {
        KeyMetadata key = handle.requireSigning(purpose, current);
        context.judge().requireAllowed(key, algorithm);
        handle.count(signatures, key);
        return key;
    }

    // --- the signature itself

    private Signature sign(KeyMetadata key, SigningInput input) {
        return input instanceof SigningInput.Digest digest ? signDigest(key, digest.bytes()) : sign(key, input.bytes());
    }

    private Signature sign(KeyMetadata key, byte[] message) {
        if (local || algorithm.digest().isEmpty()) {
            SignResult result = context.sign(key.id(), algorithm, new SigningInput.Message(message));
            byte[] der = EcdsaEncoding.normalise(result, algorithm, key, context.location());
            if (mustVerify(result)
                    && !handle.verifier().verify(message, der, ownAlgorithm).isValid()) {
                throw faulty(key);
            }
            return signature(der, key, result);
        }
        return signDigest(key, MessageInput.digest(message, algorithm));
    }

    private Signature signDigest(KeyMetadata key, byte[] digest) {
        SignResult result = context.sign(key.id(), algorithm, new SigningInput.Digest(digest));
        byte[] der = EcdsaEncoding.normalise(result, algorithm, key, context.location());
        if (mustVerify(result)
                && !handle.verifier().verifyDigest(digest, der, ownAlgorithm).isValid()) {
            throw pssDefect(key, digest, der)
                    .map(defect -> defective(key, defect))
                    .orElseGet(() -> faulty(key));
        }
        return signature(der, key, result);
    }

    private boolean mustVerify(SignResult result) {
        VerifyAfterSign rule = context.options().policy().verifyAfterSign();
        return rule == VerifyAfterSign.ALWAYS || (rule == VerifyAfterSign.WHERE_NEEDED && !result.checked());
    }

    private IntegrityException faulty(KeyMetadata key) {
        IntegrityException fault =
                new IntegrityException("A signature that key " + key.id() + " in " + context.location()
                        + " just made does not verify, so it is withheld. The key, the machine or the store is faulty: take it out of"
                        + " service.");
        context.signingRecord().recordFailure(fault);
        return fault;
    }

    private Optional<String> pssDefect(KeyMetadata key, byte[] digest, byte[] signature) {
        return algorithm.scheme() == SignatureAlgorithm.Scheme.RSA_PSS && key.publicKey() instanceof RSAPublicKey rsa
                ? PssDefect.find(rsa, digest, algorithm.digest().orElseThrow(), signature)
                : Optional.empty();
    }

    private IntegrityException defective(KeyMetadata key, String defect) {
        IntegrityException fault =
                new IntegrityException("A signature that key " + key.id() + " in " + context.location()
                        + " just made is withheld: " + defect + ". The server there does not sign as " + algorithm
                        + " says; sign with PKCS#1 v1.5 or ECDSA, or have it mended.");
        context.signingRecord().recordFailure(fault);
        return fault;
    }

    private Signature signature(byte[] der, KeyMetadata key, SignResult result) {
        context.signingRecord().recordSuccess();
        return new Signature(der, key, algorithm, result.requestId());
    }
}
