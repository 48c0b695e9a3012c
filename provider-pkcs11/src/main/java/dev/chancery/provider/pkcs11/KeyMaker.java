package dev.chancery.provider.pkcs11;

import dev.chancery.KeyAttributes;
import dev.chancery.KeyExistsException;
import dev.chancery.KeyName;
import dev.chancery.KeySpec;
import dev.chancery.UnsupportedException;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.ImportKey;
import dev.chancery.spi.StoredKey;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * Makes keys, wholly or not at all: a record without a public half first, then the pair, then the whole record. What has a
 * record of the first kind is half-made, and nobody uses it. Every attribute that matters is said, for tokens differ in what
 * they assume.
 */
final class KeyMaker {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ID_BYTES = 16;

    private final TokenConnection token;
    private final TokenKeys keys;
    private final KeyRecords records;

    KeyMaker(TokenConnection token, TokenKeys keys, KeyRecords records) {
        this.token = token;
        this.keys = keys;
        this.records = records;
    }

    /** How the two halves come onto the token. */
    private interface Pair {
        void put(TokenSession session, CkAttributes publicKey, CkAttributes privateKey) throws CkException;
    }

    StoredKey create(CreateKey request) {
        CkMechanism mechanism = CkMechanism.of(generator(request.spec()));
        Set<Long> offered = token.mechanisms();
        if (!offered.contains(mechanism.code())) {
            throw new UnsupportedException("The token " + token.location() + " does not make " + request.spec()
                    + " keys; `pkcs11-tool -M` shows what it can do. Choose another kind of key.");
        }
        return make(
                request.name(),
                request.attributes(),
                (session, publicKey, privateKey) -> session.cryptoki()
                        .generate(
                                mechanism,
                                publicKey.withAll(parameters(request.spec())),
                                privateKey.with(Ck.CKA_KEY_TYPE, keyType(request.spec()))));
    }

    StoredKey importKey(ImportKey request) {
        return make(request.name(), request.attributes(), (session, publicKey, privateKey) -> {
            CkAttributes secret = privateKey.withAll(secretHalf(request.privateKey(), request.spec()));
            if (token.identity().manufacturer().startsWith("Mozilla")) {
                secret.with(Ck.CKA_NSS_DB, publicValue(request.publicKey(), request.spec()));
            }
            session.cryptoki().create(publicKey.withAll(publicHalf(request.publicKey(), request.spec())));
            session.cryptoki().create(secret);
        });
    }

    private StoredKey make(KeyName name, KeyAttributes attributes, Pair pair) {
        byte[] random = new byte[ID_BYTES];
        RANDOM.nextBytes(random);
        TokenKeyId id = new TokenKeyId(name.value(), Optional.of(HexFormat.of().formatHex(random)));
        boolean[] begun = new boolean[1];
        return token.change("Making key " + name, session -> {
            if (begun[0]) {
                undo(session, id); // the attempt before this one was cut off
            }
            requireFree(session, id);
            begun[0] = true;
            KeyRecord halfMade = KeyRecord.halfMade(id, attributes);
            records.put(session, halfMade);
            boolean done = false;
            try {
                pair.put(session, named(Ck.CKO_PUBLIC_KEY, id, false), privateTemplate(id));
                StoredKey.Sound made = keys.whole(session, id, halfMade);
                records.put(session, halfMade.with(made.publicKey()));
                done = true;
                return made;
            } finally {
                if (!done) {
                    undoQuietly(session, id);
                }
            }
        });
    }

    /** A label that is in use, by whomever; and an id, which some tokens take for an order to replace. */
    private void requireFree(TokenSession session, TokenKeyId id) throws CkException {
        TokenKeyId label = new TokenKeyId(id.label(), Optional.empty());
        CkAttributes sameId = new CkAttributes().with(Ck.CKA_ID, id.idBytes());
        if (keys.isTaken(session, label) || !session.find(sameId).isEmpty()) {
            boolean halfMade =
                    records.list(session).stream().anyMatch(record -> record.isHalfMade() && label.means(record.id()));
            throw new KeyExistsException(
                    halfMade
                            ? "A key '" + id.label() + "' is half-made in " + token.location()
                                    + ". If nobody is making it any more, remove it with `chancery orphans --delete`, or"
                                    + " choose another name."
                            : "There is a key '" + id.label() + "' in " + token.location()
                                    + " already. It was left alone: choose another name.");
        }
    }

    private void undo(TokenSession session, TokenKeyId id) throws CkException {
        keys.destroyPair(session, id);
        records.remove(session, id);
    }

    /** What is left, if the token is gone just now, is half-made and so ignored. */
    private void undoQuietly(TokenSession session, TokenKeyId id) {
        try {
            undo(session, id);
        } catch (CkException e) {
            org.slf4j.LoggerFactory.getLogger(Pkcs11KeyStoreProvider.class)
                    .warn(
                            "Half-made key {} is left in {}, and ignored; `chancery orphans` lists it.",
                            id,
                            token.location(),
                            e);
        }
    }

    // --- templates

    private static long generator(KeySpec spec) {
        return switch (spec.algorithm()) {
            case RSA -> Ck.CKM_RSA_PKCS_KEY_PAIR_GEN;
            case EC -> Ck.CKM_EC_KEY_PAIR_GEN;
            case EDDSA -> Ck.CKM_EC_EDWARDS_KEY_PAIR_GEN;
            case ML_DSA -> throw noMlDsa();
        };
    }

    private static long keyType(KeySpec spec) {
        return switch (spec.algorithm()) {
            case RSA -> Ck.CKK_RSA;
            case EC -> Ck.CKK_EC;
            case EDDSA -> Ck.CKK_EC_EDWARDS;
            case ML_DSA -> throw noMlDsa();
        };
    }

    /** PKCS#11 has ML-DSA from 3.2 on; the tokens that this provider was tested with stand at 2.40. */
    private static UnsupportedException noMlDsa() {
        return new UnsupportedException("No ML-DSA key is kept on a token yet. Choose another kind of key.");
    }

    private static CkAttributes named(long type, TokenKeyId id, boolean secret) {
        CkAttributes template = new CkAttributes()
                .with(Ck.CKA_CLASS, type)
                .with(Ck.CKA_TOKEN, true)
                .with(Ck.CKA_PRIVATE, secret)
                .with(Ck.CKA_LABEL, id.label())
                .with(Ck.CKA_ID, id.idBytes());
        return secret
                ? template
                : template.with(Ck.CKA_VERIFY, true).with(Ck.CKA_ENCRYPT, false).with(Ck.CKA_WRAP, false);
    }

    private static CkAttributes privateTemplate(TokenKeyId id) {
        return named(Ck.CKO_PRIVATE_KEY, id, true)
                .with(Ck.CKA_SENSITIVE, true)
                .with(Ck.CKA_EXTRACTABLE, false)
                .with(Ck.CKA_SIGN, true)
                .with(Ck.CKA_DECRYPT, false)
                .with(Ck.CKA_UNWRAP, false)
                .with(Ck.CKA_DERIVE, false);
    }

    private static CkAttributes parameters(KeySpec spec) {
        CkAttributes template = new CkAttributes().with(Ck.CKA_KEY_TYPE, keyType(spec));
        return switch (spec.algorithm()) {
            case RSA ->
                template.with(Ck.CKA_MODULUS_BITS, spec.bits())
                        .with(Ck.CKA_PUBLIC_EXPONENT, java.security.spec.RSAKeyGenParameterSpec.F4);
            case EC, EDDSA -> template.with(Ck.CKA_EC_PARAMS, PublicKeys.ecParameters(spec));
            case ML_DSA -> throw noMlDsa();
        };
    }

    private static CkAttributes publicHalf(PublicKey key, KeySpec spec) {
        CkAttributes template = new CkAttributes().with(Ck.CKA_KEY_TYPE, keyType(spec));
        if (key instanceof java.security.interfaces.RSAPublicKey rsa) {
            return template.with(Ck.CKA_MODULUS, rsa.getModulus())
                    .with(Ck.CKA_PUBLIC_EXPONENT, rsa.getPublicExponent());
        }
        return template.with(Ck.CKA_EC_PARAMS, PublicKeys.ecParameters(spec))
                .with(Ck.CKA_EC_POINT, PublicKeys.ecPoint(key, spec));
    }

    /** What NSS finds a private key by. */
    private static byte[] publicValue(PublicKey key, KeySpec spec) {
        if (key instanceof java.security.interfaces.RSAPublicKey rsa) {
            byte[] modulus = new CkAttributes().with(0, rsa.getModulus()).bytes(0);
            return modulus == null ? new byte[0] : modulus;
        }
        return PublicKeys.ecPoint(key, spec);
    }

    private static CkAttributes secretHalf(PrivateKey key, KeySpec spec) {
        CkAttributes template = new CkAttributes().with(Ck.CKA_KEY_TYPE, keyType(spec));
        if (key instanceof RSAPrivateCrtKey rsa) {
            return template.with(Ck.CKA_MODULUS, rsa.getModulus())
                    .with(Ck.CKA_PUBLIC_EXPONENT, rsa.getPublicExponent())
                    .with(Ck.CKA_PRIVATE_EXPONENT, rsa.getPrivateExponent())
                    .with(Ck.CKA_PRIME_1, rsa.getPrimeP())
                    .with(Ck.CKA_PRIME_2, rsa.getPrimeQ())
                    .with(Ck.CKA_EXPONENT_1, rsa.getPrimeExponentP())
                    .with(Ck.CKA_EXPONENT_2, rsa.getPrimeExponentQ())
                    .with(Ck.CKA_COEFFICIENT, rsa.getCrtCoefficient());
        }
        if (key instanceof ECPrivateKey ec) {
            return template.with(Ck.CKA_EC_PARAMS, PublicKeys.ecParameters(spec))
                    .with(Ck.CKA_VALUE, fixedLength(ec.getS(), PublicKeys.fieldLength(spec)));
        }
        if (key instanceof EdECPrivateKey ed) {
            byte[] seed = ed.getBytes()
                    .orElseThrow(() -> new UnsupportedException(
                            "The private key does not show its bytes, so it cannot be" + " imported."));
            return template.with(Ck.CKA_EC_PARAMS, PublicKeys.ecParameters(spec))
                    .with(Ck.CKA_VALUE, seed);
        }
        throw new UnsupportedException("A private key of " + key.getClass().getName()
                + " does not show its numbers, so it cannot be imported. Import it from PKCS#8.");
    }

    private static byte[] fixedLength(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[length];
        int from = Math.max(0, bytes.length - length);
        System.arraycopy(bytes, from, fixed, length - bytes.length + from, bytes.length - from);
        Arrays.fill(bytes, (byte) 0);
        return fixed;
    }
}
