package dev.chancery;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.caller.Caller;
import dev.chancery.key.KeyMetadata;
import dev.chancery.signature.Signature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** A signer that always signs on behalf of one caller. */
final class CallerSigner implements Signer {
    private final Signer signer;
    private final Caller caller;

    /** Binds a signer to a caller. */
    CallerSigner(Signer signer, Caller caller) {
        this.signer = signer;
        this.caller = Objects.requireNonNull(caller, "caller");
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
        return caller.call(() -> signer.sign(message));
    }

    @Override
    public Signature sign(InputStream message) throws IOException {
        try (Caller.Scope scope = caller.enter()) {
            return signer.sign(message);
        }
    }

    @Override
    public Signature sign(Path file) throws IOException {
        try (Caller.Scope scope = caller.enter()) {
            return signer.sign(file);
        }
    }

    @Override
    public Signature signDigest(byte[] digest) {
        return caller.call(() -> signer.signDigest(digest));
    }

    @Override
    public List<Signature> signAll(List<byte[]> messages) {
        return caller.call(() -> signer.signAll(messages));
    }

    @Override
    public Signature provePossession(byte[] certificationRequestInfo) {
        return caller.call(() -> signer.provePossession(certificationRequestInfo));
    }

    @Override
    public Signer as(Caller other) {
        return signer.as(other);
    }
}
