package dev.chancery.provider.pkcs11;

import dev.chancery.IntegrityException;
import dev.chancery.KeyId;
import dev.chancery.KeySpec;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.SignatureEncoding;
import dev.chancery.UnsupportedException;
import dev.chancery.spi.SignResult;
import dev.chancery.spi.SigningInput;
import dev.chancery.spi.StoredKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Signs with the handles that it remembers: one C_SignInit and one C_Sign. A handle is searched for once in an {@link Attachment},
 * and then proves by a signature of random bytes that it is the key that the public half belongs to; one that was remembered
 * for longer could be any key's.
 */
final class SigningKeys {
    private static final byte[] SELF_TEST = "chancery-self-test\0".getBytes(StandardCharsets.US_ASCII);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final TokenConnection token;
    private final TokenKeys keys;
    private final Map<KeyId, Proven> proven = new ConcurrentHashMap<>();

    SigningKeys(TokenConnection token, TokenKeys keys) {
        this.token = token;
        this.keys = keys;
    }

    /** A handle that is known to be the key's, in the attachment of a number. */
    private record Proven(long attachment, long handle, KeySpec spec) {}

    SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        return token.call(
                "Signing with key " + id,
                session -> {
                    Proven key = proven(session, id, algorithm);
                    byte[] signature = sign(session, key, algorithm, input);
                    return SignResult.remote(signature, encoding(algorithm, key.spec(), signature), null);
                },
                () -> forget(id));
    }

    /** The standard has r and s one after the other (PKCS #11 3.0, 2.3.1); some tokens answer with DER. */
    private static SignatureEncoding encoding(SignatureAlgorithm algorithm, KeySpec spec, byte[] signature) {
        boolean asItShould = algorithm.scheme() != SignatureAlgorithm.Scheme.ECDSA
                || signature.length == 2 * PublicKeys.fieldLength(spec);
        return asItShould ? SignatureEncoding.P1363 : SignatureEncoding.DER;
    }

    void forget(KeyId id) {
        proven.remove(id);
    }

    private byte[] sign(TokenSession session, Proven key, SignatureAlgorithm algorithm, SigningInput input)
            throws CkException {
        CkMechanism mechanism =
                SigningMechanisms.choose(algorithm, session.attachment().mechanisms(), token.location());
        byte[] prepared = SigningMechanisms.input(mechanism, algorithm, key.spec(), input, token.location());
        return session.cryptoki().sign(mechanism, key.handle(), prepared);
    }

    private Proven proven(TokenSession session, KeyId id, SignatureAlgorithm algorithm) throws CkException {
        Proven known = proven.get(id);
        long attachment = session.attachment().number();
        if (known != null && known.attachment() == attachment) {
            return known;
        }
        TokenKeyId name = TokenKeyId.parse(id);
        StoredKey.Sound sound = keys.requireSound(session, name);
        long handle = keys.requirePrivate(session, TokenKeyId.parse(sound.id()));
        Proven found = new Proven(attachment, handle, KeySpec.of(sound.publicKey()));
        prove(session, found, sound.publicKey(), algorithm, id);
        proven.put(id, found);
        return found;
    }

    /** Bytes that nobody else chose. */
    private void prove(TokenSession session, Proven key, PublicKey publicKey, SignatureAlgorithm algorithm, KeyId id)
            throws CkException {
        byte[] challenge = new byte[SELF_TEST.length + 32];
        byte[] random = new byte[32];
        RANDOM.nextBytes(random);
        System.arraycopy(SELF_TEST, 0, challenge, 0, SELF_TEST.length);
        System.arraycopy(random, 0, challenge, SELF_TEST.length, random.length);
        byte[] signature = sign(session, key, algorithm, new SigningInput.Message(challenge));
        if (!verifies(publicKey, algorithm, challenge, signature, encoding(algorithm, key.spec(), signature))) {
            throw new IntegrityException("The private and the public key of " + id + " in " + token.location()
                    + " do not belong together. Put the right public key on the token.");
        }
    }

    private static boolean verifies(
            PublicKey publicKey,
            SignatureAlgorithm algorithm,
            byte[] message,
            byte[] signature,
            SignatureEncoding encoding) {
        try {
            Signature verifier = Signature.getInstance(jcaName(algorithm, encoding));
            if (algorithm.scheme() == SignatureAlgorithm.Scheme.RSA_PSS) {
                String hash = algorithm.digest().orElseThrow();
                verifier.setParameter(
                        new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), algorithm.digestLength(), 1));
            }
            verifier.initVerify(publicKey);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            throw new UnsupportedException("This Java cannot verify " + algorithm + ".", e);
        }
    }

    private static String jcaName(SignatureAlgorithm algorithm, SignatureEncoding encoding) {
        String hash = algorithm.digest().orElse("").replace("-", "");
        return switch (algorithm.scheme()) {
            case RSA_PSS -> "RSASSA-PSS";
            case RSA_PKCS1 -> hash + "withRSA";
            case ECDSA -> hash + (encoding == SignatureEncoding.DER ? "withECDSA" : "withECDSAinP1363Format");
            case EDDSA -> "Ed25519";
            case ML_DSA -> "ML-DSA";
        };
    }
}
