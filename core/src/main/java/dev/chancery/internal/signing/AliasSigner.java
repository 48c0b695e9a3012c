package dev.chancery.internal.signing;

import dev.chancery.Signer;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.internal.state.KeyHandle;
import dev.chancery.internal.state.Refreshing;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.signature.Signature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** Signs with the key that a name stands for that is not ours; looked up as often as a key's state, never for each call. */
public final class AliasSigner implements Signer, SelfTesting {
    private final StoreContext context;
    private final Refreshing<KeyHandle> target;
    private volatile BackendSigner last;

    public AliasSigner(StoreContext context, KeyId alias) {
        this.context = context;
        this.target = context.refreshing(() -> context.handles().get(alias));
        this.last = signerOf(target.last().value());
    }

    private BackendSigner signerOf(KeyHandle handle) {
        return BackendSigner.pinned(context, handle, handle.metadata().defaultAlgorithm());
    }

    private BackendSigner current() {
        context.requireOpen();
        BackendSigner signer = last;
        KeyHandle handle = target.get().value();
        if (!signer.signsWith(handle)) {
            signer = signerOf(handle);
            last = signer;
        }
        return signer;
    }

    @Override
    public KeyMetadata key() {
        return current().key();
    }

    @Override
    public SignatureAlgorithm algorithm() {
        return current().algorithm();
    }

    @Override
    public Signature sign(byte[] message) {
        return current().sign(message);
    }

    @Override
    public Signature sign(InputStream message) throws IOException {
        return current().sign(message);
    }

    @Override
    public Signature sign(Path file) throws IOException {
        return current().sign(file);
    }

    @Override
    public Signature signDigest(byte[] digest) {
        return current().signDigest(digest);
    }

    @Override
    public List<Signature> signAll(List<byte[]> messages) {
        return current().signAll(messages);
    }

    @Override
    public Signature provePossession(byte[] certificationRequestInfo) {
        return current().provePossession(certificationRequestInfo);
    }

    @Override
    public void requireSigning() {
        current().requireSigning();
    }

    @Override
    public void selfTest() {
        current().selfTest();
    }
}
