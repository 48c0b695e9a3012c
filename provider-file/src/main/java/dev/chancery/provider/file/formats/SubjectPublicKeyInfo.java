package dev.chancery.provider.file.formats;

import dev.chancery.algorithm.SignatureAlgorithm;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** SubjectPublicKeyInfo of X.509 (RFC 5280, section 4.1). */
final class SubjectPublicKeyInfo {
    private SubjectPublicKeyInfo() {}

    /** A public key, and the algorithms that it confines itself to. */
    record Content(PublicKey key, Optional<Set<SignatureAlgorithm>> restriction) {}

    /** @throws dev.chancery.error.UnsupportedException if no {@link dev.chancery.algorithm.KeySpec} describes the key */
    static Content read(byte[] der) throws MalformedException {
        DerReader info = new DerReader(der).onlySequence();
        KeyAlgorithmIdentifier identifier = KeyAlgorithmIdentifier.read(info.sequence());
        byte[] key = info.bitString();
        info.requireEnd();
        return new Content(key(identifier, key), identifier.restriction());
    }

    /** The key in the bits of the structure. */
    static PublicKey key(KeyAlgorithmIdentifier identifier, byte[] bits) throws MalformedException {
        return switch (identifier.algorithm()) {
            case RSA -> Pkcs1.readPublic(bits);
            case EC -> Objects.requireNonNull(identifier.curve()).publicKey(bits);
            case EDDSA -> Ed25519.publicKey(bits);
            case ML_DSA -> throw new MalformedException("ML-DSA keys are not read from files.");
        };
    }

    static byte[] encode(PublicKey key, Optional<Set<SignatureAlgorithm>> restriction) {
        byte[] identifier = KeyAlgorithmIdentifier.encode(key, restriction);
        return Der.sequence(identifier, Der.bitString(bits(key)));
    }

    private static byte[] bits(PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            return Pkcs1.encode(rsa);
        }
        if (key instanceof ECPublicKey ec) {
            return NamedCurve.of(ec.getParams()).encode(ec.getW());
        }
        return Ed25519.encode((EdECPublicKey) key);
    }
}
