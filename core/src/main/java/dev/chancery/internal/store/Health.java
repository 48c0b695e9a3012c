package dev.chancery.internal.store;

import dev.chancery.Signer;
import dev.chancery.error.ChanceryException;
import dev.chancery.health.Finding;
import dev.chancery.health.Finding.Status;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthReport;
import dev.chancery.interception.OperationType;
import dev.chancery.internal.signing.SelfTesting;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.spi.KeyBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Looks whether a store answers and whether the keys that should sign can. */
final class Health {
    private final StoreContext context;
    private final BackendKeyStore store;

    Health(StoreContext context, BackendKeyStore store) {
        this.context = context;
        this.store = store;
    }

    HealthReport report(HealthLevel level) {
        return context.operations().whole(OperationType.HEALTH, about -> {}, () -> {
            List<Finding> findings = new ArrayList<>();
            Finding answers = attempt("store", () -> {
                KeyBackend backend = context.backend();
                findings.addAll(backend.probe(level));
                return "It answers: " + store.ringNames().size() + " rings.";
            });
            findings.add(0, answers);
            if (answers.status() == Status.OK) {
                findings.addAll(signing(level));
            }
            return new HealthReport(
                    context.location(), context.options().clock().instant(), level, findings);
        });
    }

    private List<Finding> signing(HealthLevel level) {
        List<Finding> findings = new ArrayList<>();
        Finding keys = attempt("keys", () -> {
            List<Supplier<Signer>> signers = signersInService();
            signers.forEach(signer -> findings.add(attempt("signing", () -> trySigner(signer.get(), level))));
            if (signers.isEmpty()) {
                throw new ChanceryException("There is no key to sign with. `chancery generate` makes one.");
            }
            return "Keys that should sign: " + signers.size() + ".";
        });
        findings.add(0, keys);
        return findings;
    }

    /** The rings' current keys and the default key; where there are neither, every active key. */
    private List<Supplier<Signer>> signersInService() {
        List<Supplier<Signer>> signers = new ArrayList<>();
        Set<KeyName> rings = store.ringNames();
        for (KeyName ring : rings) {
            signers.add(() -> store.ring(ring.value()).signer());
        }
        Optional<String> defaultRing = context.options().defaultRing();
        boolean among = rings.stream().map(KeyName::value).anyMatch(name -> defaultRing.equals(Optional.of(name)));
        boolean named =
                defaultRing.isPresent() || context.options().defaultKey().isPresent();
        if (named && !among) {
            signers.add(store::defaultSigner); // a ring that is named and not there fails here
        }
        if (signers.isEmpty()) {
            store.list().stream()
                    .filter(key -> key.state() == KeyState.ACTIVE)
                    .map(KeyMetadata::id)
                    .<Supplier<Signer>>map(id -> () -> store.signer(id))
                    .forEach(signers::add);
        }
        return signers;
    }

    private static String trySigner(Signer signer, HealthLevel level) {
        KeyId id = signer.key().id();
        SelfTesting tested = (SelfTesting) signer;
        if (level == HealthLevel.REACHABLE) {
            tested.requireSigning();
            return "Key " + id + " may sign.";
        }
        tested.selfTest();
        return "Key " + id + " made a test signature, which verifies.";
    }

    private static Finding attempt(String name, Supplier<String> look) {
        try {
            return new Finding(name, Status.OK, look.get());
        } catch (ChanceryException e) {
            return new Finding(name, Status.FAILED, e.getMessage());
        }
    }
}
