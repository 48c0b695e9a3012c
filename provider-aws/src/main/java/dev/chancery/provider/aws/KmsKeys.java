package dev.chancery.provider.aws;

import dev.chancery.IntegrityException;
import dev.chancery.KeyAccessException;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeyMetadata;
import dev.chancery.KeyNotFoundException;
import dev.chancery.KeySpec;
import dev.chancery.KeyState;
import dev.chancery.KeyStateException;
import dev.chancery.ProtectionLevel;
import dev.chancery.PublicArchive;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.UnusableKey;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.support.Printable;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.DescribeKeyResponse;
import software.amazon.awssdk.services.kms.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.kms.model.ListResourceTagsResponse;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.Tag;

/** Reads keys. What never changes, kind and public half, is kept by the key's ARN; all else is asked for each time. */
final class KmsKeys {
    private static final int PAGE = 50;

    /** A key has at most 50 tags; a server that lists on for ever is broken. */
    private static final int MOST_PAGES = 100;

    private static final Set<String> NO_TAGS_FOR_YOU =
            Set.of("AccessDeniedException", "AccessDenied", "UnknownOperationException");
    private static final Set<String> WITHHELD = Set.of("DisabledException", "KMSInvalidStateException");

    private final Kms kms;
    private final StoreUri uri;
    private final KeyNames names;
    private final Recent recent;
    private final Optional<PublicArchive> archive;
    private final Map<String, Material> byArn = new ConcurrentHashMap<>();
    private final Map<KeyId, Material> byId = new ConcurrentHashMap<>();
    private final Set<String> tagged = ConcurrentHashMap.newKeySet();
    private final Set<String> untagged = ConcurrentHashMap.newKeySet();

    /** What never changes of a key. */
    record Material(KeySpec spec, PublicKey key) {
        String fingerprint() {
            return KeyMetadata.fingerprint(key);
        }
    }

    KmsKeys(Kms kms, StoreUri uri, KeyNames names, Recent recent, Optional<PublicArchive> archive) {
        this.kms = kms;
        this.uri = uri;
        this.names = names;
        this.recent = recent;
        this.archive = archive;
    }

    KeyNames names() {
        return names;
    }

    /** What a request names a key by. */
    String reference(KeyId id) {
        String text = names.parse(id.value()).value();
        return recent.alias(text).orElse(text);
    }

    Optional<StoredKey> find(KeyId id) {
        KeyId parsed = names.parse(id.value());
        Optional<KmsKey> found = read(parsed);
        if (found.isEmpty()) {
            return archive.flatMap(kept -> kept.find(uri.location(), parsed)).map(this::gone);
        }
        return isDiscarded(found.get()) ? Optional.empty() : Optional.of(stored(found.get()));
    }

    private static boolean isDiscarded(KmsKey key) {
        try {
            return key.isDiscarded();
        } catch (IntegrityException damaged) {
            return false; // to be listed as what it is
        }
    }

    /**
     * The key as KMS has it now.
     *
     * @throws KeyNotFoundException if there is none
     */
    KmsKey get(KeyId id) {
        return read(names.parse(id.value())).filter(key -> !isDiscarded(key)).orElseThrow(() -> notFound(id));
    }

    KeyNotFoundException notFound(KeyId id) {
        return new KeyNotFoundException("There is no key '" + id + "' in " + uri.location()
                + ". `chancery list` shows the keys that are there.");
    }

    Optional<KmsKey> read(KeyId id) {
        String reference = reference(id);
        Optional<DescribeKeyResponse> described = kms.callUnless(
                "Looking up key " + id,
                reference,
                "NotFoundException"::equals,
                (client, override) ->
                        client.describeKey(request -> request.keyId(reference).overrideConfiguration(override)));
        if (described.isEmpty() || described.get().keyMetadata() == null) {
            return Optional.empty();
        }
        software.amazon.awssdk.services.kms.model.KeyMetadata key =
                described.get().keyMetadata();
        requireAsked(reference, key);
        String own = KeyNames.isArn(id) && key.arn() != null ? key.arn() : key.keyId();
        KeyId ownId = new KeyId(own == null ? reference : own);
        return Optional.of(new KmsKey(ownId, justEnabled(key), tags(ownId)));
    }

    /** An alias may lead to any key, a key's own name only to that key: whoever took another for it would sign with that. */
    private static void requireAsked(String reference, software.amazon.awssdk.services.kms.model.KeyMetadata key) {
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

    /** KMS may call a key disabled for a moment that this process has just enabled. */
    private software.amazon.awssdk.services.kms.model.KeyMetadata justEnabled(
            software.amazon.awssdk.services.kms.model.KeyMetadata key) {
        boolean late = "Disabled".equals(key.keyStateAsString()) && recent.isUsable(KeyNames.bare(key.keyId()));
        return late ? key.toBuilder().keyState("Enabled").build() : key;
    }

    private KeyTags tags(KeyId id) {
        String keyId = KeyNames.bare(id.value());
        if (untagged.contains(keyId)) {
            return KeyTags.of(List.of());
        }
        List<Tag> tags = new ArrayList<>();
        String marker = null;
        for (int page = 0; page < MOST_PAGES; page++) {
            Optional<ListResourceTagsResponse> answer = tags(id, keyId, marker);
            if (answer.isEmpty()) {
                untagged.add(keyId);
                return KeyTags.of(List.of());
            }
            tags.addAll(answer.get().tags());
            marker = answer.get().nextMarker();
            if (!Boolean.TRUE.equals(answer.get().truncated()) || marker == null) {
                break;
            }
        }
        tagged.add(keyId);
        KeyTags read = KeyTags.of(tags);
        return recent.tags(keyId)
                .map(KeyTags::new)
                .filter(written -> written.revision() > read.revision())
                .orElse(read);
    }

    /**
     * Empty where tags may not be read, and need not: in pinned-key mode, and for a key whose tags were never seen. Who has seen a
     * mark must not forget it because a permission is gone.
     */
    private Optional<ListResourceTagsResponse> tags(KeyId id, String keyId, @Nullable String marker) {
        boolean optional = uri.pinned() && !tagged.contains(keyId);
        try {
            return kms.callUnless(
                    "Reading the tags of key " + id,
                    keyId,
                    code -> optional && NO_TAGS_FOR_YOU.contains(code),
                    (client, override) -> client.listResourceTags(request ->
                            request.keyId(id.value()).limit(PAGE).marker(marker).overrideConfiguration(override)));
        } catch (KeyAccessException e) {
            throw new KeyAccessException(
                    e.getMessage()
                            + " States, dates and rings are tags, so kms:ListResourceTags is needed; to use one key by"
                            + " KMS's own state alone, add pinned=true to the URI.",
                    e);
        }
    }

    // --- judging

    /** The key as core gets it. */
    StoredKey stored(KmsKey key) {
        Optional<KeySpec> spec = key.spec();
        if (spec.isEmpty()) {
            return unusable(
                    key,
                    UnusableKey.Problem.UNSUPPORTED,
                    "KMS calls it " + Printable.of(key.specWord()) + " for "
                            + Printable.of(String.valueOf(key.description().keyUsageAsString()))
                            + ", which is no kind of signing key that Chancery knows.");
        }
        try {
            KeyAttributes attributes = key.attributes();
            Optional<Material> material = material(key, spec.get());
            return material.isPresent()
                    ? new StoredKey.Sound(
                            key.id(), material.get().key(), protection(key), attributes, key.signingRefusal())
                    : unusable(
                            key,
                            UnusableKey.Problem.INACCESSIBLE,
                            "KMS gives out the public half of an enabled key only, and no archive has it. Resume the key, or"
                                    + " name the archive that has it (CHANCERY_ARCHIVE).");
        } catch (IntegrityException e) {
            return unusable(key, UnusableKey.Problem.DAMAGED, e.getMessage());
        }
    }

    private static StoredKey unusable(KmsKey key, UnusableKey.Problem problem, String reason) {
        return new StoredKey.Unusable(new UnusableKey(key.id(), problem, reason));
    }

    /** AWS keeps material in hardware modules (FIPS 140-3, level 3); nobody knows what another server does. */
    private ProtectionLevel protection(KmsKey key) {
        String origin = key.description().originAsString();
        boolean aws = uri.endpoint()
                .map(endpoint -> endpoint.getHost().endsWith(".amazonaws.com")
                        || endpoint.getHost().endsWith(".amazonaws.com.cn"))
                .orElse(true);
        return aws && (origin == null || !origin.equals("EXTERNAL_KEY_STORE"))
                ? ProtectionLevel.HSM
                : ProtectionLevel.REMOTE;
    }

    private Optional<Material> material(KmsKey key, KeySpec spec) {
        Material known = byArn.get(key.arn());
        if (known == null) {
            Optional<Material> read = asked(key, spec)
                    .or(() -> archive.flatMap(kept -> kept.find(uri.location(), key.id()))
                            .map(kept -> new Material(kept.spec(), kept.publicKey())));
            if (read.isEmpty()) {
                return read;
            }
            known = read.get();
            byArn.put(key.arn(), known);
        }
        byId.put(key.id(), known);
        String fingerprint = known.fingerprint();
        if (key.tags().fingerprint().filter(kept -> !kept.equals(fingerprint)).isPresent()) {
            throw new IntegrityException("Its tags say that the public key has the fingerprint "
                    + key.tags().fingerprint().get() + ", and the one that is here has " + fingerprint
                    + ". Find out which was changed.");
        }
        return Optional.of(known);
    }

    private Optional<Material> asked(KmsKey key, KeySpec spec) {
        if (!key.isEnabled()) {
            return Optional.empty();
        }
        Optional<GetPublicKeyResponse> answer = kms.callUnless(
                "Reading the public half of key " + key.id(),
                key.keyId(),
                WITHHELD::contains,
                (client, override) -> client.getPublicKey(
                        request -> request.keyId(key.id().value()).overrideConfiguration(override)));
        return answer.map(found -> {
            boolean other =
                    found.keyId() != null && !KeyNames.bare(found.keyId()).equals(key.keyId());
            if (other || found.publicKey() == null) {
                throw new IntegrityException("KMS was asked for the public half of " + key.id() + " and answered with "
                        + (other ? "that of " + Printable.of(found.keyId()) : "nothing") + ".");
            }
            return new Material(spec, spec.publicKey(found.publicKey().asByteArrayUnsafe()));
        });
    }

    /** Deleted for good: the archive is all that is left. */
    private StoredKey gone(KeyMetadata kept) {
        KeyAttributes attributes = kept.attributes();
        if (attributes.state() != KeyState.DESTROYED) {
            Instant last = attributes.history().isEmpty()
                    ? attributes.created()
                    : attributes.history().get(attributes.history().size() - 1).at();
            attributes = attributes.toBuilder()
                    .state(KeyState.DESTROYED, last, "KMS has it no more")
                    .build();
        }
        byId.put(kept.id(), new Material(kept.spec(), kept.publicKey()));
        return new StoredKey.Sound(
                kept.id(),
                kept.publicKey(),
                kept.protection(),
                attributes,
                Optional.of("it is deleted in AWS KMS. Sign with another key."));
    }

    /**
     * Marks a key that KMS has deleted: the archive is the only place that still vouches for it.
     *
     * @return the key as it is kept now, or empty if the archive does not have it
     */
    Optional<StoredKey> changeArchived(KeyId id, UnaryOperator<KeyAttributes> change) {
        KeyId parsed = names.parse(id.value());
        Optional<KeyMetadata> kept = archive.flatMap(there -> there.find(uri.location(), parsed));
        if (kept.isEmpty() || !(gone(kept.get()) instanceof StoredKey.Sound gone)) {
            return Optional.empty();
        }
        KeyAttributes changed = change.apply(gone.attributes());
        if (changed.state() != KeyState.DESTROYED) {
            throw new KeyStateException("Key " + id + " in " + uri.location()
                    + " is deleted in AWS KMS for good. All that can still be said of it is that it is compromised.");
        }
        KeyMetadata marked = new KeyMetadata(
                kept.get().id(),
                kept.get().spec(),
                kept.get().publicKey(),
                kept.get().fingerprint(),
                kept.get().protection(),
                changed);
        archive.orElseThrow().put(uri.location(), marked);
        return Optional.of(gone(marked));
    }

    // --- what signing needs, from memory

    SigningAlgorithmSpec algorithm(KeyId id, SignatureAlgorithm algorithm) {
        return Algorithms.of(algorithm, known(id).spec());
    }

    PublicKey publicKey(KeyId id) {
        return known(id).key();
    }

    /** Core signs only with keys that it has found, so that this is no call. */
    private Material known(KeyId id) {
        Material known = byId.get(id);
        if (known == null) {
            StoredKey found = find(id).orElseThrow(() -> notFound(id));
            known = byId.get(found.id());
        }
        if (known == null) {
            throw notFound(id);
        }
        return known;
    }

    /** Remembers the public half of a key that was just made. */
    StoredKey made(KmsKey key) {
        recent.tagged(key.keyId(), key.tags().values());
        return stored(key);
    }
}
