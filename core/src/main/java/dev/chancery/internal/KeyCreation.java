package dev.chancery.internal;

import dev.chancery.Capability;
import dev.chancery.KeyAlgorithm;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyExistsException;
import dev.chancery.KeyId;
import dev.chancery.KeyImport;
import dev.chancery.KeyName;
import dev.chancery.KeyOrigin;
import dev.chancery.KeyRequest;
import dev.chancery.KeySpec;
import dev.chancery.KeyState;
import dev.chancery.KeyStore;
import dev.chancery.PolicyViolationException;
import dev.chancery.RingPosition;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.UnsupportedException;
import dev.chancery.policy.KeyPolicy;
import dev.chancery.policy.KeyPolicy.Rule;
import dev.chancery.spi.Claim;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.ImportKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a key comes into a store: named, dated, and placed in its ring. */
final class KeyCreation {
    private static final Logger LOG = LoggerFactory.getLogger(KeyStore.class);

    private final StoreContext context;

    KeyCreation(StoreContext context) {
        this.context = context;
    }

    KeyId generate(KeyRequest request) {
        KeySpec spec = request.spec();
        requireAllowed(spec, request.ring());
        KeyAttributes attributes =
                attributes(spec, KeyOrigin.GENERATED, request.ring().map(this::nextPosition), request.labels());
        return request.name().isPresent()
                ? create(request.name().get(), spec, attributes)
                : createUnnamed(request, attributes);
    }

    private KeyId createUnnamed(KeyRequest request, KeyAttributes attributes) {
        FreeNames names =
                new FreeNames(context, request.ring().map(KeyName::value).orElse(typeOf(request.spec())));
        while (true) {
            KeyName name = names.next();
            try {
                return create(name, request.spec(), attributes);
            } catch (KeyExistsException e) {
                LOG.debug("{} is taken after all, trying the next name.", name);
            }
        }
    }

    /** One attempt at the next key of a ring, so that contenders meet at the same name. */
    KeyId createCandidate(FreeNames names, RingPosition next, KeySpec spec, Optional<KeyId> emergencyFor) {
        requireAllowed(spec, Optional.of(next.ring()));
        Map<String, String> labels = emergencyFor
                .map(id -> Map.of(RingRotation.EMERGENCY_LABEL, id.value()))
                .orElse(Map.of());
        KeyAttributes attributes = attributes(spec, KeyOrigin.GENERATED, Optional.of(next), labels);
        return create(names.next(), spec, attributes);
    }

    private KeyId create(KeyName name, KeySpec spec, KeyAttributes attributes) {
        return context.backend().create(new CreateKey(name, spec, attributes)).id();
    }

    KeyId importKey(KeyImport request) {
        KeySpec spec = KeySpec.of(request.publicKey());
        requireAllowed(spec, request.ring());
        new JcaKeys(context.providers())
                .load(request.privateKey(), request.publicKey(), "the key to import as " + request.name());
        KeyAttributes attributes =
                attributes(spec, KeyOrigin.IMPORTED, request.ring().map(this::nextPosition), Map.of());
        return context.backend()
                .importKey(new ImportKey(request.name(), spec, request.privateKey(), request.publicKey(), attributes))
                .id();
    }

    private void requireAllowed(KeySpec spec, Optional<KeyName> ring) {
        KeyPolicy policy = context.options().policy();
        if (spec.algorithm() == KeyAlgorithm.ML_DSA) {
            // A key that nothing here can verify with must not be made: its first signature would be refused.
            context.providers().choose(spec.algorithm());
        }
        policy.refusalToMake(spec, ring).ifPresent(refusal -> {
            throw new PolicyViolationException("No " + spec + " key is taken into " + context.location() + ": "
                    + refusal + " Choose another kind of key, or open the store with another policy.");
        });
        if (policy.warnOn().contains(spec)) {
            LOG.warn(
                    "The policy '{}' allows {} keys with a warning (rule: {}): {}.",
                    policy.name(),
                    spec,
                    Rule.WARN_ON.key(),
                    policy.source(Rule.WARN_ON));
        }
    }

    private KeyAttributes attributes(
            KeySpec spec, KeyOrigin origin, Optional<RingPosition> position, Map<String, String> labels) {
        KeyPolicy policy = context.options().policy();
        Optional<KeyName> ring = position.map(RingPosition::ring);
        Instant now = context.now();
        KeyAttributes.Builder attributes = KeyAttributes.builder(
                        ring.isPresent() ? KeyState.PRE_ACTIVE : KeyState.ACTIVE, now, origin)
                .signUntil(policy.signUntil(now, ring));
        SignatureAlgorithm algorithm = policy.defaultAlgorithm(spec, ring);
        if (algorithm != spec.defaultAlgorithm()) {
            attributes.defaultAlgorithm(algorithm);
        }
        position.ifPresent(attributes::ring);
        labels.forEach(attributes::label);
        return attributes.build();
    }

    /** Asked before the key is made: a store without rings must not be left with half of what was ordered. */
    private RingPosition nextPosition(KeyName ring) {
        if (!context.backend().capabilities().contains(Capability.LIFECYCLE)) {
            throw new UnsupportedException("The store " + context.location()
                    + " keeps no rings: it lacks LIFECYCLE. Make the key without a ring.");
        }
        List<Claim> claims = context.backend().claims(ring);
        return new RingPosition(
                ring, claims.isEmpty() ? 1 : claims.get(0).position().generation() + 1);
    }

    private static String typeOf(KeySpec spec) {
        return switch (spec.algorithm()) {
            case RSA -> "rsa";
            case EC -> "ecdsa";
            case EDDSA -> "ed25519";
            case ML_DSA -> "ml-dsa";
        };
    }
}
