package dev.chancery.provider.pkcs11;

import static dev.chancery.provider.pkcs11.WrapperCryptoki.failed;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.xipki.pkcs11.wrapper.AttributeVector;
import org.xipki.pkcs11.wrapper.KeyPairTemplate;
import org.xipki.pkcs11.wrapper.Mechanism;
import org.xipki.pkcs11.wrapper.PKCS11Constants;
import org.xipki.pkcs11.wrapper.PKCS11Exception;
import org.xipki.pkcs11.wrapper.Session;
import org.xipki.pkcs11.wrapper.attrs.Attribute;
import org.xipki.pkcs11.wrapper.params.RSA_PKCS_PSS_PARAMS;

/** {@link CryptokiSession} over the IAIK wrapper. */
final class WrapperSession implements CryptokiSession {
    private static final int FIND_AT_ONCE = 256;

    static {
        Attribute.putAttributeValueType(Ck.CKA_NSS_DB, Attribute.AttrType.BYTEARRAY);
    }

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
    public void login(char @Nullable [] pin) throws CkException {
        try {
            session.login(PKCS11Constants.CKU_USER, pin);
        } catch (PKCS11Exception e) {
            throw failed("C_Login", e);
        }
    }

    @Override
    public boolean isLoggedIn() throws CkException {
        try {
            long state = session.getSessionInfo().getState();
            return state == Ck.CKS_RO_USER_FUNCTIONS || state == Ck.CKS_RW_USER_FUNCTIONS;
        } catch (PKCS11Exception e) {
            throw failed("C_GetSessionInfo", e);
        }
    }

    @Override
    public List<Long> find(CkAttributes template) throws CkException {
        List<Long> found = new ArrayList<>();
        String function = "C_FindObjectsInit";
        try {
            session.findObjectsInit(vector(template));
            function = "C_FindObjects";
            for (long[] some = session.findObjects(FIND_AT_ONCE);
                    some.length > 0;
                    some = session.findObjects(FIND_AT_ONCE)) {
                for (long object : some) {
                    found.add(object);
                }
            }
            function = "C_FindObjectsFinal";
            session.findObjectsFinal();
            return found;
        } catch (PKCS11Exception e) {
            throw failed(function, e);
        }
    }

    @Override
    public CkAttributes read(long object, long... types) throws CkException {
        AttributeVector read;
        try {
            read = session.getAttrValues(object, types);
        } catch (PKCS11Exception e) {
            throw failed("C_GetAttributeValue", e);
        } catch (ArrayIndexOutOfBoundsException | IllegalArgumentException e) {
            // It takes points and parameters apart, and trusts their lengths.
            return new CkAttributes();
        }
        CkAttributes attributes = new CkAttributes();
        for (long type : types) {
            Attribute attribute = read.getAttribute(type);
            Object value = attribute == null ? null : attribute.getValue();
            if (value instanceof Boolean flag) {
                attributes.with(type, flag);
            } else if (value instanceof Long number) {
                attributes.with(type, number);
            } else if (value instanceof String text) {
                attributes.with(type, text);
            } else if (value instanceof byte[] bytes) {
                attributes.with(type, bytes);
            }
        }
        if (attributes.entries().isEmpty()) {
            // The wrapper swallows this one, and then has nothing.
            throw new CkException("C_GetAttributeValue", Ck.CKR_FUNCTION_FAILED, "CKR_FUNCTION_FAILED");
        }
        return attributes;
    }

    @Override
    public long create(CkAttributes template) throws CkException {
        try {
            return session.createObject(vector(template));
        } catch (PKCS11Exception e) {
            throw failed("C_CreateObject", e);
        }
    }

    @Override
    public void destroy(long object) throws CkException {
        try {
            session.destroyObject(object);
        } catch (PKCS11Exception e) {
            throw failed("C_DestroyObject", e);
        }
    }

    @Override
    public void generate(CkMechanism mechanism, CkAttributes publicKey, CkAttributes privateKey) throws CkException {
        try {
            session.generateKeyPair(
                    new Mechanism(mechanism.code()), new KeyPairTemplate(vector(privateKey), vector(publicKey)));
        } catch (PKCS11Exception e) {
            throw failed("C_GenerateKeyPair", e);
        }
    }

    @Override
    public byte[] sign(CkMechanism mechanism, long key, byte[] input) throws CkException {
        return signing.isPresent()
                ? signing.get().sign(session.getSessionHandle(), mechanism, key, input)
                : signThroughWrapper(mechanism, key, input);
    }

    private byte[] signThroughWrapper(CkMechanism mechanism, long key, byte[] input) throws CkException {
        try {
            session.signInit(wrapped(mechanism), key);
        } catch (PKCS11Exception e) {
            throw failed("C_SignInit", e);
        }
        try {
            return session.sign(input);
        } catch (PKCS11Exception e) {
            throw failed("C_Sign", e);
        }
    }

    /** A new one for each call: the wrapper writes into it. */
    private static Mechanism wrapped(CkMechanism mechanism) {
        return mechanism
                .pss()
                .map(pss -> new Mechanism(
                        mechanism.code(), new RSA_PKCS_PSS_PARAMS(pss.hash(), pss.mgf(), pss.saltLength())))
                .orElseGet(() -> new Mechanism(mechanism.code()));
    }

    @Override
    public void close() throws CkException {
        try {
            session.closeSession();
        } catch (PKCS11Exception e) {
            throw failed("C_CloseSession", e);
        }
    }

    private static AttributeVector vector(CkAttributes attributes) {
        AttributeVector vector = new AttributeVector();
        for (Map.Entry<Long, Object> attribute : attributes.entries()) {
            vector.attr(attribute.getKey(), attribute.getValue());
        }
        return vector;
    }
}
