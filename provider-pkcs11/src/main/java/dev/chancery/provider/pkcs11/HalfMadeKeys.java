package dev.chancery.provider.pkcs11;

import dev.chancery.KeyId;
import dev.chancery.KeyName;
import dev.chancery.KeyNotFoundException;
import dev.chancery.KeyStateException;
import dev.chancery.Orphan;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** What a creation leaves that was cut off, by a kill or by a token that went away: see {@link KeyMaker}. */
final class HalfMadeKeys {
    /** Far longer than a token takes to make a key. */
    private static final Duration STILL_GOING_ON = Duration.ofMinutes(15);

    private final TokenConnection token;
    private final TokenKeys keys;
    private final KeyRecords records;
    private final Clock clock;

    HalfMadeKeys(TokenConnection token, TokenKeys keys, KeyRecords records, Clock clock) {
        this.token = token;
        this.keys = keys;
        this.records = records;
        this.clock = clock;
    }

    List<Orphan> list() {
        return token.call("Looking for half-made keys", records::list).stream()
                .filter(KeyRecord::isHalfMade)
                .map(record -> new Orphan(
                        record.id().keyId(),
                        record.attributes().created(),
                        new KeyName(record.id().label()),
                        record.id().id().orElse("")))
                .toList();
    }

    /** The pair first: what is left if this is cut off is half-made still. */
    void remove(KeyId id) {
        TokenKeyId wanted = TokenKeyId.parse(id);
        token.change("Removing half-made key " + id, session -> {
            KeyRecord record = records.find(session, wanted)
                    .filter(KeyRecord::isHalfMade)
                    .orElseThrow(() -> new KeyNotFoundException("There is no half-made key " + id + " in "
                            + token.location() + ". `chancery orphans` lists those that are there."));
            if (record.attributes().created().plus(STILL_GOING_ON).isAfter(clock.instant())) {
                throw new KeyStateException("Key " + id + " in " + token.location() + " was begun at "
                        + record.attributes().created() + ": its creation may still go on. Try again "
                        + STILL_GOING_ON.toMinutes() + " minutes later.");
            }
            keys.destroyPair(session, record.id());
            records.remove(session, record.id());
            return id;
        });
    }
}
