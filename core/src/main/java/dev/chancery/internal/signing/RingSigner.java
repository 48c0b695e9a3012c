package dev.chancery.internal.signing;

import dev.chancery.Signer;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.KeyStateException;
import dev.chancery.internal.lifecycle.Ring;
import dev.chancery.internal.state.KeyHandle;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyMetadata;
import dev.chancery.signature.Signature;
import dev.chancery.spi.signing.SigningInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Signs with the ring's current key: each call resolves the ring once, from memory. */
public final class RingSigner implements Signer, SelfTesting {
    private final StoreContext context;
    private final Ring ring;
    private volatile BackendSigner last;

    public RingSigner(StoreContext context, Ring ring) {
        this.context = context;
        this.ring = ring;
        this.last = signerOf(ring.currentHandle());
    }

    private BackendSigner signerOf(KeyHandle handle) {
        return BackendSigner.current(context, handle, handle.metadata().defaultAlgorithm());
    }

    private BackendSigner current() {
        BackendSigner signer = last;
        KeyHandle handle = ring.signingHandle();
        if (!signer.signsWith(handle)) {
            signer = signerOf(handle);
            last = signer;
        }
        return signer;
    }

    private <T> T following(Function<BackendSigner, T> call) {
        return context.operations().inTime(() -> following(current(), call));
    }

    /**
     * Another instance may have rotated a moment ago: a refusal is worth one fresh look at the ring. The call may so be made
     * twice, and must not use anything up.
     */
    private <T> T following(BackendSigner signer, Function<BackendSigner, T> call) {
        if (!signer.maySign()) {
            ring.reload();
            return call.apply(current());
        }
        try {
            return call.apply(signer);
        } catch (KeyStateException refused) {
            ring.reload(); // the store itself knew better
            return call.apply(current());
        } catch (KeyNotFoundException lost) {
            return call.apply(afresh(lost));
        }
    }

    /** The current key is gone: either the ring says who follows it, or it has lost it. */
    private BackendSigner afresh(KeyNotFoundException lost) {
        try {
            ring.readAfresh();
            return current();
        } catch (KeyNotFoundException e) {
            throw new IntegrityException(
                    "The ring '" + ring.name() + "' in " + context.location()
                            + " has lost its current key, and signs with no older one. Restore what was lost, or rotate"
                            + " the ring. "
                            + lost.getMessage(),
                    e);
        }
    }

    /** The signer of a message that is to be read, if it may sign before the first byte. */
    private BackendSigner reader() {
        return following(signer -> {
            signer.requirePermission();
            return signer;
        });
    }

    /** Signs what one signer read; if its key may not sign any more, with the key that follows it. */
    private Signature signRead(BackendSigner reader, SigningInput read) {
        return context.operations()
                .inTime(() -> following(reader, signer -> signer.signRead(read, reader.algorithm())));
    }

    @Override
    public KeyMetadata key() {
        return ring.currentHandle().metadata();
    }

    @Override
    public SignatureAlgorithm algorithm() {
        return current().algorithm();
    }

    @Override
    public Signature sign(byte[] message) {
        return following(signer -> signer.sign(message));
    }

    @Override
    public Signature sign(InputStream message) throws IOException {
        BackendSigner reader = reader();
        return signRead(reader, reader.read(message));
    }

    @Override
    public Signature sign(Path file) throws IOException {
        BackendSigner reader = reader();
        return signRead(reader, reader.read(file));
    }

    @Override
    public Signature signDigest(byte[] digest) {
        return following(signer -> signer.signDigest(digest));
    }

    @Override
    public Signature provePossession(byte[] certificationRequestInfo) {
        return following(signer -> signer.provePossession(certificationRequestInfo));
    }

    @Override
    public void requireSigning() {
        current().requireSigning();
    }

    @Override
    public void selfTest() {
        following(signer -> {
            signer.selfTest();
            return signer;
        });
    }

    @Override
    public List<Signature> signAll(List<byte[]> messages) {
        return following(current(), signer -> signer.signAll(messages)); // as long as so many take
    }
}
