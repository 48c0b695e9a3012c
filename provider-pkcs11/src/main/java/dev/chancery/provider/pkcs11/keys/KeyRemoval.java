package dev.chancery.provider.pkcs11.keys;

import dev.chancery.error.KeyNotFoundException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.Orphan;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkException;
import dev.chancery.provider.pkcs11.records.HalfMade;
import dev.chancery.provider.pkcs11.records.Records;
import dev.chancery.provider.pkcs11.records.TokenKeyId;
import dev.chancery.provider.pkcs11.sessions.TokenConnection;
import dev.chancery.provider.pkcs11.sessions.TokenSession;
import dev.chancery.spi.DestroysKeys;
import dev.chancery.spi.FindsOrphans;
import java.time.Instant;
import java.util.List;

/**
 * Takes keys from the token: private halves of destroyed ones, and all that belongs to candidates and half-made ones.
 *
 * @param token the way to the token
 * @param keys finds its keys
 * @param records where their records are
 * @param signing remembers handles of keys
 */
public record KeyRemoval(TokenConnection token, TokenKeys keys, Records records, SigningKeys signing)
        implements DestroysKeys, FindsOrphans {
    @Override
    public void destroy(KeyId id) {
        token.change("Destroying key " + id, session -> {
            destroyPrivate(session, TokenKeyId.parse(id));
            return id;
        });
        signing.forget(id);
    }

    boolean removeCandidate(KeyId id) {
        TokenKeyId candidate = TokenKeyId.parse(id);
        boolean gone = token.change("Removing candidate " + id, session -> {
            if (records.withdraw(session, candidate)) {
                remove(session, candidate);
            }
            return keys.find(session, candidate).isEmpty();
        });
        signing.forget(id);
        return gone;
    }

    @Override
    public List<Orphan> orphans() {
        return token.call("Looking for half-made keys", records::list).entrySet().stream()
                .flatMap(
                        entry -> HalfMade.in(entry.getValue())
                                .map(halfMade -> orphan(
                                        entry.getKey(), halfMade.attributes().created()))
                                .stream())
                .toList();
    }

    private static Orphan orphan(TokenKeyId id, Instant created) {
        return new Orphan(id.keyId(), created, new KeyName(id.label()), id.id().orElse(""));
    }

    @Override
    public void removeOrphan(KeyId id) {
        TokenKeyId orphan = TokenKeyId.parse(id);
        token.change("Removing half-made key " + id, session -> {
            if (!HalfMade.is(records.find(session, orphan))) {
                throw new KeyNotFoundException("There is no half-made key " + id + " in " + token.location()
                        + ". `chancery orphans` lists those that are there.");
            }
            remove(session, orphan);
            return id;
        });
    }

    /** Removes all that was made under an id. The pair first: what is left if this is cut off is half-made still. */
    void remove(TokenSession session, TokenKeyId id) throws CkException {
        removePair(session, id);
        records.remove(session, id);
    }

    static void removePair(TokenSession session, TokenKeyId id) throws CkException {
        destroyPrivate(session, id);
        for (long handle : session.find(KeyTemplates.named(Ck.CKO_PUBLIC_KEY, id))) {
            session.cryptoki().destroy(handle);
        }
    }

    /** Removes the private half, and every trace of it. */
    static void destroyPrivate(TokenSession session, TokenKeyId id) throws CkException {
        for (PrivateObject object : PrivateObject.find(session, id)) {
            session.cryptoki().destroy(object.handle());
        }
    }
}
