package dev.chancery.provider.aws;

import dev.chancery.error.StoreUnavailableException;
import dev.chancery.provider.aws.client.Kms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AliasListEntry;
import software.amazon.awssdk.services.kms.model.CreateAliasRequest;
import software.amazon.awssdk.services.kms.model.CreateAliasResponse;
import software.amazon.awssdk.services.kms.model.DeleteAliasRequest;
import software.amazon.awssdk.services.kms.model.DescribeKeyRequest;
import software.amazon.awssdk.services.kms.model.ListAliasesRequest;
import software.amazon.awssdk.services.kms.model.ListAliasesResponse;

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
        List<AliasListEntry> entries = kms.list(
                "Listing the aliases of",
                subject,
                marker -> ListAliasesRequest.builder()
                        .keyId(keyId)
                        .limit(PAGE)
                        .marker(marker)
                        .build(),
                KmsClient::listAliases,
                ListAliasesResponse::aliases,
                ListAliasesResponse::nextMarker);
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
     * @throws StoreUnavailableException if that is not known, without {@code retryAfter}; with it, nothing was made
     */
    boolean makeNew(String alias, String doing, String keyId) {
        CreateAliasRequest request =
                CreateAliasRequest.builder().aliasName(alias).targetKeyId(keyId).build();
        Optional<CreateAliasResponse> made;
        try {
            made = kms.callOnce(TAKEN, doing, keyId, request, KmsClient::createAlias);
        } catch (StoreUnavailableException lost) {
            if (lost.retryAfter().isPresent()) {
                throw lost;
            }
            made = makeAgain(request, doing, keyId);
        }
        if (made.isPresent()) {
            kms.recent().add(alias, keyId);
        }
        return made.isPresent();
    }

    private Optional<CreateAliasResponse> makeAgain(CreateAliasRequest request, String doing, String keyId) {
        try {
            return kms.callUnless(TAKEN, doing, keyId, request, KmsClient::createAlias);
        } catch (StoreUnavailableException e) {
            throw new StoreUnavailableException(e.getMessage(), e); // refused or not, the lost one may have been made
        }
    }

    /**
     * Makes an alias, unless there is one of that name.
     *
     * @return the key that it stands for now. It may have been made by this call all the same: one whose answer was lost is repeated
     */
    String make(String alias, String doing, String keyId) {
        if (makeNew(alias, doing, keyId)) {
            return keyId;
        }
        return kms.recent()
                .keyId(alias)
                .orElseGet(() -> kms.callForExisting(
                                doing,
                                keyId,
                                DescribeKeyRequest.builder().keyId(alias).build(),
                                KmsClient::describeKey)
                        .keyMetadata()
                        .keyId());
    }

    void remove(String alias) {
        var unused = kms.callUnless(
                GONE,
                "Removing the alias",
                alias,
                DeleteAliasRequest.builder().aliasName(alias).build(),
                KmsClient::deleteAlias);
        kms.recent().forget(alias);
    }
}
