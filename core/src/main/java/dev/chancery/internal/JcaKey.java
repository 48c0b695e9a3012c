package dev.chancery.internal;

import dev.chancery.IntegrityException;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.UnsupportedException;
import dev.chancery.spi.LocalKey;
import dev.chancery.spi.SignResult;
import dev.chancery.spi.SigningInput;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One private key, converted into its JCA provider, with initialised engines for each algorithm it has used. */
final class JcaKey implements LocalKey {
    private final PrivateKey converted;
    private final PrivateKey original;
    private final PublicKey publicKey;
    private final JcaProviders.Choice choice;
    private final String description;
    private final boolean checked;
    private final Map<SignatureAlgorithm, EnginePool> messageEngines = new ConcurrentHashMap<>();
    private final EnginePool digestEngines;

    JcaKey(
            PrivateKey converted,
            PrivateKey original,
            PublicKey publicKey,
            JcaProviders.Choice choice,
            String description) {
        this.converted = converted;
        this.original = original;
        this.publicKey = publicKey;
        this.choice = choice;
        this.description = description;
        this.checked = !(publicKey instanceof RSAPublicKey) || choice.checksRsaCrt();
        this.digestEngines = new EnginePool(() -> initialised(JcaAlgorithm.forDigests(choice.provider())));
    }

    @Override
    public SignResult sign(SignatureAlgorithm algorithm, SigningInput input) {
        try {
            if (input instanceof SigningInput.Message) {
                return SignResult.local(signMessage(algorithm, input.bytes()), checked);
            }
            return switch (algorithm.keyAlgorithm()) {
                case RSA ->
                    SignResult.local(
                            RsaDigestSignature.sign(algorithm, input.bytes(), original, (RSAPublicKey) publicKey),
                            true);
                case EC -> SignResult.local(sign(digestEngines, input.bytes()), checked);
                case EDDSA ->
                    throw new UnsupportedException(
                            algorithm + " signs the message itself, not a digest: hand over the message.");
            };
        } catch (GeneralSecurityException e) {
            throw new IntegrityException(
                    "Signing with " + description + " failed in the JCA provider '" + choice.name()
                            + "'. Check the key with `openssl pkey -check`.",
                    e);
        }
    }

    private byte[] signMessage(SignatureAlgorithm algorithm, byte[] message) throws GeneralSecurityException {
        EnginePool engines = messageEngines.get(algorithm);
        if (engines == null) {
            engines = messageEngines.computeIfAbsent(
                    algorithm,
                    wanted -> new EnginePool(() -> initialised(JcaAlgorithm.forMessages(wanted, choice.provider()))));
        }
        return sign(engines, message);
    }

    private static byte[] sign(EnginePool engines, byte[] bytes) throws GeneralSecurityException {
        Signature engine = engines.take();
        engine.update(bytes);
        byte[] signature = engine.sign();
        engines.giveBack(engine);
        return signature;
    }

    private Signature initialised(Signature engine) throws GeneralSecurityException {
        engine.initSign(converted);
        return engine;
    }

    @Override
    public String toString() {
        return "LocalKey[" + description + ", " + choice.name() + "]";
    }
}
