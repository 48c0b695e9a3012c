package dev.chancery.internal.jca;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.spi.signing.LocalKey;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;

/** One private key, converted into its JCA provider, with initialised engines for each algorithm it has used. */
final class JcaKey implements LocalKey {
    private final PrivateKey key;
    private final PublicKey publicKey;
    private final JcaProviders.Choice choice;
    private final String description;
    private final boolean checked;
    private final Map<SignatureAlgorithm, EnginePool<Signature>> messageEngines = new ConcurrentHashMap<>();
    private final EnginePool<Signature> ecDigestEngines;
    private final EnginePool<Cipher> rawRsaEngines;

    JcaKey(PrivateKey key, PublicKey publicKey, JcaProviders.Choice choice, String description) {
        this.key = key;
        this.publicKey = publicKey;
        this.choice = choice;
        this.description = description;
        this.checked = !(publicKey instanceof RSAPublicKey) || choice.checksRsaCrt();
        this.ecDigestEngines = new EnginePool<>(() -> initialise(JcaAlgorithm.forDigests(choice.provider())));
        this.rawRsaEngines = new EnginePool<>(() -> initialise(JcaAlgorithm.rawRsa(choice.provider())));
    }

    @Override
    public SignResult sign(SignatureAlgorithm algorithm, SigningInput input) {
        boolean message = input instanceof SigningInput.Message;
        if (!message && algorithm.digest().isEmpty()) {
            throw new UnsupportedException(
                    algorithm + " signs the message itself, not a digest: hand over the message.");
        }
        try {
            byte[] signature = message ? signMessage(algorithm, input.bytes()) : signDigest(algorithm, input.bytes());
            return SignResult.local(signature, checked);
        } catch (GeneralSecurityException | RuntimeException e) {
            // Providers throw either when they find that their own result is faulty.
            throw new IntegrityException(
                    "Signing with " + description + " failed in the JCA provider '" + choice.name()
                            + "'. Check the key with `openssl pkey -check`.",
                    e);
        }
    }

    private byte[] signMessage(SignatureAlgorithm algorithm, byte[] message) throws GeneralSecurityException {
        EnginePool<Signature> engines = messageEngines.get(algorithm);
        if (engines == null) {
            engines = messageEngines.computeIfAbsent(
                    algorithm,
                    wanted -> new EnginePool<>(() -> initialise(JcaAlgorithm.forMessages(wanted, choice.provider()))));
        }
        return sign(engines, message);
    }

    private byte[] signDigest(SignatureAlgorithm algorithm, byte[] digest) throws GeneralSecurityException {
        if (!(publicKey instanceof RSAPublicKey rsa)) {
            return sign(ecDigestEngines, digest);
        }
        byte[] encoded = RsaDigestSignature.encode(algorithm, digest, rsa);
        Cipher engine = rawRsaEngines.take();
        byte[] signature = engine.doFinal(encoded);
        rawRsaEngines.giveBack(engine);
        return signature;
    }

    private static byte[] sign(EnginePool<Signature> engines, byte[] bytes) throws GeneralSecurityException {
        Signature engine = engines.take();
        engine.update(bytes);
        byte[] signature = engine.sign();
        engines.giveBack(engine);
        return signature;
    }

    private Signature initialise(Signature engine) throws GeneralSecurityException {
        engine.initSign(key);
        return engine;
    }

    private Cipher initialise(Cipher engine) throws GeneralSecurityException {
        // With a private key, "encrypt" is the signing operation.
        engine.init(Cipher.ENCRYPT_MODE, key);
        return engine;
    }

    @Override
    public String toString() {
        return "LocalKey[" + description + ", " + choice.name() + "]";
    }
}
