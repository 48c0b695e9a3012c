package dev.chancery.provider.pkcs11.binding;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An open session of a token. To be used by one thread at a time: two at once crash more than one library. */
public interface CryptokiSession {

    /** C_Login as a CKU_…; the PIN is null where the token has a keypad of its own. */
    void login(long user, char @Nullable [] pin) throws CkException;

    /** C_GetSessionInfo: whether the user is logged in. */
    boolean isLoggedIn() throws CkException;

    /** C_FindObjectsInit, C_FindObjects, C_FindObjectsFinal. Leaves private objects out while no user is logged in. */
    List<Long> find(CkAttributes template) throws CkException;

    /** C_GetAttributeValue; what the object does not have or give is missing from the answer. */
    CkAttributes read(long object, long... types) throws CkException;

    /** CKA_ALLOWED_MECHANISMS of a key; none where it is not confined, or cannot be asked. */
    Set<Long> allowedMechanisms(long key);

    /** C_CreateObject. */
    long create(CkAttributes template) throws CkException;

    /** C_DestroyObject. */
    void destroy(long object) throws CkException;

    /**
     * C_GenerateKeyPair.
     *
     * @return the public key's object
     */
    long generate(CkMechanism mechanism, CkAttributes publicKey, CkAttributes privateKey) throws CkException;

    /** C_SignInit. After a failure of it, or of what follows before C_Sign, the session is to be closed. */
    void signInit(CkMechanism mechanism, long key) throws CkException;

    /** C_Sign. After a failure the session is to be closed. */
    byte[] sign(byte[] input) throws CkException;

    /** C_CloseSession. */
    void close() throws CkException;
}
