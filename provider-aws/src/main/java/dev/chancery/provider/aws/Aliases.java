package dev.chancery.provider.aws;

import dev.chancery.KeyId;
import dev.chancery.KeyName;
import dev.chancery.RingPosition;
import dev.chancery.spi.Claim;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.kms.model.AliasListEntry;
import software.amazon.awssdk.services.kms.model.ListAliasesResponse;

/**
 * The aliases of this store: names, and the generations of rings. KMS lists those of the whole region; how often it is asked is core's
 * decision, which keeps what it hears for as long as a key's state.
 */
final class Aliases {
    private static final int PAGE = 100;

    /** A server that never ends its list is broken; 100,000 aliases are twice a region's quota. */
    private static final int MOST_PAGES = 10_000;

    private final Kms kms;
    private final KeyNames names;
    private final Recent recent;

    Aliases(Kms kms, KeyNames names, Recent recent) {
        this.kms = kms;
        this.names = names;
        this.recent = recent;
    }

    /** The keys that have a name in this store. */
    List<KeyId> named() {
        return all().entrySet().stream()
                .filter(alias -> names.name(alias.getKey()).isPresent())
                .map(alias -> new KeyId(alias.getValue()))
                .distinct()
                .toList();
    }

    List<Claim> claims(KeyName ring) {
        return all().entrySet().stream()
                .flatMap(alias ->
                        names
                                .position(alias.getKey())
                                .map(position -> new Claim(position, new KeyId(alias.getValue())))
                                .stream())
                .filter(claim -> claim.position().ring().equals(ring))
                .sorted(Comparator.comparing((Claim claim) -> claim.position().generation())
                        .reversed())
                .toList();
    }

    Set<KeyName> rings() {
        return all().keySet().stream()
                .flatMap(alias -> names.position(alias).stream())
                .map(RingPosition::ring)
                .collect(Collectors.toSet());
    }

    /** Every key that any alias of the region stands for, of whatever prefix. */
    Set<String> targets() {
        return Set.copyOf(all().values());
    }

    /** The aliases of one key, asked for now. */
    Set<String> of(String keyId) {
        return read(Optional.of(keyId)).entrySet().stream()
                .filter(alias -> alias.getValue().equals(KeyNames.bare(keyId)))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private Map<String, String> all() {
        return read(Optional.empty());
    }

    private Map<String, String> read(Optional<String> keyId) {
        Map<String, String> targets = new HashMap<>();
        String marker = null;
        for (int page = 0; page < MOST_PAGES; page++) {
            String from = marker;
            ListAliasesResponse answer = kms.call(
                    "Listing the aliases",
                    keyId.orElse(""),
                    (client, override) -> client.listAliases(request -> request.keyId(keyId.orElse(null))
                            .limit(PAGE)
                            .marker(from)
                            .overrideConfiguration(override)));
            for (AliasListEntry alias : answer.aliases()) {
                if (alias.aliasName() != null && alias.targetKeyId() != null) {
                    targets.put(alias.aliasName(), KeyNames.bare(alias.targetKeyId()));
                }
            }
            marker = answer.nextMarker();
            if (!Boolean.TRUE.equals(answer.truncated()) || marker == null) {
                break;
            }
        }
        recent.correct(targets);
        return targets;
    }

    /**
     * Makes an alias, unless there is one of that name.
     *
     * @return the key that it stands for now
     */
    String make(String alias, String keyId, String what) {
        boolean made = kms.callUnless(
                        what,
                        keyId,
                        "AlreadyExistsException"::equals,
                        (client, override) -> client.createAlias(request ->
                                request.aliasName(alias).targetKeyId(keyId).overrideConfiguration(override)))
                .isPresent();
        if (made) {
            recent.aliasMade(alias, keyId);
            return keyId;
        }
        return target(alias, what);
    }

    /** Whom an alias stands for that is known to exist, though AWS may need a moment to say so. */
    private String target(String alias, String what) {
        Optional<String> own = recent.alias(alias);
        if (own.isPresent()) {
            return own.get();
        }
        recent.madeUsable(alias);
        String keyId = kms.call(
                        what,
                        alias,
                        (client, override) -> client.describeKey(
                                request -> request.keyId(alias).overrideConfiguration(override)))
                .keyMetadata()
                .keyId();
        recent.madeUseless(alias);
        return KeyNames.bare(keyId);
    }

    void remove(String alias) {
        boolean unused = kms.callUnless(
                        "Removing the alias " + alias,
                        alias,
                        "NotFoundException"::equals,
                        (client, override) -> client.deleteAlias(
                                request -> request.aliasName(alias).overrideConfiguration(override)))
                .isPresent();
        recent.aliasRemoved(alias);
    }
}
