package dev.chancery.testkit.lies;

import dev.chancery.KeyAttributes;
import dev.chancery.KeyExistsException;
import dev.chancery.KeyId;
import dev.chancery.KeyName;
import dev.chancery.KeySpec;
import dev.chancery.KeyState;
import dev.chancery.KeyStateException;
import dev.chancery.RingPosition;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.StoreUnavailableException;
import dev.chancery.spi.Claim;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.SignResult;
import dev.chancery.spi.SigningInput;
import dev.chancery.spi.StoredKey;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
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

        StoredKey.Sound read(KeyId id) {
            return (StoredKey.Sound) find(id).orElseThrow();
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
            return KeySpec.of(read(id).publicKey()) == KeySpec.EC_P256
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
            KeyPair another = config.localKeys().generate(KeySpec.of(read(id).publicKey()));
            return SignResult.local(sign(another, algorithm, input).signature(), true);
        }
    }

    static final class ForgetsAState extends Liar {
        ForgetsAState(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public StoredKey update(KeyId id, UnaryOperator<KeyAttributes> change) {
            return super.update(id, old -> {
                KeyAttributes changed = change.apply(old);
                return changed.state() == KeyState.SUSPENDED ? old : changed;
            });
        }
    }

    static final class ForgetsAMark extends Liar {
        ForgetsAMark(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public StoredKey update(KeyId id, UnaryOperator<KeyAttributes> change) {
            return super.update(id, old -> {
                KeyAttributes changed = change.apply(old);
                return changed.state() == KeyState.DESTROYED
                        ? changed.toBuilder().compromisedSince(null).build()
                        : changed;
            });
        }
    }

    static final class LosesAnUpdate extends Liar {
        LosesAnUpdate(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public StoredKey update(KeyId id, UnaryOperator<KeyAttributes> change) {
            KeyAttributes changed = change.apply(read(id).attributes());
            return super.update(id, standing -> changed);
        }
    }

    /** Reads a key once, and then changes what it has written itself. */
    static final class WritesWhatItRemembers extends Liar {
        private final Map<KeyId, KeyAttributes> remembered = new ConcurrentHashMap<>();

        WritesWhatItRemembers(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public StoredKey update(KeyId id, UnaryOperator<KeyAttributes> change) {
            KeyAttributes old = remembered.computeIfAbsent(id, key -> read(key).attributes());
            KeyAttributes changed = change.apply(old);
            remembered.put(id, changed);
            return super.update(id, standing -> changed);
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
        public void discard(KeyId id) {
            if (read(id).attributes().state() == KeyState.PRE_ACTIVE) {
                store.lose(id);
            }
        }
    }

    static final class FallsBackToAnOlderKey extends Liar {
        FallsBackToAnOlderKey(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public List<Claim> claims(KeyName ring) {
            return super.claims(ring).stream()
                    .filter(claim -> find(claim.holder()).isPresent())
                    .toList();
        }
    }

    static final class TellsAPrivateHalfInAMessage extends Liar {
        TellsAPrivateHalfInAMessage(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public StoredKey create(CreateKey request) {
            try {
                return super.create(request);
            } catch (KeyExistsException e) {
                throw new KeyExistsException("There is a key '" + request.name() + "' already: " + store.secrets());
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
            System.err.println("DEBUG signing with " + store.secrets());
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
        public StoredKey update(KeyId id, UnaryOperator<KeyAttributes> change) {
            return locked(() -> super.update(id, change));
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
        public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
            try {
                return super.sign(id, algorithm, input);
            } catch (KeyStateException destroyed) {
                return sign(store.pairOf(read(id).publicKey()), algorithm, input);
            }
        }
    }

    /** Whole stores, where one key would do: what a rule sees of it is the same. */
    static final class OverwritesAKey extends Liar {
        OverwritesAKey(LyingStore store, KeyBackend memory, KeyStoreConfig config) {
            super(store, memory, config);
        }

        @Override
        public StoredKey create(CreateKey request) {
            try {
                return super.create(request);
            } catch (KeyExistsException e) {
                memory = store.openEmpty(config);
                return super.create(request);
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
