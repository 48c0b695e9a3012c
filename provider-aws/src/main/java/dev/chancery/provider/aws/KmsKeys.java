package dev.chancery.provider.aws;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.key.KeyId;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.key.UnusableKey.Problem;
import dev.chancery.provider.aws.client.Kms;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.support.Printable;
import java.security.PublicKey;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.DescribeKeyResponse;
import software.amazon.awssdk.services.kms.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.kms.model.KeyMetadata;

/** Reads keys. What never changes, kind and public half, is kept; all else is asked for each time. */
class KmsKeys {
    private static final Set<String> ABSENT = Set.of("NotFoundException");
    private static final Set<String> WITHHELD = Set.of("DisabledException", "KMSInvalidStateException");

    final Place place;
    private final Kms kms;
    private final Map<KeyId, Material> materials = new ConcurrentHashMap<>();

    /** What never changes of a key. */
    record Material(KeySpec spec, PublicKey key) {}

    KmsKeys(Place place) {
        this.place = place;
        this.kms = place.kms();
    }

    Optional<StoredKey> find(KeyId id) {
        return describe(place.names().parse(id.value())).map(key -> facts(key, tags(key.id())));
    }

    /** Like {@link #find}, for one key among many: that it is out of reach hides none of the others. */
    Optional<StoredKey> findAmongOthers(KeyId id) {
        try {
            return find(id);
        } catch (KeyAccessException | IntegrityException e) {
            Problem problem = e instanceof IntegrityException ? Problem.DAMAGED : Problem.INACCESSIBLE;
            return Optional.of(
                    StoredKey.builder(id, new PublicHalf.Unreadable(problem, e.getMessage()), ProtectionLevel.REMOTE)
                            .build());
        }
    }

    /** What KMS itself says of a key. An alias of a moment ago is followed from memory. */
    Optional<KmsKey> describe(KeyId id) {
        String reference = kms.recent().keyId(id.value()).orElse(id.value());
        return kms.callUnless(
                        ABSENT, "Looking up key", reference, client -> client.describeKey(r -> r.keyId(reference)))
                .map(DescribeKeyResponse::keyMetadata)
                .map(key -> {
                    requireAsked(reference, key);
                    String own = reference.startsWith("arn:") && key.arn() != null ? key.arn() : key.keyId();
                    return new KmsKey(new KeyId(own == null ? reference : own), key);
                });
    }

    /** An alias may lead to any key, a key's own name only to that key: a caller that took another for it would sign with that. */
    private static void requireAsked(String reference, KeyMetadata key) {
        boolean alias = reference.startsWith("alias/") || reference.contains(":alias/");
        boolean otherKey = key.keyId() != null && !KeyNames.bare(key.keyId()).equals(KeyNames.bare(reference));
        boolean otherArn =
                reference.startsWith("arn:") && key.arn() != null && !key.arn().equals(reference);
        if (!alias && (otherKey || otherArn)) {
            throw new IntegrityException("KMS was asked for key " + reference + " and described "
                    + Printable.of(otherKey ? key.keyId() : key.arn())
                    + ". Nothing was done; find out who answers there.");
        }
    }

    /** A key and its tags as facts. */
    StoredKey facts(KmsKey key, KeyTags tags) {
        StoredRecord record = tags.record();
        StoredKey.Builder facts = StoredKey.builder(key.id(), publicHalf(key), protection(key))
                .record(record)
                .service(key.service())
                .created(key.created());
        key.spec().ifPresent(facts::spec);
        if (record instanceof StoredRecord.Absent || record instanceof StoredRecord.Damaged) {
            evidence(key).ifPresent(facts::evidence);
        }
        return facts.build();
    }

    /** What shows that a key without a sound record is ours: no other tool makes aliases under our prefix. */
    Optional<String> evidence(KmsKey key) {
        return place.aliases().of(key.keyId()).stream()
                .filter(place.names()::isOurs)
                .min(Comparator.naturalOrder())
                .map(alias -> "it has the alias " + alias);
    }

    /** A key's tags as they are now. */
    KeyTags tags(KeyId id) {
        try {
            return KeyTags.of(kms.call(
                    "Reading the tags of key",
                    id.value(),
                    client -> client
                            .listResourceTagsPaginator(r -> r.keyId(id.value()).limit(KeyTags.MOST))
                            .stream()
                            .limit(Kms.MOST_PAGES)
                            .flatMap(page -> page.tags().stream())
                            .toList()));
        } catch (KeyAccessException e) {
            throw new KeyAccessException(
                    e.getMessage()
                            + " States, dates and rings are tags, so kms:ListResourceTags is needed; to use one key by"
                            + " KMS's own state alone, add pinned=true to the URI.",
                    e);
        }
    }

    /** AWS keeps material in hardware modules (FIPS 140-3, level 3); what another server does is unknown. */
    private ProtectionLevel protection(KmsKey key) {
        boolean aws = place.uri()
                .endpoint()
                .map(endpoint -> endpoint.getHost().endsWith(".amazonaws.com")
                        || endpoint.getHost().endsWith(".amazonaws.com.cn"))
                .orElse(true);
        return aws && !"EXTERNAL_KEY_STORE".equals(key.description().originAsString())
                ? ProtectionLevel.HSM
                : ProtectionLevel.REMOTE;
    }

    private PublicHalf publicHalf(KmsKey key) {
        Optional<KeySpec> spec = key.spec();
        if (spec.isEmpty()) {
            return new PublicHalf.Unreadable(
                    Problem.UNSUPPORTED,
                    "KMS calls it " + Printable.of(key.specWord()) + " for "
                            + Printable.of(String.valueOf(key.description().keyUsageAsString()))
                            + ", which is no kind of signing key that Chancery knows.");
        }
        try {
            Material known = materials.get(key.id());
            if (known == null && key.service().refusal().isEmpty()) {
                known = readMaterial(key.id(), spec.get());
            }
            return known == null ? new PublicHalf.Withheld() : new PublicHalf.Vouched(known.key());
        } catch (IntegrityException e) {
            return new PublicHalf.Unreadable(Problem.DAMAGED, e.getMessage());
        }
    }

    private @Nullable Material readMaterial(KeyId id, KeySpec spec) {
        Optional<GetPublicKeyResponse> answer = kms.callUnless(
                WITHHELD,
                "Reading the public half of key",
                id.value(),
                client -> client.getPublicKey(r -> r.keyId(id.value())));
        if (answer.isEmpty()) {
            return null;
        }
        GetPublicKeyResponse found = answer.get();
        boolean other = found.keyId() != null && !KeyNames.bare(found.keyId()).equals(KeyNames.bare(id.value()));
        if (other || found.publicKey() == null) {
            throw new IntegrityException("KMS was asked for the public half of " + id + " and answered with "
                    + (other ? "that of " + Printable.of(found.keyId()) : "nothing") + ".");
        }
        Material read = new Material(spec, spec.publicKey(found.publicKey().asByteArrayUnsafe()));
        materials.put(id, read);
        return read;
    }

    /**
     * What signing needs of a key. Core signs only with keys that it has found, so that this is no call.
     *
     * @throws KeyNotFoundException if there is none, or KMS keeps its public half back
     */
    Material material(KeyId id) {
        Material known = materials.get(id);
        if (known == null) {
            var unused = find(id);
            known = materials.get(id);
        }
        if (known == null) {
            throw notFound(id);
        }
        return known;
    }

    KeyNotFoundException notFound(KeyId id) {
        return new KeyNotFoundException("There is no key '" + id + "' in " + place.location()
                + ". `chancery list` shows the keys that are there.");
    }
}
