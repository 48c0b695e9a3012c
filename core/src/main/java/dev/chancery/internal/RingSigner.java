package dev.chancery.internal;

import dev.chancery.KeyMetadata;
import dev.chancery.KeyStateException;
import dev.chancery.Signature;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.Signer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** Signs with whatever key is current: each call resolves the ring once, from memory. */
final class RingSigner implements Signer, SelfTesting {
    private final StoreContext context;
    private final BackendKeyring ring;
    private volatile BackendSigner last;

    RingSigner(StoreContext context, BackendKeyring ring) {
        this.context = context;
        this.ring = ring;
        this.last = signerOf(ring.currentHandle());
    }

    private BackendSigner signerOf(KeyHandle handle) {
        return BackendSigner.current(context, handle, handle.metadata().defaultAlgorithm());
    }

    private BackendSigner current() {
        BackendSigner signer = last;
        KeyHandle handle = ring.currentHandle();
        if (!signer.signsWith(handle)) {
            signer = signerOf(handle);
            last = signer;
        }
        return signer;
    }

    /** A call that may fail with what the JDK's streams throw. */
    @FunctionalInterface
    private interface Call<T> {
        T with(BackendSigner signer) throws IOException;
    }

    /** Another instance may have rotated a moment ago: a refusal is worth one fresh look at the ring. */
    private <T> T following(Call<T> call) throws IOException {
        BackendSigner signer = current();
        if (!signer.maySign()) {
            ring.reload();
            return call.with(current());
        }
        try {
            return call.with(signer);
        } catch (KeyStateException refused) {
            ring.reload(); // the store itself knew better
            return call.with(current());
        }
    }

    private <T> T followingInMemory(Call<T> call) {
        try {
            return following(call);
        } catch (IOException e) {
            throw new IllegalStateException("Bytes in memory cannot fail to be read.", e);
        }
    }

    @Override
    public KeyMetadata key() {
        return ring.current();
    }

    @Override
    public SignatureAlgorithm algorithm() {
        return current().algorithm();
    }

    @Override
    public Signature sign(byte[] message) {
        return followingInMemory(signer -> signer.sign(message));
    }

    @Override
    public Signature sign(InputStream message) throws IOException {
        // A refusal comes before the first byte is read, so the second try has the whole message.
        return following(signer -> signer.sign(message));
    }

    @Override
    public Signature sign(Path file) throws IOException {
        return following(signer -> signer.sign(file));
    }

    @Override
    public Signature signDigest(byte[] digest) {
        return followingInMemory(signer -> signer.signDigest(digest));
    }

    @Override
    public Signature provePossession(byte[] certificationRequestInfo) {
        return followingInMemory(signer -> signer.provePossession(certificationRequestInfo));
    }

    @Override
    public void requireSigning() {
        current().requireSigning();
    }

    @Override
    public void selfTest() {
        followingInMemory(signer -> {
            signer.selfTest();
            return signer;
        });
    }

    @Override
    public List<Signature> signAll(List<byte[]> messages) {
        return followingInMemory(signer -> signer.signAll(messages));
    }
}
