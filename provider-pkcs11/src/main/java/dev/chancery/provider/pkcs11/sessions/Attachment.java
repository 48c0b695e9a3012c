package dev.chancery.provider.pkcs11.sessions;

import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.TokenDescription;
import java.util.Set;

/**
 * A token found, and logged in to: what sessions and handles belong to. When the token drops the sessions or the login, there
 * is another attachment, and what belonged to this one is worth nothing.
 *
 * @param number grows from one attachment of a connection to the next
 * @param epoch of {@link Library#epoch}
 * @param slot where the token is
 * @param token what it says of itself
 * @param mechanisms what it can do, as CKM_…
 */
public record Attachment(long number, long epoch, long slot, TokenDescription token, Set<Long> mechanisms) {

    /** Whether the user logs in to it, so that there is a source of PINs. */
    public boolean wantsLogin() {
        return token.has(Ck.CKF_LOGIN_REQUIRED);
    }

    /** Whether the session that keeps the login is also the one that works: there is no other. */
    boolean lendsOneSession() {
        return token.maxSessions() == 1;
    }
}
