package dev.chancery.testkit.lies;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.Claim;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.ImportKey;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Backends that each tell one lie. */
final class Liars {
    private Liars() {}

    /** A backend that finds keys as all do. */
    private abstract static class Liar extends HonestBackend {
        final KeyStoreConfig config;

        Liar(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory);
            this.config = config;
        }

        PublicKey publicHalf(KeyId id) {
            return ((PublicHalf.Vouched) find(id).orElseThrow().publicHalf()).key();
        }

        /** Signs with a pair that is not the store's business. */
        SignResult sign(KeyPair pair, SignatureAlgorithm algorithm, SigningInput input) {
            return config.localKeys()
                    .load(pair.getPrivate(), pair.getPublic(), "a key of a liar")
                    .sign(algorithm, input);
        }
    }

    static final class HandsOutP1363AsDer extends Liar {
        HandsOutP1363AsDer(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
            SignResult honest = super.sign(id, algorithm, input);
            return KeySpec.of(publicHalf(id)) == KeySpec.EC_P256
                    ? SignResult.local(p1363(honest.signature()), true)
                    : honest;
        }

        private static byte[] p1363(byte[] der) {
            int lengthOfR = der[3];
            byte[] r = Arrays.copyOfRange(der, 4, 4 + lengthOfR);
            byte[] s = Arrays.copyOfRange(der, 6 + lengthOfR, der.length);
            return ByteBuffer.allocate(64).put(field(r)).put(field(s)).array();
        }

        private static byte[] field(byte[] number) {
            byte[] padded = new BigInteger(number).setBit(256).toByteArray();
            return Arrays.copyOfRange(padded, padded.length - 32, padded.length);
        }
    }

    static final class SignsWithAnotherKey extends Liar {
        SignsWithAnotherKey(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
            KeyPair another = config.localKeys().generate(KeySpec.of(publicHalf(id)));
            return SignResult.local(sign(another, algorithm, input).signature(), true);
        }
    }

    static final class ForgetsAState extends Liar {
        ForgetsAState(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
            return changed.attributes().state() == KeyState.SUSPENDED
                    ? new PutResult.Written(read)
                    : super.put(read, changed, wanted);
        }
    }

    static final class ForgetsAMark extends Liar {
        ForgetsAMark(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
            boolean forgets = changed.attributes().state() == KeyState.DESTROYED;
            return super.put(
                    read, forgets ? changed.with(attributes -> attributes.compromisedSince(null)) : changed, wanted);
        }
    }

    static final class LosesAnUpdate extends Liar {
        LosesAnUpdate(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        /** Over whatever stands there now. */
        @Override
        public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
            return super.put(find(read.id()).orElseThrow(), changed, wanted);
        }
    }

    /** Believes that a key is still as it has written it itself, and writes over what stands there. */
    static final class WritesWhatItRemembers extends Liar {
        private final Map<KeyId, StoredKey> written = new ConcurrentHashMap<>();

        WritesWhatItRemembers(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public Optional<StoredKey> find(KeyId id) {
            return Optional.ofNullable(written.get(id)).or(() -> super.find(id));
        }

        @Override
        public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
            StoredKey standing = super.find(read.id()).orElseThrow();
            PutResult result = super.put(standing, changed, wanted);
            if (result instanceof PutResult.Written now) {
                written.put(read.id(), now.now());
            }
            return result;
        }
    }

    static final class GrantsEachClaim extends Liar {
        GrantsEachClaim(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public Claim claim(RingPosition position, KeyId candidate) {
            var unused = super.claim(position, candidate);
            return new Claim(position, candidate);
        }
    }

    static final class RemovesAWaitingHolder extends Liar {
        RemovesAWaitingHolder(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public boolean removeCandidate(KeyId id) {
            store.lose(id);
            return true;
        }
    }

    static final class RemovesAWaitingHolderAndDeniesIt extends Liar {
        RemovesAWaitingHolderAndDeniesIt(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public boolean removeCandidate(KeyId id) {
            store.lose(id);
            return false;
        }
    }

    static final class FallsBackToAnOlderKey extends Liar {
        FallsBackToAnOlderKey(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        /** No key says who followed it. */
        @Override
        public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
            KeyRecord.Builder forgetful = new KeyRecord.Builder(changed.attributes()).revision(changed.revision());
            changed.fingerprint().ifPresent(forgetful::fingerprint);
            return super.put(read, forgetful.build(), wanted);
        }
    }

    static final class TellsAPrivateHalfInAMessage extends Liar {
        TellsAPrivateHalfInAMessage(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public StoredKey create(CreateKey order) {
            try {
                return super.create(order);
            } catch (KeyExistsException e) {
                throw new KeyExistsException(
                        "There is a key '" + order.name() + "' already: " + store.overheard.secrets());
            }
        }
    }

    static final class TellsAPrivateHalfFromElsewhereInAMessage extends Liar {
        TellsAPrivateHalfFromElsewhereInAMessage(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public StoredKey importKey(ImportKey order) {
            try {
                return super.importKey(order);
            } catch (KeyExistsException e) {
                throw new KeyExistsException("There is a key '" + order.name() + "' already. Not taken: "
                        + Base64.getEncoder().encodeToString(order.privateKey().getEncoded()));
            }
        }
    }

    /** As an SDK does that names the whole request in its exception. */
    static final class TellsAPinInACause extends Liar {
        TellsAPinInACause(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public KeyId parse(String text) {
            try {
                return super.parse(text);
            } catch (ConfigurationException e) {
                throw new ConfigurationException(
                        e.getMessage(), new IllegalStateException("login with " + LyingContract.PIN));
            }
        }
    }

    static final class TellsAPinInItsLocation extends Liar {
        TellsAPinInItsLocation(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public String location() {
            return super.location() + "?pin-value=" + LyingContract.PIN;
        }
    }

    static final class TellsAPrivateHalfToTheLog extends Liar {
        TellsAPrivateHalfToTheLog(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
            System.err.println("DEBUG signing with " + store.overheard.secrets());
            return super.sign(id, algorithm, input);
        }
    }

    /** A lock around all, and nobody looks at the time. */
    static final class HangsBeyondItsDeadline extends Liar {
        HangsBeyondItsDeadline(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public Optional<StoredKey> find(KeyId id) {
            return locked(() -> super.find(id));
        }

        @Override
        public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
            return locked(() -> super.put(read, changed, wanted));
        }

        private <T> T locked(Supplier<T> call) {
            store.lock.lock();
            try {
                return call.get();
            } finally {
                store.lock.unlock();
            }
        }
    }

    static final class KeepsThePrivateHalf extends Liar {
        KeepsThePrivateHalf(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public void destroy(KeyId id) {}
    }

    /** Whole stores, where one key would do: what a rule sees of it is the same. */
    static final class OverwritesAKey extends Liar {
        OverwritesAKey(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public StoredKey create(CreateKey order) {
            try {
                return super.create(order);
            } catch (KeyExistsException e) {
                memory = store.openEmpty(config);
                return super.create(order);
            }
        }
    }

    static final class ListsLessThanItHas extends Liar {
        ListsLessThanItHas(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        /** The first page. */
        @Override
        public Stream<StoredKey> list() {
            return super.list().limit(10);
        }
    }

    static final class FindsInACache extends Liar {
        private final Map<KeyId, Optional<StoredKey>> found = new ConcurrentHashMap<>();

        FindsInACache(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public Optional<StoredKey> find(KeyId id) {
            return found.computeIfAbsent(id, super::find);
        }
    }

    /** Fails in an interrupted thread, and in all threads ever after, as a channel that an interrupt closed. */
    static final class DiesOfAnInterrupt extends Liar {
        private volatile boolean dead;

        DiesOfAnInterrupt(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
            dead |= Thread.currentThread().isInterrupted();
            if (dead) {
                throw new StoreUnavailableException("The channel is closed. Try again.", null);
            }
            return super.sign(id, algorithm, input);
        }
    }

    /** Answers the interrupted thread, and nobody after it. */
    static final class IsUselessAfterAnInterrupt extends Liar {
        private volatile boolean interrupted;

        IsUselessAfterAnInterrupt(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
            boolean now = Thread.currentThread().isInterrupted();
            if (interrupted && !now) {
                throw new StoreUnavailableException("The channel is closed. Try again.", null);
            }
            interrupted |= now;
            return super.sign(id, algorithm, input);
        }
    }

    /** Forgets, under the hands of a creation that waits, what that needs. */
    static final class LeavesHalfAKeyWhenClosed extends Liar {
        private volatile boolean closed;

        LeavesHalfAKeyWhenClosed(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public StoredKey create(CreateKey order) {
            store.lock.lock();
            try {
                StoredKey made = super.create(order);
                if (closed) {
                    destroy(made.id());
                }
                return made;
            } finally {
                store.lock.unlock();
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** Lets go, under the hands of those who sign, what belongs to them. */
    static final class SignsWithAnotherKeyWhenClosed extends Liar {
        private final CountDownLatch closed = new CountDownLatch(1);

        SignsWithAnotherKeyWhenClosed(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        /** Takes so long that some are at it when the store is closed. */
        @Override
        public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
            try {
                return closed.await(ThreadLocalRandom.current().nextInt(50), TimeUnit.MILLISECONDS)
                        ? sign(config.localKeys().generate(KeySpec.of(publicHalf(id))), algorithm, input)
                        : super.sign(id, algorithm, input);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    static final class SwallowsAnInterrupt extends Liar {
        SwallowsAnInterrupt(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
            var unused = Thread.interrupted();
            return super.sign(id, algorithm, input);
        }
    }
}
