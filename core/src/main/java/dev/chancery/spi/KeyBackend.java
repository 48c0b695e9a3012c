package dev.chancery.spi;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.key.KeyId;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One open store, as its provider sees it: it tells facts about keys as they are in the place, and takes single steps there. It takes no
 * decision: what a missing or damaged record means, whether a state lets a key sign, who is current in a ring, in which order the
 * steps of a change go, all that is core's.
 *
 * <p>Thread-safe. Errors are the subclasses of {@link dev.chancery.error.ChanceryException}; exceptions of an SDK stay inside as causes. Everything
 * that the place answers is foreign input: it has limits, and what makes no sense is told as such ({@link StoredRecord.Damaged},
 * {@link PublicHalf.Unreadable}), never guessed at and never thrown for one key among many.
 *
 * <p>What each call owes besides its answer; the contract of the testkit asks for all of it:
 *
 * <ul>
 *   <li><b>Interrupts.</b> A call in an interrupted thread does its work, and leaves the thread interrupted. What an interrupt would close under
 *       all threads, as it does a {@link java.nio.channels.FileChannel}, is for threads of the backend's own; {@code spi.files} has files that no
 *       interrupt breaks. A wait that an interrupt cuts short goes on until its deadline.
 *   <li><b>Deadlines.</b> Whatever waits, for a lock, a session, a turn or an answer, does so until a
 *       {@link dev.chancery.spi.support.Deadline#in deadline} and then throws {@link dev.chancery.error.StoreUnavailableException}, which says what was not
 *       done. Who finds, lists and signs does not wait for a writer that hangs.
 *   <li><b>Secrets.</b> A passphrase, a PIN, an access key or a private half is in no message, cause, log, {@code toString} or {@link #location()}; the text
 *       of an SDK's exception, which may hold one, is not passed on unread. Arrays that {@link KeyStoreConfig#passphrase} and
 *       {@link dev.chancery.spi.files.SecretSources} hand out are the backend's to wipe, once no call needs them any more.
 *   <li><b>Changes.</b> A change is made wholly or not at all, whatever ends the process in between; nothing is overwritten that was not read; what was
 *       claimed stays claimed.
 * </ul>
 *
 * <p>What a place can do beyond finding and signing is {@link #abilities()}: objects, not types, because it varies by opening (a
 * write-protected token, one pinned key) and because a wrapper hides types.
 */
public interface KeyBackend extends AutoCloseable {
    /**
     * Where the keys live.
     *
     * @return the store's URI without anything secret, for messages; the same for each call
     */
    String location();

    /**
     * How the place behaves.
     *
     * @return the traits, which never change while the store is open
     */
    Traits traits();

    /**
     * What this opening of the place can do.
     *
     * @return the objects that do it, the same for each call
     */
    Abilities abilities();

    /**
     * Reads a key id as a user writes it, without asking the place.
     *
     * @param text a native id, or a name
     * @return the id
     * @throws dev.chancery.error.ConfigurationException if no key of this store can be called that
     */
    KeyId parse(String text);

    /**
     * Looks a key up, in the place itself and not in a cache. A key with a damaged record, an unreadable public half or no private half any
     * more is found all the same, and its facts say so.
     *
     * @param id the key's id, or a name that {@link #parse} took
     * @return the key with its own id, or empty if there is none
     */
    Optional<StoredKey> find(KeyId id);

    /**
     * Looks all keys up, without reading any private half.
     *
     * @return the keys in any order, each once; core closes the stream
     */
    Stream<StoredKey> list();

    /**
     * Signs, with one call and no look-ups.
     *
     * @param id a key that core has found and judged
     * @param algorithm an algorithm that fits the key
     * @param input a digest of the right length; the message for pure algorithms and where {@link Traits#signsMessages()}
     * @return the signature as the place made it, its encoding declared
     * @throws dev.chancery.error.KeyStateException if the place itself refuses this key now; core then looks at the key again
     */
    SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input);

    /**
     * Whether an id is a name that its owner may point at another key some day. Core then asks {@link #find} which key it is now, as
     * often as it asks for a key's state; any other id means one key for ever.
     *
     * @param id an id that {@link #parse} made
     * @return {@code false} unless the place has such names
     */
    default boolean follows(KeyId id) {
        return false;
    }

    /**
     * Looks at what only this kind of place has: modes and free space, free sessions, PIN counters, credentials that expire, quotas that were
     * reached. Whether the place answers and its keys sign is core's business. Core asks after it has looked at the keys itself, and bounds the time.
     *
     * @param level how closely to look; at {@link HealthLevel#CONFIG} only a place that is not {@linkplain Traits#remote remote} is asked
     * @return what was found, with the command that mends it
     */
    default List<Finding> probe(HealthLevel level) {
        return List.of();
    }

    /**
     * Releases what the backend holds: nothing, unless the place has something to release. Called once, and perhaps while other calls are under way: they
     * may fail, and must not do half or harm.
     */
    @Override
    default void close() {}
}
