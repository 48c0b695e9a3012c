package dev.chancery.internal.store;

import dev.chancery.KeyRequest;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.internal.jca.JcaProviders;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.internal.state.Ticker;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.options.KeyStoreOptions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A key store over a {@link FakeBackend}, with both clocks in the test's hands. */
public final class FakeStore {
    public static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    public final FakeBackend backend;
    public final Ticker ticker = new Ticker();
    public final BackendKeyStore keys;

    public FakeStore() {
        this(options -> options);
    }

    public FakeStore(UnaryOperator<KeyStoreOptions.Builder> change) {
        this(new FakeBackend(), change);
    }

    public FakeStore(FakeBackend backend, UnaryOperator<KeyStoreOptions.Builder> change) {
        this.backend = backend;
        KeyStoreOptions options = change.apply(KeyStoreOptions.builder().clock(Clock.fixed(NOW, ZoneOffset.UTC)))
                .build();
        JcaProviders providers = new JcaProviders(List.of(), Optional.of("jdk"));
        keys = new BackendKeyStore(new StoreContext(backend, options, providers, ticker));
    }

    public KeyMetadata key(String name) {
        return keys.generate(KeyRequest.of(KeySpec.EC_P256, name));
    }

    public KeyMetadata keyInRing(String name, String ring) {
        return keys.generate(
                KeyRequest.builder(KeySpec.EC_P256).name(name).ring(ring).build());
    }

    /** Another instance of the fleet makes a key and promotes it; this one is not told. */
    public KeyId rotatedElsewhere(String name, String ring, long generation) {
        KeyAttributes attributes = KeyAttributes.builder(KeyState.ACTIVE, NOW, dev.chancery.key.KeyOrigin.GENERATED)
                .ring(new RingPosition(new KeyName(ring), generation))
                .build();
        KeyId id = backend.add(name, FakeBackend.LOCAL_KEYS.generate(KeySpec.EC_P256), attributes)
                .id();
        backend.claim(new RingPosition(new KeyName(ring), generation), id);
        return id;
    }

    /** Another instance changes a key; this one is not told. */
    public void changedElsewhere(KeyId id, UnaryOperator<KeyAttributes.Builder> change) {
        backend.change(id, change);
    }

    public void broughtElsewhere(KeyId id, KeyState state) {
        changedElsewhere(id, attributes -> attributes.state(state, NOW, "by another instance"));
    }
}
