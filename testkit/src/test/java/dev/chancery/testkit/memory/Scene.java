package dev.chancery.testkit.memory;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Keyring;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ChanceryException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.policy.KeyPolicy;
import dev.chancery.policy.VerifyAfterSign;
import dev.chancery.spi.support.PausingClock;
import dev.chancery.testkit.faults.Fault;
import dev.chancery.testkit.faults.FaultyKeyStoreProvider;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A place with a ring of one key, which instances of a fleet open, each with faults of its own. */
final class Scene {
    static final String RING = "sign";

    private final Shape shape;
    private final String uri;
    private final KeyStoreOptions options;
    private final PausingClock clock;
    private final ReadyKeys ready = new ReadyKeys();
    final KeyId first;

    Scene(Shape shape, PausingClock clock) {
        this.shape = shape;
        this.clock = clock;
        uri = shape.provider().scheme() + ":" + UUID.randomUUID();
        options = KeyStoreOptions.builder()
                .clock(clock)
                .stateTtl(Duration.ZERO)
                // Who signs is asked a hundred thousand times, and not whether the signature is right.
                .policy(KeyPolicy.DEFAULT.withVerifyAfterSign(VerifyAfterSign.NEVER))
                .publicArchive(new MapArchive())
                .build();
        try (KeyStore keys = open()) {
            first = keys.generate(KeyRequest.builder(KeySpec.EC_P256).ring(RING).build())
                    .id();
        }
        passDay();
    }

    /** Two, one younger than the other; where a name stands for all keys of a ring, one of the ring's name. */
    void makeKeysWithoutRing(String ring) {
        List<String> names = shape == Shape.VERSIONED ? List.of(ring) : List.of("older", "younger");
        for (String name : names) {
            try (KeyStore keys = open()) {
                keys.generate(KeyRequest.of(KeySpec.EC_P256, name));
            }
            passDay();
        }
    }

    /** Whatever is under way on other machines has happened. */
    void passDay() {
        clock.pause(Duration.ofDays(1));
    }

    KeyStore open(Fault... faults) {
        return KeyStores.open(FaultyKeyStoreProvider.uri(ready.in(shape.provider()), uri, faults), options);
    }

    /**
     * What an instance sees that has seen nothing before, without ids. Keys that wait count as one, as the next rotations take them; and a key whose
     * overlap is over is as good as retired.
     */
    String describe() {
        try (KeyStore keys = open()) {
            Keyring ring = keys.ring(RING);
            KeyMetadata current = ring.current();
            String others = keys.list().stream()
                    .filter(key -> !key.id().equals(first))
                    .map(key -> describe(keys, key))
                    .sorted()
                    .collect(Collectors.joining(", "));
            return "first: " + describe(keys, keys.get(first)) + "; others: "
                    + others.replace("PRE_ACTIVE refuses, PRE_ACTIVE refuses", "PRE_ACTIVE refuses") + "; current: "
                    + (current.id().equals(first) ? "first" : "another") + " of generation "
                    + current.ring().map(position -> "" + position.generation()).orElse("-") + " "
                    + signs(ring::signer) + "; members: "
                    + keys.rings().stream()
                            .map(any -> any.name() + " " + any.keys().size())
                            .toList() + "; unusable: "
                    + keys.unusable().size();
        }
    }

    private String describe(KeyStore keys, KeyMetadata key) {
        boolean ended = key.state() == KeyState.ACTIVE
                && key.signUntil().filter(clock.instant()::isAfter).isPresent();
        return (ended ? KeyState.DEACTIVATED : key.state())
                + key.compromisedSince().map(since -> " since " + since).orElse("") + " "
                + signs(() -> keys.signer(key.id()));
    }

    private static String signs(Supplier<Signer> signer) {
        try {
            return signer.get().sign(new byte[] {1}).value().length > 0 ? "signs" : "";
        } catch (ChanceryException e) {
            return "refuses";
        }
    }
}
