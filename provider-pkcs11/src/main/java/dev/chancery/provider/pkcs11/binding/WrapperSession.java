package dev.chancery.provider.pkcs11.binding;

import static dev.chancery.provider.pkcs11.binding.WrapperCryptoki.call;
import static dev.chancery.provider.pkcs11.binding.WrapperCryptoki.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xipki.pkcs11.wrapper.AttributeVector;
import org.xipki.pkcs11.wrapper.KeyPairTemplate;
import org.xipki.pkcs11.wrapper.Mechanism;
import org.xipki.pkcs11.wrapper.Session;
import org.xipki.pkcs11.wrapper.attrs.Attribute;
import org.xipki.pkcs11.wrapper.attrs.Attribute.AttrType;
import org.xipki.pkcs11.wrapper.params.RSA_PKCS_PSS_PARAMS;

/** {@link CryptokiSession} over the IAIK wrapper. */
final class WrapperSession implements CryptokiSession {
    private static final int FIND_AT_ONCE = 256;

    private final Session session;
    private final Optional<SignFunctions> signing;

    /**
     * A session.
     *
     * @param signing signs faster than the wrapper, where it can be had
     */
    WrapperSession(Session session, Optional<SignFunctions> signing) {
        this.session = session;
        this.signing = signing;
    }

    @Override
    public void login(long user, char @Nullable [] pin) throws CkException {
        run("C_Login", () -> session.login(user, pin));
    }

    @Override
    public boolean isLoggedIn() throws CkException {
        long state = call("C_GetSessionInfo", session::getSessionInfo).getState();
        return state == Ck.CKS_RO_USER_FUNCTIONS || state == Ck.CKS_RW_USER_FUNCTIONS;
    }

    @Override
    public List<Long> find(CkAttributes template) throws CkException {
        run("C_FindObjectsInit", () -> session.findObjectsInit(vector(template)));
        List<Long> found = new ArrayList<>();
        long[] some;
        do {
            some = call("C_FindObjects", () -> session.findObjects(FIND_AT_ONCE));
            Arrays.stream(some).forEach(found::add);
        } while (some.length > 0);
        run("C_FindObjectsFinal", session::findObjectsFinal);
        return found;
    }

    @Override
    public CkAttributes read(long object, long... types) throws CkException {
        AttributeVector read;
        try {
            read = call("C_GetAttributeValue", () -> session.getAttrValues(object, types));
        } catch (ArrayIndexOutOfBoundsException | IllegalArgumentException e) {
            // It takes points and parameters apart, and trusts their lengths.
            return new CkAttributes();
        }
        CkAttributes attributes = new CkAttributes();
        for (long type : types) {
            Attribute attribute = read.getAttribute(type);
            attributes.withRead(type, attribute == null ? null : attribute.getValue());
        }
        if (attributes.entries().isEmpty()) {
            // The wrapper swallows this one, and then has nothing.
            throw new CkException("C_GetAttributeValue", Ck.CKR_FUNCTION_FAILED, "CKR_FUNCTION_FAILED");
        }
        return attributes;
    }

    /** Not through the wrapper, which takes the list for a number. */
    @Override
    public Set<Long> allowedMechanisms(long key) {
        return signing.map(
                        functions -> functions.readNumbers(session.getSessionHandle(), key, Ck.CKA_ALLOWED_MECHANISMS))
                .orElse(Set.of());
    }

    @Override
    public long create(CkAttributes template) throws CkException {
        return call("C_CreateObject", () -> session.createObject(vector(template)));
    }

    @Override
    public void destroy(long object) throws CkException {
        run("C_DestroyObject", () -> session.destroyObject(object));
    }

    @Override
    public long generate(CkMechanism mechanism, CkAttributes publicKey, CkAttributes privateKey) throws CkException {
        KeyPairTemplate pair = new KeyPairTemplate(vector(privateKey), vector(publicKey));
        return call("C_GenerateKeyPair", () -> session.generateKeyPair(new Mechanism(mechanism.code()), pair))
                .getPublicKey();
    }

    @Override
    public void signInit(CkMechanism mechanism, long key) throws CkException {
        if (signing.isPresent()) {
            signing.get().signInit(session.getSessionHandle(), mechanism, key);
        } else {
            run("C_SignInit", () -> session.signInit(wrap(mechanism), key));
        }
    }

    @Override
    public byte[] sign(byte[] input) throws CkException {
        return signing.isPresent()
                ? signing.get().sign(session.getSessionHandle(), input)
                : call("C_Sign", () -> session.sign(input));
    }

    /** A new one for each call: the wrapper writes into it. */
    private static Mechanism wrap(CkMechanism mechanism) {
        return mechanism
                .pss()
                .map(pss -> new Mechanism(
                        mechanism.code(), new RSA_PKCS_PSS_PARAMS(pss.hash(), pss.mgf(), pss.saltLength())))
                .orElseGet(() -> new Mechanism(mechanism.code()));
    }

    @Override
    public void close() throws CkException {
        run("C_CloseSession", session::closeSession);
    }

    private static AttributeVector vector(CkAttributes attributes) {
        AttributeVector vector = new AttributeVector();
        for (Map.Entry<Long, Object> attribute : attributes.entries()) {
            if (attribute.getKey() >= Ck.CKA_VENDOR_DEFINED) {
                // The wrapper has to be told of what no standard has.
                boolean flag = attribute.getValue() instanceof Boolean;
                Attribute.putAttributeValueType(attribute.getKey(), flag ? AttrType.BOOLEAN : AttrType.BYTEARRAY);
            }
            vector.attr(attribute.getKey(), attribute.getValue());
        }
        return vector;
    }
}
