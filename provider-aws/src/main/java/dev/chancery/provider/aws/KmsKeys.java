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
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DescribeKeyRequest;
import software.amazon.awssdk.services.kms.model.DescribeKeyResponse;
import software.amazon.awssdk.services.kms.model.GetPublicKeyRequest;
import software.amazon.awssdk.services.kms.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.ListResourceTagsRequest;
import software.amazon.awssdk.services.kms.model.ListResourceTagsResponse;

/** Reads keys. What never changes, kind and public half, is kept; all else is asked for each time. */
class KmsKeys {
    private static final Set<String> ABSENT = Set.of("NotFoundException");
    private static final Set<String> WITHHELD = Set.of("DisabledException", "KMSInvalidStateException");

    final Place place;
    private final Kms kms;
    private final Map<KeyId, PublicKey> publicKeys = new ConcurrentHashMap<>();

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
            return Optional.of(StoredKey.builder(id, PublicHalf.Unreadable.of(e), ProtectionLevel.REMOTE)
                    .build());
        }
    }

    /** What KMS itself says of a key. An alias of a moment ago is followed from memory. */
    Optional<KmsKey> describe(KeyId id) {
        String reference = kms.recent().keyId(id.value()).orElse(id.value());
        DescribeKeyRequest request =
                DescribeKeyRequest.builder().keyId(reference).build();
        return kms.callUnless(ABSENT, "Looking up key", reference, request, KmsClient::describeKey)
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
        PublicHalf half = strangers(tags).<PublicHalf>map(why -> why).orElseGet(() -> publicHalf(key));
        StoredKey.Builder facts = StoredKey.builder(key.id(), half, protection(key))
                .record(record)
                .service(key.service())
                .created(key.created());
        key.spec().ifPresent(spec -> facts.spec(spec).signsWith(Algorithms.ofKey(spec)));
        if (record instanceof StoredRecord.Absent || record instanceof StoredRecord.Damaged) {
            evidence(key).ifPresent(facts::evidence);
        }
        return facts.build();
    }

    /** Why a key that another store has made is not used here: what it signs with, and who is current in its ring, are that store's to say. */
    Optional<PublicHalf.Unreadable> strangers(KeyTags tags) {
        return tags.prefix()
                .filter(prefix -> !prefix.equals(place.uri().prefix()))
                .map(prefix -> new PublicHalf.Unreadable(
                        Problem.INACCESSIBLE,
                        "Its tags say that it belongs to the store with the prefix '" + Printable.of(prefix)
                                + "'. Open that one (prefix= in the URI)."));
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
            return KeyTags.of(kms.list(
                    "Reading the tags of key",
                    id.value(),
                    marker -> ListResourceTagsRequest.builder()
                            .keyId(id.value())
                            .limit(KeyTags.MOST)
                            .marker(marker)
                            .build(),
                    KmsClient::listResourceTags,
                    ListResourceTagsResponse::tags,
                    ListResourceTagsResponse::nextMarker));
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
        return place.uri().isAws()
                        && !"EXTERNAL_KEY_STORE".equals(key.description().originAsString())
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
        boolean given = key.service().refusal().isEmpty();
        return PublicHalf.read(() -> Optional.ofNullable(publicKeys.get(key.id()))
                .or(() -> given ? readPublicKey(key.id(), spec.get()) : Optional.empty()));
    }

    private Optional<PublicKey> readPublicKey(KeyId id, KeySpec spec) {
        GetPublicKeyRequest request =
                GetPublicKeyRequest.builder().keyId(id.value()).build();
        Optional<PublicKey> read = kms.callUnless(
                        WITHHELD, "Reading the public half of key", id.value(), request, KmsClient::getPublicKey)
                .map(found -> publicKey(id, spec, found));
        read.ifPresent(key -> publicKeys.put(id, key));
        return read;
    }

    private static PublicKey publicKey(KeyId id, KeySpec spec, GetPublicKeyResponse found) {
        boolean other = found.keyId() != null && !KeyNames.bare(found.keyId()).equals(KeyNames.bare(id.value()));
        if (other || found.publicKey() == null) {
            throw new IntegrityException("KMS was asked for the public half of " + id + " and answered with "
                    + (other ? "that of " + Printable.of(found.keyId()) : "nothing") + ".");
        }
        return spec.publicKey(found.publicKey().asByteArrayUnsafe());
    }

    /**
     * The public half that the representative of a message needs. Core signs only with keys that it has found, so that this is no call.
     *
     * @throws KeyNotFoundException if there is no such key, or KMS keeps its public half back
     */
    PublicKey publicKey(KeyId id) {
        if (!publicKeys.containsKey(id)) {
            var unused = find(id);
        }
        return Optional.ofNullable(publicKeys.get(id))
                .orElseThrow(() -> KeyNotFoundException.of(id.value(), place.location()));
    }
}
