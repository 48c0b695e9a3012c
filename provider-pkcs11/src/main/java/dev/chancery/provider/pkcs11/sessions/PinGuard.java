package dev.chancery.provider.pkcs11.sessions;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkException;
import dev.chancery.provider.pkcs11.binding.TokenDescription;
import dev.chancery.spi.support.Sha256;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * Whether a PIN may be shown to the token. Each time may be the one that locks it, and not every token says that it was the PIN: an ePass2003
 * answers CKR_GENERAL_ERROR to a wrong one. So a PIN that has failed is shown again only after the library was initialised anew, if it has
 * logged in before and the token has not counted; no other is, whatever the token answered. Used under a lock.
 */
final class PinGuard {
    private static final long COUNTED = Ck.CKF_USER_PIN_COUNT_LOW | Ck.CKF_USER_PIN_FINAL_TRY | Ck.CKF_USER_PIN_LOCKED;

    /** PINs are remembered as hashes that mean nothing outside this object. */
    private final byte[] salt = new SecureRandom().generateSeed(32);

    private @Nullable ByteBuffer loggedIn;
    private @Nullable Failure last;

    /** The last attempt, which failed. */
    private record Failure(ByteBuffer pin, long epoch, CkException answer, KeyAccessException error) {}

    /**
     * Lets a PIN pass, or throws.
     *
     * @param pin the PIN, or null where the token asks for it itself
     * @param token what it says now, before the login
     * @throws KeyAccessException if the PIN has failed
     * @throws CkException if the library is to be initialised anew first
     */
    void requirePermitted(char @Nullable [] pin, TokenDescription token, long epoch) throws CkException {
        Failure before = last;
        if (before == null || !before.pin.equals(hash(pin))) {
            return;
        }
        if (!mayHaveBeenTheToken(before) || token.has(COUNTED)) {
            throw new KeyAccessException(before.error.getMessage(), before.error);
        }
        if (before.epoch == epoch) {
            throw new CkException("C_Login", Ck.CKR_TOKEN_NOT_PRESENT, before.answer.getMessage() + " before");
        }
    }

    void recordSuccess(char @Nullable [] pin) {
        loggedIn = hash(pin);
        last = null;
    }

    /** Remembers it, and says what the caller hears. */
    ChanceryException recordFailure(char @Nullable [] pin, long epoch, CkException answer, String location) {
        Failure failure = new Failure(hash(pin), epoch, answer, CkErrors.pinRefused(answer, location));
        last = failure;
        return mayHaveBeenTheToken(failure) ? CkErrors.loginFailed(answer, location) : failure.error;
    }

    private boolean mayHaveBeenTheToken(Failure failure) {
        return failure.pin.equals(loggedIn) && !CkErrors.refusesPin(failure.answer);
    }

    private ByteBuffer hash(char @Nullable [] pin) {
        MessageDigest digest = Sha256.digest();
        digest.update(salt);
        if (pin != null) {
            ByteBuffer bytes = StandardCharsets.UTF_16BE.encode(CharBuffer.wrap(pin));
            digest.update((byte) 1);
            digest.update(bytes.duplicate());
            bytes.put(new byte[bytes.remaining()]);
        }
        return ByteBuffer.wrap(digest.digest());
    }
}
