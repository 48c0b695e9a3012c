package dev.chancery.testkit;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import dev.chancery.testkit.memory.LockedMemoryProvider;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** A store that can do as little as a store may: two kinds of keys, an algorithm each, digests only, P1363, no states. */
public final class SparseKeyStoreProvider implements KeyStoreProvider {
    static final Set<KeySpec> SPECS = Set.of(KeySpec.EC_P256, KeySpec.RSA_2048);
    static final Set<SignatureAlgorithm> ALGORITHMS =
            Set.of(SignatureAlgorithm.ECDSA_SHA256, SignatureAlgorithm.RSA_PSS_SHA384);

    private static final Map<String, OverheardKeys> OVERHEARD = new ConcurrentHashMap<>();

    @Override
    public String scheme() {
        return "sparse";
    }

    /** What a new key gets is kept and shown, and never changed. */
    @Override
    public KeyBackend open(KeyStoreConfig config) {
        String memory = config.uri().replace("sparse:", "memory:");
        return new Backend(
                config.uri(),
                new LockedMemoryProvider()
                        .open(new KeyStoreConfig(
                                memory,
                                config.options(),
                                overheard(config.uri()).of(config.localKeys()))));
    }

    static OverheardKeys overheard(String uri) {
        return OVERHEARD.computeIfAbsent(uri, unseen -> new OverheardKeys());
    }

    /** Hands on what it can do; everything else keeps the SPI's default. */
    private record Backend(String location, KeyBackend memory) implements KeyBackend, MakesKeys {

        @Override
        public Traits traits() {
            return Traits.ofRemotePlace().build();
        }

        @Override
        public Abilities abilities() {
            return Abilities.builder().makesKeys(this).build();
        }

        @Override
        public KeyId parse(String text) {
            return memory.parse(text);
        }

        @Override
        public StoredKey create(CreateKey order) {
            if (!SPECS.contains(order.spec())) {
                throw new UnsupportedException(location + " makes no " + order.spec() + " keys.");
            }
            return maker().create(order);
        }

        @Override
        public boolean removeCandidate(KeyId id) {
            return maker().removeCandidate(id);
        }

        private MakesKeys maker() {
            return memory.abilities().makesKeys().orElseThrow();
        }

        @Override
        public Optional<StoredKey> find(KeyId id) {
            return memory.find(id);
        }

        @Override
        public Stream<StoredKey> list() {
            return memory.list();
        }

        @Override
        public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
            if (!ALGORITHMS.contains(algorithm)) {
                throw new UnsupportedException(location + " does not sign with " + algorithm + ".");
            }
            if (!(input instanceof SigningInput.Digest)) {
                throw new AssertionError("A message of any size would travel to the store.");
            }
            byte[] signature = memory.sign(id, algorithm, input).signature();
            return SignResult.remote(
                    algorithm == SignatureAlgorithm.ECDSA_SHA256 ? p1363(signature) : signature,
                    SignatureEncoding.P1363,
                    "request-1");
        }

        @Override
        public void close() {
            memory.close();
        }

        private static byte[] p1363(byte[] der) {
            int lengthOfR = der[3];
            byte[] r = Arrays.copyOfRange(der, 4, 4 + lengthOfR);
            byte[] s = Arrays.copyOfRange(der, 6 + lengthOfR, der.length);
            byte[] fixed = new byte[64];
            copyRight(r, fixed, 32);
            copyRight(s, fixed, 64);
            return fixed;
        }

        private static void copyRight(byte[] number, byte[] into, int end) {
            byte[] magnitude = new BigInteger(number).toByteArray();
            int from = magnitude[0] == 0 ? 1 : 0;
            int length = magnitude.length - from;
            System.arraycopy(magnitude, from, into, end - length, length);
        }
    }
}
