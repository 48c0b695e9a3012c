package dev.chancery.testkit.faults;

import dev.chancery.spi.Abilities;
import dev.chancery.spi.AttestsKeys;
import dev.chancery.spi.BacksUpKeys;
import dev.chancery.spi.ClaimsGenerations;
import dev.chancery.spi.DestroysKeys;
import dev.chancery.spi.FindsOrphans;
import dev.chancery.spi.ImportsKeys;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.ReencryptsKeys;
import dev.chancery.spi.SwitchesKeys;
import java.lang.reflect.Proxy;
import java.util.Set;

/** A backend behind a fault, with all that it can do. */
final class FaultyBackend {
    /** What says what a backend is and asks no place. */
    private static final Set<String> NO_CALLS =
            Set.of("location", "traits", "abilities", "parse", "follows", "close", "equals", "hashCode", "toString");

    private final KeyBackend backend;
    private final Fault fault;

    private FaultyBackend(KeyBackend backend, Fault fault) {
        this.backend = backend;
        this.fault = fault;
    }

    static KeyBackend of(KeyBackend backend, Fault fault) {
        FaultyBackend faulty = new FaultyBackend(backend, fault);
        return faulty.proxy(KeyBackend.class, faulty.abilities());
    }

    private Abilities abilities() {
        Abilities can = backend.abilities();
        Abilities none = Abilities.NONE;
        Abilities.Builder abilities = Abilities.builder();
        can.makesKeys().ifPresent(unused -> abilities.makesKeys(proxy(MakesKeys.class, none)));
        can.importsKeys().ifPresent(unused -> abilities.importsKeys(proxy(ImportsKeys.class, none)));
        can.keepsRecords().ifPresent(unused -> abilities.keepsRecords(proxy(KeepsRecords.class, none)));
        can.switchesKeys().ifPresent(unused -> abilities.switchesKeys(proxy(SwitchesKeys.class, none)));
        can.destroysKeys().ifPresent(unused -> abilities.destroysKeys(proxy(DestroysKeys.class, none)));
        can.claimsGenerations().ifPresent(unused -> abilities.claimsGenerations(proxy(ClaimsGenerations.class, none)));
        can.findsOrphans().ifPresent(unused -> abilities.findsOrphans(proxy(FindsOrphans.class, none)));
        can.reencryptsKeys().ifPresent(unused -> abilities.reencryptsKeys(proxy(ReencryptsKeys.class, none)));
        can.backsUpKeys().ifPresent(unused -> abilities.backsUpKeys(proxy(BacksUpKeys.class, none)));
        can.attestsKeys().ifPresent(unused -> abilities.attestsKeys(proxy(AttestsKeys.class, none)));
        return abilities.build();
    }

    private <T> T proxy(Class<T> role, Abilities abilities) {
        return role.cast(
                Proxy.newProxyInstance(role.getClassLoader(), new Class<?>[] {role}, (proxy, method, arguments) -> {
                    if (method.getName().equals("abilities")) {
                        return abilities;
                    }
                    BackendCall call = new BackendCall(backend, method, arguments);
                    return NO_CALLS.contains(method.getName()) ? call.answer() : fault.answer(call);
                }));
    }
}
