package dev.chancery.provider.pkcs11.sessions;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkException;
import java.nio.file.Path;
import java.util.Set;

/** CKR codes in the words of {@link ChanceryException}. */
final class CkErrors {
    private static final Set<Long> PIN_REFUSED = Set.of(
            Ck.CKR_PIN_INCORRECT,
            Ck.CKR_PIN_INVALID,
            Ck.CKR_PIN_LEN_RANGE,
            Ck.CKR_PIN_EXPIRED,
            Ck.CKR_PIN_LOCKED,
            Ck.CKR_USER_PIN_NOT_INITIALIZED);

    private CkErrors() {}

    /** Whether a login must not be tried again: each attempt may be the one that locks the token. */
    static boolean refusesPin(CkException e) {
        return PIN_REFUSED.contains(e.code());
    }

    static KeyAccessException pinRefused(CkException e, String location) {
        return new KeyAccessException(
                "Logging in to " + location + " failed: " + e.getMessage() + ". "
                        + (refusesPin(e)
                                ? advice(e.code())
                                : "Some tokens answer a wrong PIN so, and count it: this store does not show the token the same PIN again."
                                        + " Check the token and the PIN, and open the store again."),
                e);
    }

    /** What the usual libraries want before they start. */
    static StoreUnavailableException notInitialised(CkException e, Path library, String location) {
        return new StoreUnavailableException(
                "Initialising " + library + " for " + location + " failed: " + e.getMessage()
                        + ". See what the library wants: SoftHSM a configuration that this user may read (SOFTHSM2_CONF), opencryptoki"
                        + " its daemon pkcsslotd and a user in the group pkcs11, tpm2-pkcs11 its TPM (TPM2_PKCS11_TCTI).",
                e);
    }

    /** A login that failed with a PIN that has logged in before. */
    static StoreUnavailableException loginFailed(CkException e, String location) {
        return new StoreUnavailableException(
                "Logging in to " + location + " failed: " + e.getMessage()
                        + ". The PIN has logged in before, so the next call tries it once more.",
                e);
    }

    /**
     * Translates.
     *
     * @param doing what failed, as the beginning of a sentence: "Signing with key a:01"
     */
    static ChanceryException translate(CkException e, String doing, String location) {
        String failed = doing + " in " + location + " failed: " + e.getMessage() + ". ";
        long code = e.code();
        if (refusesPin(e)) {
            return new KeyAccessException(failed + advice(code), e);
        }
        if (code == Ck.CKR_USER_NOT_LOGGED_IN
                || code == Ck.CKR_TOKEN_WRITE_PROTECTED
                || code == Ck.CKR_ACTION_PROHIBITED
                || code == Ck.CKR_ATTRIBUTE_READ_ONLY
                || code == Ck.CKR_KEY_FUNCTION_NOT_PERMITTED
                || code == Ck.CKR_FUNCTION_REJECTED
                || code == Ck.CKR_FUNCTION_CANCELED) {
            return new KeyAccessException(
                    failed
                            + (code == Ck.CKR_FUNCTION_CANCELED || code == Ck.CKR_FUNCTION_REJECTED
                                    ? "Its holder said no at the token. Try again, and consent there."
                                    : "The token does not permit it; check its settings and the key's."),
                    e);
        }
        if (code == Ck.CKR_MECHANISM_INVALID
                || code == Ck.CKR_MECHANISM_PARAM_INVALID
                || code == Ck.CKR_KEY_SIZE_RANGE
                || code == Ck.CKR_KEY_TYPE_INCONSISTENT
                || code == Ck.CKR_DOMAIN_PARAMS_INVALID
                || code == Ck.CKR_CURVE_NOT_SUPPORTED
                || code == Ck.CKR_FUNCTION_NOT_SUPPORTED
                || code == Ck.CKR_DATA_LEN_RANGE
                || code == Ck.CKR_ATTRIBUTE_TYPE_INVALID
                || code == Ck.CKR_ATTRIBUTE_VALUE_INVALID
                || code == Ck.CKR_TEMPLATE_INCOMPLETE
                || code == Ck.CKR_TEMPLATE_INCONSISTENT) {
            return new UnsupportedException(
                    failed + "The token cannot do this; `pkcs11-tool -M` shows what it can.", e);
        }
        return new StoreUnavailableException(failed + advice(code), e);
    }

    private static String advice(long code) {
        if (code == Ck.CKR_PIN_LOCKED) {
            return "The PIN is locked; the token's security officer can unlock it.";
        }
        if (code == Ck.CKR_PIN_EXPIRED || code == Ck.CKR_USER_PIN_NOT_INITIALIZED) {
            return "Set the user's PIN, with `pkcs11-tool --init-pin` or `--change-pin`.";
        }
        if (PIN_REFUSED.contains(code)) {
            return "It will not be tried again, since the token counts: correct the PIN, and open the store again.";
        }
        if (code == Ck.CKR_SESSION_COUNT) {
            return "The token has no more sessions: close other programs' or lower chancery-sessions.";
        }
        if (code == Ck.CKR_HOST_MEMORY) {
            return "The library found no memory in this process or machine: give it more, or lower chancery-sessions.";
        }
        if (code == Ck.CKR_DEVICE_MEMORY) {
            return "The token has no room left. Look with `pkcs11-tool --list-objects`; destroy no key that is not retired.";
        }
        if (code == Ck.CKR_TOKEN_NOT_PRESENT || code == Ck.CKR_DEVICE_REMOVED || code == Ck.CKR_SLOT_ID_INVALID) {
            return "The token is not where it was: insert it, and check its reader or connection.";
        }
        if (code == Ck.CKR_KEY_HANDLE_INVALID || code == Ck.CKR_OBJECT_HANDLE_INVALID) {
            return "The object was gone each time that the token had named it: others change objects at the same time. Try"
                    + " again.";
        }
        return "Check the token and its connection, and try again.";
    }
}
