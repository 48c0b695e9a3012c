package dev.chancery.provider.pkcs11.keys;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import dev.chancery.provider.pkcs11.binding.CkException;
import dev.chancery.provider.pkcs11.binding.CkMechanism;
import dev.chancery.provider.pkcs11.records.TokenKeyId;
import dev.chancery.provider.pkcs11.sessions.TokenConnection;
import dev.chancery.provider.pkcs11.sessions.TokenSession;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import dev.chancery.spi.support.Printable;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Signs with the handles that it remembers: one C_SignInit and one C_Sign. A handle is searched for once in an
 * {@link dev.chancery.provider.pkcs11.sessions.Attachment}; one that was remembered for longer could be any key's.
 */
public final class SigningKeys {
    private static final Set<Long> REFUSED =
            Set.of(Ck.CKR_MECHANISM_INVALID, Ck.CKR_MECHANISM_PARAM_INVALID, Ck.CKR_KEY_FUNCTION_NOT_PERMITTED);

    private final TokenConnection token;
    private final Map<KeyId, Found> found = new ConcurrentHashMap<>();

    /** Keys of a token. */
    public SigningKeys(TokenConnection token) {
        this.token = token;
    }

    /** A key in the attachment of a number, how many bytes a coordinate on its curve has, and what it may be used with. */
    private record Found(long attachment, PrivateObject object, int fieldLength, Set<Long> mechanisms) {
        Found without(CkMechanism refused) {
            Set<Long> fewer = new HashSet<>(mechanisms);
            fewer.remove(refused.code());
            return new Found(attachment, object, fieldLength, fewer);
        }
    }

    /** Signs. */
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        return token.sign("Signing with key " + id, session -> sign(session, id, algorithm, input), () -> forget(id));
    }

    private SignResult sign(TokenSession session, KeyId id, SignatureAlgorithm algorithm, SigningInput input)
            throws CkException {
        Found key = find(session, id);
        CkMechanism mechanism = SigningMechanisms.choose(algorithm, key.mechanisms(), token.location());
        byte[] prepared = SigningMechanisms.input(mechanism, algorithm, key.fieldLength(), input, token.location());
        byte[] signature;
        try {
            session.cryptoki().signInit(mechanism, key.object().handle());
            if (key.object().wantsPinEachTime()) {
                token.logInToSign(session);
            }
            signature = session.cryptoki().sign(prepared);
        } catch (CkException e) {
            boolean other =
                    REFUSED.contains(e.code()) && SigningMechanisms.hasAnother(mechanism, algorithm, key.mechanisms());
            if (!other) {
                throw e;
            }
            // A token may list a mechanism that it does not sign with. In another session, the one that hashes is
            // tried.
            found.put(id, key.without(mechanism));
            throw new CkException("C_SignInit", Ck.CKR_OPERATION_NOT_INITIALIZED, "nothing yet: " + e.getMessage());
        }
        // The standard has r and s one after the other (PKCS #11 3.0, 2.3.1); some tokens answer with DER.
        boolean inDer =
                algorithm.scheme() == SignatureAlgorithm.Scheme.ECDSA && signature.length != 2 * key.fieldLength();
        return SignResult.remote(signature, inDer ? SignatureEncoding.DER : SignatureEncoding.P1363, null);
    }

    void forget(KeyId id) {
        found.remove(id);
    }

    private Found find(TokenSession session, KeyId id) throws CkException {
        Found known = found.get(id);
        long attachment = session.attachment().number();
        if (known != null && known.attachment() == attachment) {
            return known;
        }
        PrivateObject object = require(session, id);
        Set<Long> mechanisms = object.confine(session.attachment().mechanisms());
        Found searched = new Found(attachment, object, fieldLength(session, object), mechanisms);
        found.put(id, searched);
        return searched;
    }

    private PrivateObject require(TokenSession session, KeyId id) throws CkException {
        List<PrivateObject> objects = PrivateObject.find(session, TokenKeyId.parse(id));
        if (objects.isEmpty()) {
            throw new KeyStateException("Key " + id + " in " + token.location()
                    + " cannot sign: its private half is not on the token. Sign with another key.");
        }
        if (objects.size() > 1) {
            throw new IntegrityException("Key " + id + " in " + token.location() + " must not be used: there are "
                    + objects.size() + " private keys with its label and id.");
        }
        return objects.get(0);
    }

    private int fieldLength(TokenSession session, PrivateObject object) throws CkException {
        if (object.keyType() != Ck.CKK_EC) {
            return 0;
        }
        CkAttributes read = session.cryptoki().read(object.handle(), Ck.CKA_CLASS, Ck.CKA_EC_PARAMS);
        return PublicKeys.fieldLength(read.bytes(Ck.CKA_EC_PARAMS))
                .orElseThrow(() -> new UnsupportedException("The private key '" + Printable.of(object.label()) + "' in "
                        + token.location() + " names no curve that is supported. Sign with another key."));
    }
}
