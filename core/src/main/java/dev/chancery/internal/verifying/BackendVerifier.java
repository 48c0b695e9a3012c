package dev.chancery.internal.verifying;

import dev.chancery.Verifier;
import dev.chancery.internal.state.KeyHandle;
import dev.chancery.internal.state.KeyRules;
import dev.chancery.internal.state.Refreshing;
import dev.chancery.internal.state.Snapshot;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Verifies with one key of a store: the signature by its public half, then what its state has to say. */
public final class BackendVerifier implements Verifier {
    private final StoreContext context;
    private final KeyHandle handle;

    BackendVerifier(StoreContext context, KeyHandle handle) {
        this.context = context;
        this.handle = handle;
    }

    @Override
    public Verification verify(byte[] message, byte[] signature, VerifyOptions options) {
        return judge(handle.verifier().verify(message, signature, options), options);
    }

    @Override
    public Verification verify(InputStream message, byte[] signature, VerifyOptions options) throws IOException {
        return judge(handle.verifier().verify(message, signature, options), options);
    }

    @Override
    public Verification verify(Path file, byte[] signature, VerifyOptions options) throws IOException {
        return judge(handle.verifier().verify(file, signature, options), options);
    }

    @Override
    public Verification verifyDigest(byte[] digest, byte[] signature, VerifyOptions options) {
        return judge(handle.verifier().verifyDigest(digest, signature, options), options);
    }

    private Verification judge(Verification verdict, VerifyOptions options) {
        Refreshing.Reading<Snapshot> read = handle.read();
        return KeyRules.judge(
                verdict,
                read.value().metadata(),
                options,
                context.options().clock().instant(),
                handle.isStale(read));
    }
}
