package dev.chancery.testkit;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.spi.signing.LocalKey;
import dev.chancery.spi.signing.LocalKeys;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** A copy of each pair that is made in a store. Thread-safe. */
public final class OverheardKeys {
    private final Map<PublicKey, KeyPair> pairs = new ConcurrentHashMap<>();

    /** What makes keys and is listened to. */
    public LocalKeys of(LocalKeys keys) {
        return new LocalKeys() {
            @Override
            public KeyPair generate(KeySpec spec) {
                KeyPair pair = keys.generate(spec);
                pairs.put(pair.getPublic(), pair);
                return pair;
            }

            @Override
            public LocalKey load(PrivateKey privateKey, PublicKey publicKey, String description) {
                return keys.load(privateKey, publicKey, description);
            }
        };
    }

    /** Both halves of a pair that was made here. */
    public KeyPair pairOf(PublicKey key) {
        return Objects.requireNonNull(pairs.get(key));
    }

    /** The private halves, in Base64. */
    public Set<String> secrets() {
        return pairs.values().stream()
                .map(pair ->
                        Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()))
                .collect(Collectors.toSet());
    }
}
