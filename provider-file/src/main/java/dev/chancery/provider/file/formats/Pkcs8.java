package dev.chancery.provider.file.formats;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.UnsupportedException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** PrivateKeyInfo of PKCS#8 (RFC 5958, which calls it OneAsymmetricKey). */
final class Pkcs8 {
    private Pkcs8() {}

    /** A key pair, and the algorithms that it confines itself to. */
    record Content(KeyPair pair, Optional<Set<SignatureAlgorithm>> restriction) {}

    /** @throws UnsupportedException if no {@link dev.chancery.algorithm.KeySpec} describes the key */
    static Content read(byte[] der) throws MalformedException {
        DerReader info = new DerReader(der).onlySequence();
        int version = info.smallInteger();
        if (version > 1) {
            throw new MalformedException("PKCS#8 of the unknown version " + version);
        }
        KeyAlgorithmIdentifier identifier = KeyAlgorithmIdentifier.read(info.sequence());
        byte[] key = info.octetString();
        try {
            if (info.nextIs(DerReader.context(0))) {
                info.element(DerReader.context(0));
            }
            KeyPair pair = switch (identifier.algorithm()) {
                case RSA -> Pkcs1.readPrivate(key);
                case EC -> Sec1.readPrivate(key, Objects.requireNonNull(identifier.curve()));
                case EDDSA -> readEd25519(key);
                case ML_DSA -> throw new MalformedException("ML-DSA keys are not read from files.");
            };
            if (version == 1 && info.nextIs(DerReader.primitiveContext(1))) {
                requireSame(pair.getPublic(), identifier, info.bitString(DerReader.primitiveContext(1)));
            }
            info.requireEnd();
            return new Content(pair, identifier.restriction());
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static KeyPair readEd25519(byte[] der) throws MalformedException {
        DerReader reader = new DerReader(der);
        byte[] seed = reader.octetString();
        try {
            reader.requireEnd();
            return Ed25519.pair(seed);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    private static void requireSame(PublicKey derived, KeyAlgorithmIdentifier identifier, byte[] stated)
            throws MalformedException {
        if (!SubjectPublicKeyInfo.key(identifier, stated).equals(derived)) {
            throw new MalformedException("the public key in the file does not belong to the private key");
        }
    }

    static byte[] encode(KeyPair pair, Optional<Set<SignatureAlgorithm>> restriction) {
        byte[] identifier = KeyAlgorithmIdentifier.encode(pair.getPublic(), restriction);
        byte[] key = key(pair.getPrivate(), pair.getPublic());
        try {
            return Der.sequence(Der.integer(0), identifier, Der.octetString(key));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static UnsupportedException hidden(PrivateKey key) {
        return new UnsupportedException(
                "A private key of " + key.getAlgorithm() + " that does not show all of its numbers cannot be written.");
    }

    private static byte[] key(PrivateKey privateKey, PublicKey publicKey) {
        if (privateKey instanceof RSAPrivateCrtKey rsa) {
            return Pkcs1.encode(rsa);
        }
        if (privateKey instanceof ECPrivateKey ec && publicKey instanceof ECPublicKey ecPublic) {
            return Sec1.encode(ec, ecPublic);
        }
        if (privateKey instanceof EdECPrivateKey ed) {
            byte[] seed = ed.getBytes().orElseThrow(() -> hidden(privateKey));
            try {
                return Der.octetString(seed);
            } finally {
                Arrays.fill(seed, (byte) 0);
            }
        }
        throw hidden(privateKey);
    }
}
