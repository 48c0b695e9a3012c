package dev.chancery.provider.pkcs11.keys;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.UnusableKey.Problem;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
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

    static PublicHalf of(TokenSession session, PrivateObject object, StoredRecord record) throws CkException {
        try {
            Optional<PublicKey> own = own(session, object, record);
            if (own.isPresent()) {
                return new PublicHalf.Vouched(own.get());
            }
            boolean recorded = record.legible().flatMap(KeyRecord::publicKey).isPresent();
            Optional<PublicKey> beside = publicObject(session, object);
            if (beside.isEmpty() && !recorded) {
                beside = certificate(session, object);
            }
            return beside.<PublicHalf>map(PublicHalf.Unvouched::new)
                    .orElseGet(() -> recorded
                            ? new PublicHalf.Withheld()
                            : new PublicHalf.Unreadable(Problem.UNSUPPORTED, MISSING));
        } catch (UnsupportedException | IntegrityException e) {
            return PublicHalf.Unreadable.of(e);
        }
    }

    /**
     * The object of a private RSA key has the whole public half; that of a private EC key has it on some tokens, which is asked only where no
     * record vouches for the half beside it.
     */
    private static Optional<PublicKey> own(TokenSession session, PrivateObject object, StoredRecord record)
            throws CkException {
        if (object.keyType() != Ck.CKK_RSA
                && record.legible().flatMap(KeyRecord::fingerprint).isPresent()) {
            return Optional.empty();
        }
        Optional<PublicKey> own = read(session, object, object.handle());
        if (own.isPresent()) {
            return own;
        }
        byte[] spki = session.cryptoki()
                .read(object.handle(), Ck.CKA_CLASS, Ck.CKA_PUBLIC_KEY_INFO)
                .bytes(Ck.CKA_PUBLIC_KEY_INFO);
        return spki == null ? Optional.empty() : KeyAlgorithm.readAnyPublicKey(spki);
    }

    private static Optional<PublicKey> read(TokenSession session, PrivateObject object, long handle)
            throws CkException {
        return PublicKeys.of(session.cryptoki().read(handle, PublicKeys.attributes(object.keyType())));
    }

    private static Optional<PublicKey> publicObject(TokenSession session, PrivateObject object) throws CkException {
        CkAttributes template = named(Ck.CKO_PUBLIC_KEY, object).with(Ck.CKA_KEY_TYPE, object.keyType());
        List<Long> objects = session.find(template);
        if (objects.size() > 1) {
            // Some tools give every key the same id.
            objects = session.find(template.with(Ck.CKA_LABEL, object.label()));
        }
        if (objects.size() > 1) {
            throw new IntegrityException(
                    "There are " + objects.size() + " public keys with its label and id. Remove the wrong ones.");
        }
        return objects.isEmpty() ? Optional.empty() : read(session, object, objects.get(0));
    }

    private static Optional<PublicKey> certificate(TokenSession session, PrivateObject object) throws CkException {
        for (long handle : session.find(named(Ck.CKO_CERTIFICATE, object))) {
            byte[] value =
                    session.cryptoki().read(handle, Ck.CKA_CLASS, Ck.CKA_VALUE).bytes(Ck.CKA_VALUE);
            if (value != null) {
                return PublicKeys.ofCertificate(value);
            }
        }
        return Optional.empty();
    }

    /** By CKA_ID, which is what the halves of a pair share; by the label where there is no id. */
    private static CkAttributes named(long type, PrivateObject object) {
        CkAttributes template = new CkAttributes().with(Ck.CKA_CLASS, type);
        return object.id().length > 0
                ? template.with(Ck.CKA_ID, object.id())
                : template.with(Ck.CKA_LABEL, object.label());
    }
}
