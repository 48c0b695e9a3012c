package dev.chancery.provider.pkcs11.keys;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.UnusableKey.Problem;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkException;
import dev.chancery.provider.pkcs11.sessions.TokenSession;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;

/**
 * Where a key's public half is, in this order: in the private key's own object, which the token vouches for; in the public key's object or a
 * certificate, which can be replaced without a PIN; in the record alone.
 */
final class PublicHalves {
    private static final String MISSING =
            "Its public half is neither on the token nor in a certificate there, so nothing could be verified. Add the"
                    + " public key with `pkcs11-tool --write-object --type pubkey`, with the same id.";

    private PublicHalves() {}

    static PublicHalf of(PrivateObject object, StoredRecord record, PublicObjects beside) throws CkException {
        try {
            Optional<PublicKey> own = own(beside.session(), object, record);
            if (own.isPresent()) {
                return new PublicHalf.Vouched(own.get());
            }
            boolean recorded = record.legible().flatMap(KeyRecord::publicKey).isPresent();
            List<PublicKey> found = beside.keys(object);
            if (found.isEmpty() && !recorded) {
                found = beside.certified(object);
            }
            if (found.isEmpty()) {
                return recorded ? new PublicHalf.Withheld() : new PublicHalf.Unreadable(Problem.UNSUPPORTED, MISSING);
            }
            return new PublicHalf.Unvouched(found.get(0), found.subList(1, found.size()));
        } catch (UnsupportedException | IntegrityException e) {
            return PublicHalf.Unreadable.of(e);
        }
    }

    /**
     * The object of a private RSA key has the whole public half; that of another kind has it on some tokens, which is asked only where no
     * record vouches for the half beside it.
     */
    private static Optional<PublicKey> own(TokenSession session, PrivateObject object, StoredRecord record)
            throws CkException {
        if (object.keyType() != Ck.CKK_RSA
                && record.legible().flatMap(KeyRecord::fingerprint).isPresent()) {
            return Optional.empty();
        }
        if (object.keyType() != Ck.CKK_ML_DSA) { // its CKA_VALUE is the private key
            Optional<PublicKey> own =
                    PublicKeys.of(session.cryptoki().read(object.handle(), PublicKeys.attributes(object.keyType())));
            if (own.isPresent()) {
                return own;
            }
        }
        byte[] spki = session.cryptoki()
                .read(object.handle(), Ck.CKA_CLASS, Ck.CKA_PUBLIC_KEY_INFO)
                .bytes(Ck.CKA_PUBLIC_KEY_INFO);
        return spki.length == 0 ? Optional.empty() : KeyAlgorithm.readAnyPublicKey(spki);
    }
}
