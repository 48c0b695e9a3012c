package dev.chancery.spi;

import dev.chancery.Capability;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeyName;
import dev.chancery.KeyState;
import dev.chancery.Orphan;
import dev.chancery.RingPosition;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.UnsupportedException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * One open store, as its provider sees it. A backend translates calls into the store's own words and takes no decision:
 * state rules, policy, names, encodings and verification are core's.
 *
 * <p>Thread-safe. Errors are thrown as the subclasses of {@link dev.chancery.ChanceryException}; exceptions of an SDK
 * stay inside as causes. What a store cannot do keeps the default, which throws {@link UnsupportedException}.
 */
public interface KeyBackend extends AutoCloseable {

    /**
     * Where the keys live.
     *
     * @return the store's URI without anything secret, for messages
     */
    String location();

    /**
     * What this store can do.
     *
     * @return an unmodifiable set that never changes
     */
    Set<Capability> capabilities();

    /**
     * How old a key's state may become before it is read again.
     *
     * @return 5 seconds unless the store is cheaper to ask
     */
    default Duration stateTtl() {
        return Duration.ofSeconds(5);
    }

    /**
     * Reads a key id as a user writes it, without asking the store.
     *
     * @param text a native id, or a name
     * @return the id
     * @throws dev.chancery.ConfigurationException if no key of this store can be called that
     */
    KeyId parse(String text);

    /**
     * Makes a key, wholly or not at all.
     *
     * @param request what to make
     * @return the key
     * @throws dev.chancery.KeyExistsException if the name is taken
     */
    default StoredKey create(CreateKey request) {
        throw unsupported(Capability.GENERATE);
    }

    /**
     * Takes a pair in, wholly or not at all.
     *
     * @param request the pair
     * @return the key
     * @throws dev.chancery.KeyExistsException if the name is taken
     */
    default StoredKey importKey(ImportKey request) {
        throw unsupported(Capability.IMPORT);
    }

    /**
     * Looks a key up, in the store itself and not in a cache.
     *
     * @param id the key's id
     * @return the key, or empty if there is none
     */
    Optional<StoredKey> find(KeyId id);

    /**
     * Looks all keys up, without reading any private half.
     *
     * @return the keys in any order; core closes the stream
     */
    Stream<StoredKey> list();

    /**
     * Signs, with one call and no look-ups.
     *
     * @param id a key that core has found sound and allowed to sign
     * @param algorithm an algorithm that fits the key
     * @param input a digest, or the message for {@link Capability#LOCAL_SIGNING} and pure algorithms
     * @return the signature as the store made it
     */
    SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input);

    /**
     * Changes what is kept with a key. The change sees the attributes as they are in the store at that moment, under the
     * store's lock where it has one, so that two writers do not undo each other.
     *
     * @param id the key's id
     * @param change makes new attributes from the old ones; may throw to refuse, and may be called again
     * @return the key with its new attributes
     */
    default StoredKey update(KeyId id, UnaryOperator<KeyAttributes> change) {
        throw unsupported(Capability.LIFECYCLE);
    }

    /**
     * Changes a key's state together with whatever the store itself has to do: disable, enable, schedule the deletion of the
     * private half. Where the two cannot be one step, a state that forbids signing is put into force first, and repeating the
     * call completes the rest. The public half and the attributes are always kept.
     *
     * @param id the key's id
     * @param to the state that the change leads to
     * @param change makes new attributes from the old ones; may throw to refuse, and may be called again
     * @return the key with its new attributes
     */
    default StoredKey transition(KeyId id, KeyState to, UnaryOperator<KeyAttributes> change) {
        return update(id, change);
    }

    /**
     * Removes a candidate that never signed anything: a {@code PRE_ACTIVE} key that holds no generation. A key that holds
     * one, or is in another state, is left alone.
     *
     * @param id the key's id
     */
    default void discard(KeyId id) {
        throw unsupported(Capability.LIFECYCLE);
    }

    /**
     * Claims a generation of a ring for a key, once and for all. The candidate must exist.
     *
     * @param position ring and generation
     * @param candidate the key that would hold it
     * @return the claim that stands now: the candidate's, or that of whoever came first
     */
    default Claim claim(RingPosition position, KeyId candidate) {
        throw unsupported(Capability.LIFECYCLE);
    }

    /**
     * The claims of a ring.
     *
     * @param ring the ring's name
     * @return the claims, highest generation first; empty if there is no such ring
     */
    default List<Claim> claims(KeyName ring) {
        return List.of();
    }

    /**
     * The names of all rings.
     *
     * @return the names, in any order
     */
    default Set<KeyName> rings() {
        return Set.of();
    }

    /**
     * Whether an id is a name that its owner may point at another key some day. Core then asks {@link #find} which key it is
     * now, as often as it asks for a key's state; any other id means one key for ever.
     *
     * @param id an id that {@link #parse} made
     * @return {@code false} unless the store has such names
     */
    default boolean follows(KeyId id) {
        return false;
    }

    /**
     * Whether the place stops giving out the public half of a key that is brought into a state. Core then puts it into the
     * {@link dev.chancery.PublicArchive} first.
     *
     * @param to the state
     * @return {@code false} unless the place forgets
     */
    default boolean withholdsPublicKey(KeyState to) {
        return false;
    }

    /**
     * Finds keys that were made here and never got their names.
     *
     * @return the orphans, in any order
     */
    default List<Orphan> orphans() {
        return List.of();
    }

    /**
     * Removes an orphan.
     *
     * @param id its id
     * @throws dev.chancery.KeyNotFoundException if it is none
     * @throws dev.chancery.KeyStateException if its creation may still go on
     */
    default void removeOrphan(KeyId id) {
        throw unsupported(Capability.ORPHANS);
    }

    /**
     * Writes a private key again in the strongest form that the store knows.
     *
     * @param id the key's id
     * @return the key
     */
    default StoredKey reencrypt(KeyId id) {
        throw unsupported(Capability.REENCRYPT);
    }

    /**
     * Looks at what only this kind of store has: free sessions, PIN counters, certificates that expire. Whether the store
     * answers and its keys sign is core's business.
     *
     * @param level how closely to look
     * @return what was found
     */
    default List<Finding> probe(HealthLevel level) {
        return List.of();
    }

    /** Releases what the backend holds. Called once. */
    @Override
    void close();

    private UnsupportedException unsupported(Capability missing) {
        return new UnsupportedException("The store " + location() + " cannot do this: it lacks " + missing + ".");
    }
}
