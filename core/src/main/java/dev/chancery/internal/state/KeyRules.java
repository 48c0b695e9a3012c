package dev.chancery.internal.state;

import dev.chancery.error.KeyStateException;
import dev.chancery.interception.SignPurpose;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import java.time.Instant;
import java.util.Optional;

/** What each state permits, for every store: the table of {@code docs/architecture.md}, "States". */
public final class KeyRules {
    private KeyRules() {}

    /**
     * Decides whether a key may sign now.
     *
     * @param current whether the key holds the highest generation of its ring
     * @throws KeyStateException if not, with the reason and the way out
     */
    static void requireSigning(KeyMetadata key, SignPurpose purpose, boolean current, long nowMillis, String location) {
        if (key.compromisedSince().isPresent()) {
            throw refused(key, location, "it is compromised. " + insteadOf(key));
        }
        switch (key.state()) {
            case PRE_ACTIVE -> {
                // The claim of a generation is the promotion; the state only records it, a moment later.
                if (purpose == SignPurpose.DATA && !current) {
                    throw refused(
                            key, location, "it is not active yet (PRE_ACTIVE). Activate it, or wait for its rotation.");
                }
            }
            case ACTIVE -> requireDates(key, purpose == SignPurpose.DATA && !current, nowMillis, location);
            case SUSPENDED -> throw refused(key, location, "it is SUSPENDED. Resume it, or: " + insteadOf(key));
            case DEACTIVATED -> throw refused(key, location, "it is DEACTIVATED and only verifies. " + insteadOf(key));
            case COMPROMISED, DESTROYED -> throw refused(key, location, "it is " + key.state() + ". " + insteadOf(key));
        }
    }

    /** The current key of a ring has begun, even if the clock of the machine that promoted it is faster than this one. */
    private static void requireDates(KeyMetadata key, boolean mustHaveBegun, long nowMillis, String location) {
        Optional<Instant> from = key.signFrom();
        if (mustHaveBegun && from.isPresent() && nowMillis < from.get().toEpochMilli()) {
            throw refused(key, location, "its signing period begins at " + from.get() + ".");
        }
        Optional<Instant> until = key.signUntil();
        if (until.isPresent() && nowMillis >= until.get().toEpochMilli()) {
            throw refused(key, location, "its signing period ended at " + until.get() + ". " + insteadOf(key));
        }
    }

    /** What to sign with, as far as the key's ring tells. */
    static String insteadOf(KeyMetadata key) {
        return key.ring()
                .map(position -> position.ring())
                .map(ring -> "Sign with its ring '" + ring + "'; if the key is current there, `chancery rotate " + ring
                        + "` makes another.")
                .orElse("Sign with another key.");
    }

    private static KeyStateException refused(KeyMetadata key, String location, String why) {
        return new KeyStateException("Key " + key.id() + " in " + location + " must not sign: " + why);
    }

    /** Adds what the key's state has to say to a verdict on the signature alone. */
    public static Verification judge(
            Verification verdict, KeyMetadata key, VerifyOptions options, Instant now, boolean stateUnknown) {
        if (!verdict.isValid()) {
            return new Verification(verdict.status(), Optional.of(key), stateUnknown, verdict.reason());
        }
        Optional<CompromisedSince> compromised = key.compromisedSince();
        if (compromised.isPresent() || key.state() == KeyState.COMPROMISED) {
            CompromisedSince since = compromised.orElse(CompromisedSince.UNKNOWN);
            boolean older = options.provenAt().filter(since::isAfter).isPresent();
            return older
                    ? answer(
                            Verification.Status.VALID,
                            key,
                            stateUnknown,
                            "The signature is valid; its key is compromised since " + since
                                    + ", and the signature is proven to be older.")
                    : answer(
                            Verification.Status.COMPROMISED,
                            key,
                            stateUnknown,
                            "The signature matches, but its key is compromised since " + since
                                    + " and the signature is not proven to be older.");
        }
        Optional<Instant> until = key.verifyUntil();
        if (until.isPresent() && !now.isBefore(until.get())) {
            return answer(
                    Verification.Status.EXPIRED,
                    key,
                    stateUnknown,
                    "The signature matches, but its key's verifying period ended at " + until.get() + ".");
        }
        String reserve = stateUnknown
                ? " The key's state could not be refreshed; the last known one is " + key.state() + "."
                : key.state() == KeyState.SUSPENDED ? " Its key is SUSPENDED at present." : "";
        return answer(Verification.Status.VALID, key, stateUnknown, verdict.reason() + reserve);
    }

    private static Verification answer(
            Verification.Status status, KeyMetadata key, boolean stateUnknown, String reason) {
        return new Verification(status, Optional.of(key), stateUnknown, reason);
    }
}
