package dev.chancery.internal;

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
import dev.chancery.RingPosition;
import dev.chancery.spi.Claim;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.ImportKey;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a key comes into a store: named, dated, and placed in its ring. */
final class KeyCreation {
    private static final Logger LOG = LoggerFactory.getLogger(KeyStore.class);
    private static final DateTimeFormatter MONTH =
            DateTimeFormatter.ofPattern("yyyy-MM").withZone(ZoneOffset.UTC);
    private static final int MOST_IN_A_MONTH = 10_000;

    private final StoreContext context;

    KeyCreation(StoreContext context) {
        this.context = context;
    }

    KeyId generate(KeyRequest request) {
        KeySpec spec = request.spec();
        context.options().policy().requireSpec(spec);
        if (spec == KeySpec.RSA_2048) {
            LOG.warn("RSA_2048 has a security strength of 112 bits only (SP 800-57 Part 1, table 2); prefer RSA_3072.");
        }
        KeyAttributes attributes = attributes(KeyOrigin.GENERATED, request.ring(), request.labels());
        KeyId id = request.name().isPresent()
                ? create(request.name().get(), spec, attributes)
                : createUnnamed(request, attributes);
        attributes.ring().ifPresent(position -> join(position, id));
        return id;
    }

    private KeyId createUnnamed(KeyRequest request, KeyAttributes attributes) {
        String base = request.ring().map(KeyName::value).orElse(typeOf(request.spec())) + "-"
                + MONTH.format(attributes.created());
        for (int n = 1; n <= MOST_IN_A_MONTH; n++) {
            KeyName name = new KeyName(n == 1 ? base : base + "-" + n);
            boolean free = context.backend()
                    .find(context.backend().parse(name.value()))
                    .isEmpty();
            if (free) {
                try {
                    return create(name, request.spec(), attributes);
                } catch (KeyExistsException takenMeanwhile) {
                    LOG.debug("{} was taken a moment ago, trying the next name.", name);
                }
            }
        }
        throw new KeyExistsException("All names from " + base + " to " + base + "-" + MOST_IN_A_MONTH + " are taken in "
                + context.location() + ". Name the key yourself.");
    }

    private KeyId create(KeyName name, KeySpec spec, KeyAttributes attributes) {
        return context.backend().create(new CreateKey(name, spec, attributes)).id();
    }

    KeyId importKey(KeyImport request) {
        KeySpec spec = KeySpec.of(request.publicKey());
        context.options().policy().requireSpec(spec);
        new JcaKeys(context.providers())
                .load(request.privateKey(), request.publicKey(), "the key to import as " + request.name());
        KeyAttributes attributes = attributes(KeyOrigin.IMPORTED, request.ring(), Map.of());
        KeyId id = context.backend()
                .importKey(new ImportKey(request.name(), spec, request.privateKey(), request.publicKey(), attributes))
                .id();
        attributes.ring().ifPresent(position -> join(position, id));
        return id;
    }

    private KeyAttributes attributes(KeyOrigin origin, Optional<KeyName> ring, Map<String, String> labels) {
        // Whole seconds: every store can keep them.
        Instant now = context.options().clock().instant().truncatedTo(ChronoUnit.SECONDS);
        KeyAttributes.Builder attributes = KeyAttributes.builder(
                        ring.isPresent() ? KeyState.PRE_ACTIVE : KeyState.ACTIVE, now, origin)
                .signUntil(now.plus(context.options().policy().maxSigningPeriod()));
        ring.ifPresent(name -> attributes.ring(new RingPosition(name, nextGeneration(name))));
        labels.forEach(attributes::label);
        return attributes.build();
    }

    private long nextGeneration(KeyName ring) {
        List<Claim> claims = context.backend().claims(ring);
        return claims.isEmpty() ? 1 : claims.get(0).position().generation() + 1;
    }

    /** The first key of a ring is its current one; a later one waits, PRE_ACTIVE, for its rotation. */
    private void join(RingPosition position, KeyId id) {
        if (position.generation() > 1) {
            return;
        }
        Claim standing = context.backend().claim(position, id);
        if (standing.holder().equals(id)) {
            activate(id, "first key of the ring " + position.ring());
        } else {
            RingPosition next = new RingPosition(position.ring(), 2);
            context.backend()
                    .update(id, attributes -> attributes.toBuilder().ring(next).build());
        }
    }

    private void activate(KeyId id, String reason) {
        Instant now = context.options().clock().instant().truncatedTo(ChronoUnit.SECONDS);
        context.backend()
                .update(
                        id,
                        attributes -> attributes.state() == KeyState.PRE_ACTIVE
                                ? attributes.toBuilder()
                                        .state(KeyState.ACTIVE, now, reason)
                                        .build()
                                : attributes);
    }

    private static String typeOf(KeySpec spec) {
        return switch (spec.algorithm()) {
            case RSA -> "rsa";
            case EC -> "ecdsa";
            case EDDSA -> "ed25519";
        };
    }
}
