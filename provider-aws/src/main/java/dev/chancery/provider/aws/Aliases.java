package dev.chancery.provider.aws;

import dev.chancery.provider.aws.client.Kms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.AliasListEntry;

/** KMS's aliases. It lists those of the whole region, and lets one of many who make an alias succeed. */
record Aliases(Kms kms) {
    private static final int PAGE = 100;
    private static final Set<String> TAKEN = Set.of("AlreadyExistsException");
    private static final Set<String> GONE = Set.of("NotFoundException");

    /** Every alias of the region, of any prefix, and the id of its key. */
    Map<String, String> all() {
        return read("the region", null);
    }

    /** The aliases of one key. */
    Set<String> of(String keyId) {
        return read(keyId, keyId).entrySet().stream()
                .filter(alias -> alias.getValue().equals(keyId))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private Map<String, String> read(String subject, @Nullable String keyId) {
        List<AliasListEntry> entries = kms.call(
                "Listing the aliases of",
                subject,
                client -> client
                        .listAliasesPaginator(request -> request.keyId(keyId).limit(PAGE))
                        .stream()
                        .limit(Kms.MOST_PAGES)
                        .flatMap(page -> page.aliases().stream())
                        .toList());
        Map<String, String> targets = new HashMap<>();
        for (AliasListEntry alias : entries) {
            if (alias.aliasName() != null && alias.targetKeyId() != null) {
                targets.put(alias.aliasName(), KeyNames.bare(alias.targetKeyId()));
            }
        }
        kms.recent().complete(targets);
        return targets;
    }

    /**
     * Makes an alias, unless there is one of that name.
     *
     * @param doing what is done with the key, for errors: "Naming key"
     * @return whether it was made
     */
    boolean makeNew(String alias, String doing, String keyId) {
        boolean made = kms.callUnless(
                        TAKEN,
                        doing,
                        keyId,
                        client -> client.createAlias(r -> r.aliasName(alias).targetKeyId(keyId)))
                .isPresent();
        if (made) {
            kms.recent().add(alias, keyId);
        }
        return made;
    }

    /**
     * Makes an alias, unless there is one of that name.
     *
     * @return the key that it stands for now. It may have been made by this call all the same: the SDK repeats one whose answer was lost
     */
    String make(String alias, String doing, String keyId) {
        if (makeNew(alias, doing, keyId)) {
            return keyId;
        }
        return kms.recent()
                .keyId(alias)
                .orElseGet(() -> kms.callForExisting(doing, keyId, client -> client.describeKey(r -> r.keyId(alias)))
                        .keyMetadata()
                        .keyId());
    }

    void remove(String alias) {
        var unused = kms.callUnless(
                GONE, "Removing the alias", alias, client -> client.deleteAlias(r -> r.aliasName(alias)));
        kms.recent().forget(alias);
    }
}
