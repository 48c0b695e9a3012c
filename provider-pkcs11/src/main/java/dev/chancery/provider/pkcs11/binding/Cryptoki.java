package dev.chancery.provider.pkcs11.binding;

import java.util.Set;

/**
 * The part of a PKCS#11 library that this provider uses, so that another binding can take the place of the wrapper.
 * Thread-safe as the library is; a {@link CryptokiSession} belongs to one thread at a time.
 */
public interface Cryptoki {

    /** C_Initialize, with locking by the operating system. */
    void initialize() throws CkException;

    /** C_Finalize. No other thread may be inside the library. */
    void finish() throws CkException;

    /** C_GetSlotList: the slots with a token in them. */
    long[] slots() throws CkException;

    /** C_GetTokenInfo. */
    TokenDescription token(long slot) throws CkException;

    /** C_GetMechanismList: what the token can do, as CKM_…. */
    Set<Long> mechanisms(long slot) throws CkException;

    /** C_OpenSession. */
    CryptokiSession open(long slot, boolean readWrite) throws CkException;
}
