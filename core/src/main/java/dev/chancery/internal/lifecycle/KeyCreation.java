package dev.chancery.internal.lifecycle;

import dev.chancery.KeyImport;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SubjectPublicKeyInfo;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.PolicyViolationException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.internal.jca.JcaKeys;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.policy.KeyPolicy;
import dev.chancery.policy.KeyPolicy.Rule;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.ImportKey;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits.Names;
import dev.chancery.spi.records.KeyRecord;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a key comes into a store: named, dated, and placed in its ring. */
public final class KeyCreation {
    private static final Logger LOG = LoggerFactory.getLogger(KeyStore.class);

    private final StoreContext context;
    private final Generations generations;
    private final Naming naming;

    public KeyCreation(StoreContext context, Generations generations) {
        this.context = context;
        this.generations = generations;
        this.naming = new Naming(context, generations);
    }

    public StoredKey generate(KeyRequest request) {
        KeySpec spec = request.spec();
        requireAllowed(spec, request.ring());
        request.name().ifPresent(name -> naming.requireNoRing(name, request.ring()));
        KeyRecord record = KeyRecord.of(
                attributes(spec, KeyOrigin.GENERATED, request.ring().map(this::nextPosition), request.labels()));
        if (context.traits().names() == Names.RING && request.ring().isPresent()) {
            return create(ringAsName(request.name(), request.ring().get()), spec, record);
        }
        if (request.name().isPresent()) {
            return create(requireFree(request.name().get()), spec, record);
        }
        FreeNames names =
                new FreeNames(context, request.ring().map(KeyName::value).orElse(typeOf(spec)), Set.of());
        while (true) {
            KeyName name = names.next();
            try {
                return create(requireFree(name), spec, record);
            } catch (KeyExistsException e) {
                LOG.debug("{} is taken after all, trying the next name.", name);
            }
        }
    }

    /** Where a name stands for all keys of a ring, a key cannot have one of its own there. */
    private KeyName ringAsName(Optional<KeyName> name, KeyName ring) {
        if (name.filter(own -> !own.equals(ring)).isPresent()) {
            throw new ConfigurationException("A key of the ring '" + ring + "' in " + context.location()
                    + " has the ring's name and none of its own: leave '" + name.get() + "' out.");
        }
        return ring;
    }

    /** A place that adds versions to a name refuses none, so core does. */
    private KeyName requireFree(KeyName name) {
        if (context.traits().names() == Names.RING
                && context.backend().find(context.backend().parse(name.value())).isPresent()) {
            throw new KeyExistsException("There is a key '" + name + "' in " + context.location()
                    + " already. It was left alone: choose another name.");
        }
        return name;
    }

    /** One attempt at the next key of a ring, so that contenders meet at the same name. */
    StoredKey createCandidate(FreeNames names, RingPosition next, KeySpec spec, Optional<KeyMetadata> emergencyFor) {
        requireAllowed(spec, Optional.of(next.ring()));
        KeyRecord.Builder record =
                new KeyRecord.Builder(attributes(spec, KeyOrigin.GENERATED, Optional.of(next), Map.of()));
        emergencyFor.map(KeyMetadata::fingerprint).ifPresent(record::emergencyFor);
        KeyName name = context.traits().names() == Names.RING ? next.ring() : names.next();
        return create(name, spec, record.build());
    }

    private StoredKey create(KeyName name, KeySpec spec, KeyRecord record) {
        return context.steps().create(new CreateKey(name, spec, record));
    }

    public StoredKey importKey(KeyImport request) {
        SubjectPublicKeyInfo half = SubjectPublicKeyInfo.of(request.publicKey());
        KeySpec spec = half.spec();
        requireAllowed(spec, request.ring());
        naming.requireNoRing(request.name(), request.ring());
        new JcaKeys(context.providers())
                .load(request.privateKey(), request.publicKey(), "the key to import as " + request.name());
        KeyAttributes attributes =
                attributes(spec, KeyOrigin.IMPORTED, request.ring().map(this::nextPosition), Map.of());
        if (half.defaultAlgorithm() != spec.defaultAlgorithm()) {
            attributes = attributes.toBuilder()
                    .defaultAlgorithm(half.defaultAlgorithm())
                    .build();
        }
        return context.steps()
                .importKey(new ImportKey(
                        request.name(),
                        spec,
                        request.privateKey(),
                        request.publicKey(),
                        KeyRecord.of(attributes).toBuilder()
                                .fingerprint(KeyMetadata.fingerprint(request.publicKey()))
                                .build()));
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
        if (context.abilities().keepsRecords().isEmpty()) {
            throw new UnsupportedException("The store " + context.location()
                    + " keeps no rings: it lacks LIFECYCLE. Make the key without a ring.");
        }
        RingView view = generations.read(ring);
        long last = Stream.concat(view.claims().stream(), view.pending().stream())
                .mapToLong(claim -> claim.position().generation())
                .max()
                .orElse(0);
        if (last == 0) {
            naming.requireNoKey(ring);
        }
        return new RingPosition(ring, last + 1);
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
