package dev.chancery.provider.pkcs11.keys;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import dev.chancery.provider.pkcs11.binding.CkException;
import dev.chancery.provider.pkcs11.records.TokenKeyId;
import dev.chancery.provider.pkcs11.sessions.TokenSession;
import java.security.PublicKey;
import java.util.Set;

/**
 * Ever barer templates of a new pair. Tokens differ in what they let one say: tpm2-pkcs11 refuses usages that are denied, AWS CloudHSM public halves
 * that are not private, a YubiHSM CKA_EXTRACTABLE. The strictest that a token takes is found once. Thread-safe.
 */
public final class TemplateLadder {
    /** What says that the template is at fault. CKR_GENERAL_ERROR may be a moment's trouble too, so it is asked once more. */
    private static final Set<Long> TEMPLATE_REFUSED = Set.of(
            Ck.CKR_TEMPLATE_INCOMPLETE,
            Ck.CKR_TEMPLATE_INCONSISTENT,
            Ck.CKR_ATTRIBUTE_READ_ONLY,
            Ck.CKR_ATTRIBUTE_SENSITIVE,
            Ck.CKR_ATTRIBUTE_TYPE_INVALID,
            Ck.CKR_ATTRIBUTE_VALUE_INVALID,
            Ck.CKR_GENERAL_ERROR);

    private static final int ATTEMPTS = 3;

    private final VendorTemplate vendor;
    private volatile int lowest;

    /** Templates that have more than the usual. */
    public TemplateLadder(VendorTemplate vendor) {
        this.vendor = vendor;
    }

    /** How the two halves come onto the token. */
    interface Pair {
        /** Makes them with templates, and says what the public half is. */
        PublicKey make(TokenSession session, CkAttributes publicHalf, CkAttributes privateHalf) throws CkException;
    }

    private static final Set<Long> DENIED_USAGES =
            Set.of(Ck.CKA_ENCRYPT, Ck.CKA_WRAP, Ck.CKA_DECRYPT, Ck.CKA_UNWRAP, Ck.CKA_DERIVE);

    private static final Set<Long> SAID =
            Set.of(Ck.CKA_EXTRACTABLE, Ck.CKA_PRIVATE, Ck.CKA_SENSITIVE, Ck.CKA_SIGN, Ck.CKA_VERIFY);

    /** The rungs: each says less than the one before. */
    private enum Rung {
        STRICT,
        WITHOUT_DENIED_USAGES,
        PRIVATE_PUBLIC_HALF,
        WITHOUT_EXTRACTABLE,
        BARE;

        CkAttributes publicHalf(TokenKeyId id) {
            CkAttributes half = lighten(KeyTemplates.publicHalf(id));
            return this == PRIVATE_PUBLIC_HALF ? half.with(Ck.CKA_PRIVATE, true) : half;
        }

        CkAttributes lighten(CkAttributes half) {
            return switch (this) {
                case STRICT -> half;
                case WITHOUT_DENIED_USAGES, PRIVATE_PUBLIC_HALF -> half.without(DENIED_USAGES);
                case WITHOUT_EXTRACTABLE -> half.without(DENIED_USAGES).without(Set.of(Ck.CKA_EXTRACTABLE));
                case BARE -> half.without(DENIED_USAGES).without(SAID);
            };
        }
    }

    /**
     * Makes a pair with the strictest templates that the token takes.
     *
     * @throws UnsupportedException if it takes none
     * @throws StoreUnavailableException if it takes none and does not say that it is for the template
     */
    PublicKey make(TokenSession session, TokenKeyId id, Pair pair, String location) throws CkException {
        Rung[] rungs = Rung.values();
        int attemptsLeft = ATTEMPTS;
        int rung = lowest;
        while (true) {
            CkAttributes publicHalf = rungs[rung].publicHalf(id).withAll(vendor.publicHalf());
            CkAttributes privateHalf =
                    rungs[rung].lighten(KeyTemplates.privateHalf(id)).withAll(vendor.privateHalf());
            try {
                PublicKey made = pair.make(session, publicHalf.copy(), privateHalf.copy());
                lowest = rung;
                return made;
            } catch (CkException e) {
                if (!TEMPLATE_REFUSED.contains(e.code())) {
                    throw e;
                }
                KeyRemoval.removePair(session, id);
                attemptsLeft--;
                boolean maybeForAMoment = e.code() == Ck.CKR_GENERAL_ERROR && attemptsLeft > 0;
                if (!maybeForAMoment && rung == rungs.length - 1) {
                    throw refused(e, publicHalf, privateHalf, location);
                }
                rung += maybeForAMoment ? 0 : 1;
            }
        }
    }

    private static ChanceryException refused(
            CkException e, CkAttributes publicHalf, CkAttributes privateHalf, String location) {
        String text =
                "The token " + location + " makes no key with any template: " + e.getMessage() + ". The barest had "
                        + publicHalf.names() + " for the public half and " + privateHalf.names()
                        + " for the private one. Give what it wants besides with chancery-template.";
        return e.code() == Ck.CKR_GENERAL_ERROR
                ? new StoreUnavailableException(text, e)
                : new UnsupportedException(text, e);
    }
}
