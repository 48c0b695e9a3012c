package dev.chancery.audit.internal.foreign;

import dev.chancery.Signer;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.interception.OperationType;
import dev.chancery.interception.Outcome;
import dev.chancery.interception.SignPurpose;
import dev.chancery.key.KeyMetadata;
import dev.chancery.signature.Signature;
import dev.chancery.spi.signing.SigningInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** A signer of a store that core did not make. It signs a copy, so that what is on record is what was signed. */
final class ForeignSigner implements Signer {
    private final Signer signer;
    private final ForeignSteps steps;

    ForeignSigner(Signer signer, ForeignSteps steps) {
        this.signer = signer;
        this.steps = steps;
    }

    @Override
    public KeyMetadata key() {
        return signer.key();
    }

    @Override
    public SignatureAlgorithm algorithm() {
        return signer.algorithm();
    }

    @Override
    public Signature sign(byte[] message) {
        return one(SignPurpose.DATA, message.clone(), SigningInput.Message::new, signer::sign);
    }

    /** Read whole: only so is it known what is signed before it is. */
    @Override
    public Signature sign(InputStream message) throws IOException {
        return sign(message.readAllBytes());
    }

    @Override
    public Signature sign(Path file) throws IOException {
        try (InputStream message = Files.newInputStream(file)) {
            return sign(message);
        }
    }

    @Override
    public Signature signDigest(byte[] digest) {
        return one(SignPurpose.DATA, digest.clone(), SigningInput.Digest::new, signer::signDigest);
    }

    @Override
    public Signature provePossession(byte[] info) {
        return one(SignPurpose.PROOF_OF_POSSESSION, info.clone(), SigningInput.Message::new, signer::provePossession);
    }

    @Override
    public List<Signature> signAll(List<byte[]> messages) {
        List<byte[]> copies = messages.stream().map(byte[]::clone).toList();
        List<SigningInput> inputs =
                copies.stream().<SigningInput>map(SigningInput.Message::new).toList();
        return all(SignPurpose.DATA, inputs, () -> signer.signAll(copies));
    }

    private Signature one(
            SignPurpose purpose, byte[] copy, Function<byte[], SigningInput> input, Function<byte[], Signature> made) {
        return all(purpose, List.of(input.apply(copy)), () -> List.of(made.apply(copy)))
                .get(0);
    }

    private List<Signature> all(SignPurpose purpose, List<SigningInput> inputs, Supplier<List<Signature>> made) {
        return steps.step(
                steps.begin(OperationType.SIGN)
                        .key(signer.key())
                        .algorithm(signer.algorithm())
                        .purpose(purpose)
                        .inputs(inputs),
                made,
                Outcome.Signed::new);
    }
}
