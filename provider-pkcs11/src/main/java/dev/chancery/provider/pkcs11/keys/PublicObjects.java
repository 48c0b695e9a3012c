package dev.chancery.provider.pkcs11.keys;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import dev.chancery.provider.pkcs11.binding.CkException;
import dev.chancery.provider.pkcs11.sessions.TokenSession;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The public keys and certificates of a token, by what the halves of a pair share: CKA_ID, or the label where there is none. A list asks for
 * all of them in one search, since a search looks at each object. Of one session.
 */
final class PublicObjects {
    private final TokenSession session;

    /** The one private key that is asked for, or null for all. */
    private final @Nullable PrivateObject only;

    /** By CKA_KEY_TYPE: who asks an object for what another kind has gets an error from some tokens. */
    private final Map<Long, Map<String, List<CkAttributes>>> keys = new HashMap<>();

    private @Nullable Map<String, List<CkAttributes>> certificates;

    private PublicObjects(TokenSession session, @Nullable PrivateObject only) {
        this.session = session;
        this.only = only;
    }

    /** All of a token's. */
    static PublicObjects of(TokenSession session) {
        return new PublicObjects(session, null);
    }

    /** Those beside private keys that were found. */
    static PublicObjects beside(TokenSession session, List<PrivateObject> found) {
        return new PublicObjects(session, found.size() == 1 ? found.get(0) : null);
    }

    TokenSession session() {
        return session;
    }

    /**
     * The halves in public keys' objects. Several have one id where a tool gives each key the same one, and where another hand has added one.
     *
     * @throws UnsupportedException if the only one is of an unsupported kind
     * @throws IntegrityException if no key can be made of the only one
     */
    List<PublicKey> keys(PrivateObject object) throws CkException {
        long type = object.keyType();
        Map<String, List<CkAttributes>> ofType = keys.get(type);
        if (ofType == null) {
            ofType = read(named(Ck.CKO_PUBLIC_KEY).with(Ck.CKA_KEY_TYPE, type), PublicKeys.attributes(type));
            keys.put(type, ofType);
        }
        List<CkAttributes> found = ofType.getOrDefault(share(object.id(), object.label()), List.of());
        if (found.size() > 1) {
            found = found.stream()
                    .filter(one -> one.text(Ck.CKA_LABEL).equals(object.label()))
                    .toList();
        }
        List<PublicKey> halves = new ArrayList<>();
        List<ChanceryException> refused = new ArrayList<>();
        for (CkAttributes one : found) {
            try {
                PublicKeys.of(one).filter(key -> !halves.contains(key)).ifPresent(halves::add);
            } catch (UnsupportedException | IntegrityException e) {
                refused.add(e);
            }
        }
        if (halves.isEmpty() && !refused.isEmpty()) {
            throw refused.get(0);
        }
        return halves;
    }

    /** The halves in certificates; a renewed one may stand beside the one before, and both beside one of another key. */
    List<PublicKey> certified(PrivateObject object) throws CkException {
        if (certificates == null) {
            certificates = read(named(Ck.CKO_CERTIFICATE), Ck.CKA_ID, Ck.CKA_LABEL, Ck.CKA_VALUE);
        }
        return certificates.getOrDefault(share(object.id(), object.label()), List.of()).stream()
                .map(one -> one.bytes(Ck.CKA_VALUE))
                .flatMap(der -> PublicKeys.ofCertificate(der).stream())
                .filter(key -> PublicKeys.keyType(key) == object.keyType())
                .distinct()
                .toList();
    }

    private CkAttributes named(long type) {
        CkAttributes template = new CkAttributes().with(Ck.CKA_CLASS, type);
        if (only == null) {
            return template;
        }
        return only.id().length > 0 ? template.with(Ck.CKA_ID, only.id()) : template.with(Ck.CKA_LABEL, only.label());
    }

    private Map<String, List<CkAttributes>> read(CkAttributes template, long... attributes) throws CkException {
        List<CkAttributes> found = new ArrayList<>();
        for (long handle : session.find(template)) {
            found.add(session.cryptoki().read(handle, attributes));
        }
        return found.stream().collect(Collectors.groupingBy(PublicObjects::share));
    }

    private static String share(CkAttributes attributes) {
        return share(attributes.bytes(Ck.CKA_ID), attributes.text(Ck.CKA_LABEL));
    }

    private static String share(byte[] id, String label) {
        return id.length > 0 ? "id " + HexFormat.of().formatHex(id) : "label " + label;
    }
}
