package dev.chancery.provider.pkcs11.sessions;

import dev.chancery.health.Finding;
import dev.chancery.health.HealthStatus;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.TokenDescription;
import java.util.ArrayList;
import java.util.List;

/** What a token says of its own health: that it is there, how often a PIN may still be wrong, how many sessions are open. */
public final class TokenProbe {
    private static final String PIN = "PIN";

    private final TokenConnection token;

    public TokenProbe(TokenConnection token) {
        this.token = token;
    }

    public List<Finding> findings() {
        TokenDescription now = token.describe();
        List<Finding> findings = new ArrayList<>();
        findings.add(new Finding("token", HealthStatus.UP, "The token " + now + " is there."));
        findings.add(pin(now));
        findings.add(sessions(now));
        findings.add(token.signingFailures().finding());
        return findings;
    }

    static Finding pin(TokenDescription now) {
        if (now.has(Ck.CKF_USER_PIN_LOCKED)) {
            return new Finding(
                    PIN, HealthStatus.DOWN, "The PIN is locked; the token's security officer can unlock it.");
        }
        if (now.has(Ck.CKF_USER_PIN_FINAL_TRY)) {
            return new Finding(PIN, HealthStatus.DEGRADED, "One more wrong PIN locks the token. Find out who tries.");
        }
        if (now.has(Ck.CKF_USER_PIN_COUNT_LOW)) {
            return new Finding(
                    PIN, HealthStatus.DEGRADED, "A wrong PIN was tried since the last right one. Find out by whom.");
        }
        if (now.has(Ck.CKF_USER_PIN_TO_BE_CHANGED)) {
            return new Finding(PIN, HealthStatus.DEGRADED, "The token wants another PIN: `pkcs11-tool --change-pin`.");
        }
        return new Finding(PIN, HealthStatus.UP, "No wrong PIN was tried.");
    }

    private Finding sessions(TokenDescription now) {
        SessionPool pool = token.pool();
        String said = now.sessions() < 0 ? "" : "; the token counts " + now.sessions() + " of this process";
        String detail = pool.inUse() + " of " + pool.size() + " sessions are in use" + said + ".";
        boolean all = pool.inUse() >= pool.size();
        return all
                ? new Finding("sessions", HealthStatus.DEGRADED, detail + " Callers wait: raise chancery-sessions.")
                : new Finding("sessions", HealthStatus.UP, detail);
    }
}
