package dev.chancery.provider.pkcs11.sessions;

import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import dev.chancery.provider.pkcs11.binding.CkException;
import dev.chancery.provider.pkcs11.binding.CryptokiSession;
import java.util.List;

/**
 * A session and the attachment that it belongs to.
 *
 * @param cryptoki the session
 * @param attachment where the token was found
 * @param readWrite whether it may change the token
 */
public record TokenSession(CryptokiSession cryptoki, Attachment attachment, boolean readWrite) {

    /**
     * Searches. Who is logged out finds no private object, and is not told why; so that is asked, before and after: somebody
     * else may log in meanwhile.
     */
    public List<Long> find(CkAttributes template) throws CkException {
        requireLogin();
        List<Long> found = cryptoki.find(template);
        requireLogin();
        return found;
    }

    private void requireLogin() throws CkException {
        if (attachment.wantsLogin() && !cryptoki.isLoggedIn()) {
            throw new CkException("C_GetSessionInfo", Ck.CKR_USER_NOT_LOGGED_IN, "that no user is logged in");
        }
    }
}
