package com.example.session;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.KeyStoreContract;
import dev.chancery.testkit.chapters.LeavesNoOrphans;
import dev.chancery.testkit.chapters.RefusesImports;
import dev.chancery.testkit.chapters.RefusesReencryption;
import dev.chancery.testkit.chapters.RefusesRings;
import dev.chancery.testkit.chapters.RefusesStates;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** A session owes its users what every store does. */
class SessionContractTest extends KeyStoreContract
        implements RefusesImports, RefusesStates, RefusesRings, RefusesReencryption, LeavesNoOrphans {
    private final String store = "session:" + UUID.randomUUID();

    @Override
    public String store() {
        return store; // another one for each rule
    }

    @Override
    public KeyStoreProvider provider() {
        return new SessionProvider();
    }

    /** What no message may tell: a session has no PIN, so the private halves in it. */
    @Override
    public Set<String> secrets() {
        return SessionProvider.keys(store).values().stream()
                .map(key -> Base64.getEncoder().encodeToString(key.privateHalf().getEncoded()))
                .collect(Collectors.toSet());
    }

    @Override
    public Set<KeySpec> specs() {
        return SessionBackend.SPECS;
    }
}
