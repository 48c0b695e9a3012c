package dev.chancery.provider.aws;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.support.SingleOrder;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.CreateKeyRequest;
import software.amazon.awssdk.services.kms.model.CreateKeyResponse;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.ReplicateKeyRequest;

/**
 * Makes keys. The order carries every tag and is sent once; its alias commits it. So a name has one key at most, and a call whose
 * fate is unknown leaves one key without a name at most, which {@link NamelessKeys} finds by its tags.
 */
record KeyCreator(Place place, KmsKeys keys, WaitingKeys waiting, KeySwitches switches, NamelessKeys nameless)
        implements MakesKeys {
    private static final Logger LOG = LoggerFactory.getLogger(KeyCreator.class);
    private static final Set<String> REPLICATED = Set.of("AlreadyExistsException");

    @Override
    public StoredKey create(CreateKey order) {
        KeyName name = order.name();
        KeyNames.requireName(name);
        String spec = Algorithms.of(order.spec());
        String requestId = UUID.randomUUID().toString();
        KeyTags tags =
                KeyTags.fresh(order.record(), requestId, name, place.uri().prefix());
        if (keys.describe(new KeyId(place.names().alias(name))).isPresent()) {
            throw taken(name);
        }
        SingleOrder single = new SingleOrder(
                "Making key '" + name + "' in " + place.location(),
                "KMS may have made a key without a name (creation " + requestId
                        + "). Making it again is safe; `chancery orphans` lists what was left behind.");
        KmsKey key = single.give(() -> make(name, spec, tags), () -> nameless.ofCreation(requestId));
        place.kms().recent().add(key.keyId(), key.keyId());
        boolean asksForName = false;
        try {
            StoredKey made = requireUsable(keys.facts(key, tags), order);
            place.uri().replicas().forEach(region -> replicate(key, region, tags));
            asksForName = true;
            nameIt(key, order);
            LOG.debug("Key {} was made for '{}' (creation {}).", key.id(), name, requestId);
            return made;
        } catch (ChanceryException e) {
            boolean mayBeNamed = asksForName
                    && e instanceof StoreUnavailableException lost
                    && lost.retryAfter().isEmpty();
            if (mayBeNamed) {
                throw single.unknown(e); // the key must not be deleted under its name
            }
            single.undo(key.id(), this::removeCandidate);
            throw e;
        }
    }

    /** Before the key has its name, so that none is used that lacks the replicas which the URI promises. */
    private void replicate(KmsKey key, String region, KeyTags tags) {
        ReplicateKeyRequest request = ReplicateKeyRequest.builder()
                .keyId(key.keyId())
                .replicaRegion(region)
                .tags(tags.all(place.uri().tags()))
                .build();
        var unused = place.kms()
                .callUnless(
                        REPLICATED, "Replicating to " + region + " key", key.keyId(), request, KmsClient::replicateKey);
    }

    private KeyExistsException taken(KeyName name) {
        return new KeyExistsException(
                "A key '" + name + "' exists in " + place.location() + " already. Choose another name.");
    }

    private KmsKey make(KeyName name, String spec, KeyTags tags) {
        CreateKeyRequest request = CreateKeyRequest.builder()
                .keySpec(spec)
                .keyUsage(KeyUsageType.SIGN_VERIFY)
                .tags(tags.all(place.uri().tags()))
                .multiRegion(place.uri().replicas().isEmpty() ? null : true)
                .build();
        KeyMetadata made = place.kms()
                .callOnce(
                        Set.of(),
                        "Making key",
                        "'" + name + "'",
                        request,
                        (client, sent) -> keyOf(client.createKey(sent)))
                .orElseThrow();
        return new KmsKey(new KeyId(made.keyId()), made);
    }

    private static KeyMetadata keyOf(CreateKeyResponse answer) {
        return Optional.ofNullable(answer.keyMetadata())
                .filter(made -> made.keyId() != null)
                .orElseThrow(() -> SdkClientException.create("It answered without a key."));
    }

    /** Nothing gets a name that core would not use. */
    private StoredKey requireUsable(StoredKey made, CreateKey order) {
        boolean usable = made.publicHalf() instanceof PublicHalf.Vouched
                && made.service() instanceof Service.In
                && made.spec().equals(Optional.of(order.spec()));
        if (!usable) {
            String why = made.publicHalf() instanceof PublicHalf.Unreadable unreadable
                    ? unreadable.why()
                    : "KMS has no " + order.spec() + " key in service.";
            throw new IntegrityException("Key '" + order.name() + "' in " + place.location() + " was not made: " + why);
        }
        return made;
    }

    /** The public half first, then the name: once the key has it, a ring may find the key and claim a generation for it. */
    private void nameIt(KmsKey key, CreateKey order) {
        String alias = place.names().alias(order.name());
        String doing = "Giving the name '" + order.name() + "' to key";
        if (!place.aliases().make(alias, doing, key.keyId()).equals(key.keyId())) {
            throw taken(order.name());
        }
        order.record().attributes().ring().ifPresent(position -> waiting.add(position.ring(), key.keyId()));
    }

    /**
     * First the key is scheduled for deletion, so that no generation can be claimed for it any more; then a claim that came before is looked
     * for. {@link RingClaims#claim} looks the other way round, so that one of the two sees the other.
     */
    @Override
    public boolean removeCandidate(KeyId id) {
        if (keys.describe(id).isEmpty()) {
            return true;
        }
        String keyId = KeyNames.bare(id.value());
        if (holdsGeneration(place.aliases().of(keyId))) {
            return false;
        }
        switches.scheduleDeletion(id, KeySwitches.LEAST_WINDOW);
        Set<String> standing = place.aliases().of(keyId);
        if (holdsGeneration(standing)) {
            switches.rescue(id);
            return false;
        }
        standing.stream().filter(place.names()::isOurs).forEach(place.aliases()::remove);
        return true;
    }

    private boolean holdsGeneration(Set<String> standing) {
        return standing.stream().anyMatch(alias -> place.names().position(alias).isPresent());
    }
}
