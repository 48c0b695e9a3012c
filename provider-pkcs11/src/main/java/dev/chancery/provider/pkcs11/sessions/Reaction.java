package dev.chancery.provider.pkcs11.sessions;

import dev.chancery.provider.pkcs11.binding.Ck;
import java.util.Map;

/** What to do about a CKR code before a caller hears of it. */
enum Reaction {
    /** All sessions are taken: one will be given back. */
    WAIT,
    /** The session is worn out: another session, once. */
    NEW_SESSION,
    /** The token has dropped our sessions or the login: find it again, see that it is the same one, log in; once. */
    ATTACH_AGAIN,
    /** The handle is no longer the object's: search again, as others may take objects away at the same time. */
    SEARCH_AGAIN,
    /** Something is wrong somewhere: a new session and one C_GetTokenInfo tell whether the token is still there. */
    LOOK_CLOSER,
    /** The token is gone, or the library has lost it: initialise the library again, with back-off. */
    RECONNECT,
    /** Nothing that trying again would change. */
    GIVE_UP;

    private static final Map<Long, Reaction> BY_CODE = Map.ofEntries(
            Map.entry(Ck.CKR_SESSION_COUNT, WAIT),
            Map.entry(Ck.CKR_SESSION_READ_ONLY, NEW_SESSION),
            // A session that somebody left in the middle of something.
            Map.entry(Ck.CKR_OPERATION_ACTIVE, NEW_SESSION),
            Map.entry(Ck.CKR_OPERATION_NOT_INITIALIZED, NEW_SESSION),
            // Also what is left when another token was put into the slot.
            Map.entry(Ck.CKR_SESSION_CLOSED, ATTACH_AGAIN),
            Map.entry(Ck.CKR_SESSION_HANDLE_INVALID, ATTACH_AGAIN),
            Map.entry(Ck.CKR_USER_NOT_LOGGED_IN, ATTACH_AGAIN),
            Map.entry(Ck.CKR_KEY_HANDLE_INVALID, SEARCH_AGAIN),
            Map.entry(Ck.CKR_OBJECT_HANDLE_INVALID, SEARCH_AGAIN),
            Map.entry(Ck.CKR_DEVICE_ERROR, LOOK_CLOSER),
            Map.entry(Ck.CKR_GENERAL_ERROR, LOOK_CLOSER),
            Map.entry(Ck.CKR_FUNCTION_FAILED, LOOK_CLOSER),
            Map.entry(Ck.CKR_DEVICE_REMOVED, RECONNECT),
            Map.entry(Ck.CKR_TOKEN_NOT_PRESENT, RECONNECT),
            Map.entry(Ck.CKR_TOKEN_NOT_RECOGNIZED, RECONNECT),
            Map.entry(Ck.CKR_SLOT_ID_INVALID, RECONNECT),
            Map.entry(Ck.CKR_CRYPTOKI_NOT_INITIALIZED, RECONNECT));

    /** Of a code; a vendor's own codes are given up on. */
    static Reaction to(long code) {
        return BY_CODE.getOrDefault(code, GIVE_UP);
    }
}
