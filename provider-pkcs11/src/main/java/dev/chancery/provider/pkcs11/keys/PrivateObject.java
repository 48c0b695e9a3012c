package dev.chancery.provider.pkcs11.keys;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import dev.chancery.provider.pkcs11.binding.CkException;
import dev.chancery.provider.pkcs11.records.TokenKeyId;
import dev.chancery.provider.pkcs11.sessions.Attachment;
import dev.chancery.provider.pkcs11.sessions.TokenSession;
import dev.chancery.spi.Service;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A private key's object, as found.
 *
 * @param handle its handle
 * @param attributes what was read of it
 * @param allowed the only mechanisms that it may be used with, or none for all
 */
record PrivateObject(long handle, CkAttributes attributes, Set<Long> allowed) {
    private static final long[] ATTRIBUTES = {
        Ck.CKA_CLASS,
        Ck.CKA_LABEL,
        Ck.CKA_ID,
        Ck.CKA_KEY_TYPE,
        Ck.CKA_SIGN,
        Ck.CKA_SENSITIVE,
        Ck.CKA_EXTRACTABLE,
        Ck.CKA_ALWAYS_SENSITIVE,
        Ck.CKA_NEVER_EXTRACTABLE,
        Ck.CKA_ALWAYS_AUTHENTICATE
    };

    static CkAttributes any() {
        return new CkAttributes().with(Ck.CKA_CLASS, Ck.CKO_PRIVATE_KEY);
    }

    /** What finds the objects that a name may mean: an empty label or id cannot be searched for. */
    static CkAttributes named(TokenKeyId name) {
        CkAttributes template = any();
        if (!name.label().isEmpty()) {
            template.with(Ck.CKA_LABEL, name.label());
        }
        return name.idBytes().length > 0 ? template.with(Ck.CKA_ID, name.idBytes()) : template;
    }

    static List<PrivateObject> find(TokenSession session, CkAttributes template) throws CkException {
        List<PrivateObject> objects = new ArrayList<>();
        for (long handle : session.find(template)) {
            CkAttributes read = session.cryptoki().read(handle, ATTRIBUTES);
            objects.add(new PrivateObject(handle, read, session.cryptoki().allowedMechanisms(handle)));
        }
        return objects;
    }

    /** The objects of exactly this name. */
    static List<PrivateObject> find(TokenSession session, TokenKeyId name) throws CkException {
        return find(session, name.isDigest() ? any() : named(name)).stream()
                .filter(object -> name.means(object.name()))
                .toList();
    }

    TokenKeyId name() {
        return TokenKeyId.of(label(), id());
    }

    /** What keeps the object's name from being a key's name, if anything does. */
    Optional<String> unnameable() {
        boolean named = !label().isEmpty() || id().length > 0;
        boolean sound = label().length() <= TokenKeyId.MAX_LABEL
                && id().length <= TokenKeyId.MAX_ID
                && label().chars().noneMatch(Character::isISOControl);
        return named && sound
                ? Optional.empty()
                : Optional.of((named
                                ? "Its label has control characters or is too long, or its id is"
                                : "It has neither label nor id")
                        + ", so nothing can be kept for it. Name it with `pkcs11-tool --set-id`: a label has at most "
                        + TokenKeyId.MAX_LABEL + " characters, an id " + TokenKeyId.MAX_ID + " bytes.");
    }

    /** What it signs with; nothing where the token does not let it sign. */
    Set<SignatureAlgorithm> algorithms(Attachment here) {
        return service(here) instanceof Service.In
                ? SigningMechanisms.algorithms(confine(here.mechanisms()))
                : Set.of();
    }

    String label() {
        return attributes.text(Ck.CKA_LABEL);
    }

    byte[] id() {
        return attributes.bytes(Ck.CKA_ID);
    }

    long keyType() {
        return attributes.number(Ck.CKA_KEY_TYPE).orElse(-1L);
    }

    /** Which of the token's mechanisms this key may be used with. */
    Set<Long> confine(Set<Long> offered) {
        if (allowed.isEmpty()) {
            return offered;
        }
        Set<Long> both = new HashSet<>(offered);
        both.retainAll(allowed);
        return both;
    }

    /**
     * What the token says of itself: {@code HSM} for a key that was made in it and can never leave, {@code TOKEN} for one that
     * can no longer leave but may have copies elsewhere, {@code SOFTWARE} for one that it would hand out.
     */
    ProtectionLevel protection() {
        if (attributes.isSet(Ck.CKA_ALWAYS_SENSITIVE) && attributes.isSet(Ck.CKA_NEVER_EXTRACTABLE)) {
            return ProtectionLevel.HSM;
        }
        return attributes.isSet(Ck.CKA_SENSITIVE) && !attributes.isSet(Ck.CKA_EXTRACTABLE)
                ? ProtectionLevel.TOKEN
                : ProtectionLevel.SOFTWARE;
    }

    boolean wantsPinEachTime() {
        return attributes.isSet(Ck.CKA_ALWAYS_AUTHENTICATE);
    }

    Service service(Attachment here) {
        if (!attributes.isSet(Ck.CKA_SIGN)) {
            return new Service.Out("the token does not let it sign (CKA_SIGN is not set). Sign with another key.");
        }
        if (wantsPinEachTime() && !here.wantsLogin()) {
            return new Service.Out(
                    "it wants a PIN for each signature (CKA_ALWAYS_AUTHENTICATE) on a token that has none."
                            + " Sign with another key.");
        }
        return new Service.In();
    }
}
