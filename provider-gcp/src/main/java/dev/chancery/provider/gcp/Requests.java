package dev.chancery.provider.gcp;

import com.google.api.gax.rpc.StatusCode.Code;
import com.google.api.gax.rpc.UnaryCallable;
import com.google.cloud.kms.v1.CreateCryptoKeyRequest;
import com.google.cloud.kms.v1.CreateCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.DestroyCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.GetCryptoKeyRequest;
import com.google.cloud.kms.v1.GetCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.ListCryptoKeyVersionsRequest;
import com.google.cloud.kms.v1.ListCryptoKeysRequest;
import com.google.cloud.kms.v1.RestoreCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.UpdateCryptoKeyRequest;
import com.google.cloud.kms.v1.UpdateCryptoKeyVersionRequest;
import com.google.protobuf.FieldMask;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.key.KeyId;
import dev.chancery.provider.gcp.client.Kms;
import dev.chancery.provider.gcp.client.Kms.Call;
import dev.chancery.provider.gcp.client.KmsUri;
import dev.chancery.spi.VersionedId;
import dev.chancery.spi.records.VersionLabels;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What is asked of Google about CryptoKeys and their versions, in its own words. No decision is taken here. */
record Requests(Kms kms, KmsUri uri, KeyNames names) {
    private static final Set<Code> ABSENT = Set.of(Code.NOT_FOUND);
    static final Set<Code> NOT_IN_THIS_STATE = Set.of(Code.FAILED_PRECONDITION);

    /** Racing requests are sometimes told by ABORTED that another was first. */
    static final Set<Code> TAKEN = Set.of(Code.ALREADY_EXISTS, Code.ABORTED);

    // --- looking

    Optional<CryptoKey> cryptoKey(String name) {
        String resource = names.cryptoKey(name);
        var request = GetCryptoKeyRequest.newBuilder().setName(resource).build();
        String what = "Looking up CryptoKey " + name;
        return kms.callUnless(ABSENT, Call.about(resource, what, client -> client.getCryptoKeyCallable(), request));
    }

    /** The labels of a CryptoKey; empty if there is none. */
    Optional<VersionLabels> labels(String name) {
        return cryptoKey(name).map(key -> new VersionLabels(key.getLabelsMap()));
    }

    Optional<KeyVersion> version(KeyId id) {
        String resource = names.version(id);
        var request = GetCryptoKeyVersionRequest.newBuilder().setName(resource).build();
        String what = "Looking up key " + id;
        var call = Call.about(resource, what, client -> client.getCryptoKeyVersionCallable(), request);
        return kms.callUnless(ABSENT, call).map(said -> new KeyVersion(id, said));
    }

    /** @throws KeyNotFoundException if there is none */
    KeyVersion requireVersion(KeyId id) {
        return version(id).orElseThrow(() -> KeyNotFoundException.of(id.value(), uri.location()));
    }

    /** All versions of a CryptoKey, in any order; none if there is no such CryptoKey. */
    List<KeyVersion> versions(String name) {
        var request = ListCryptoKeyVersionsRequest.newBuilder().setParent(names.cryptoKey(name));
        return kms
                .list(
                        ABSENT,
                        "Listing the versions of CryptoKey " + name,
                        client -> client.listCryptoKeyVersionsPagedCallable(),
                        token -> request.setPageToken(token).build())
                .stream()
                .flatMap(said -> versionOf(name, said).stream())
                .toList();
    }

    /** Empty for an answer about something else. */
    private Optional<KeyVersion> versionOf(String name, CryptoKeyVersion said) {
        return names.ofAnswer(said.getName())
                .filter(id -> VersionedId.hasVersion(id) && VersionedId.name(id).equals(name))
                .map(id -> new KeyVersion(id, said));
    }

    /** All CryptoKeys of the key ring, whatever they are for. */
    List<CryptoKey> cryptoKeys() {
        var request = ListCryptoKeysRequest.newBuilder().setParent(uri.keyRing());
        return kms
                .list(
                        Set.of(),
                        "Listing the keys",
                        client -> client.listCryptoKeysPagedCallable(),
                        token -> request.setPageToken(token).build())
                .stream()
                .filter(key -> names.ofAnswer(key.getName()).isPresent())
                .toList();
    }

    // --- making

    /** Empty if there is such a CryptoKey. */
    Optional<CryptoKey> makeCryptoKey(String name, CryptoKey wanted, boolean withVersion) {
        var request = CreateCryptoKeyRequest.newBuilder()
                .setParent(uri.keyRing())
                .setCryptoKeyId(name)
                .setCryptoKey(wanted)
                .setSkipInitialVersionCreation(!withVersion)
                .build();
        String what = "Making CryptoKey '" + name + "'";
        var call = Call.about(names.cryptoKey(name), what, client -> client.createCryptoKeyCallable(), request);
        return kms.callOnceUnless(TAKEN, uri.deadline(), call);
    }

    KeyVersion makeVersion(String name) {
        String what = "Making a version of CryptoKey " + name;
        String parent = names.cryptoKey(name);
        var request =
                CreateCryptoKeyVersionRequest.newBuilder().setParent(parent).build();
        var call = Call.of(what, client -> client.createCryptoKeyVersionCallable(), request);
        return requireOf(
                name, what, kms.callOnceUnless(Set.of(), uri.deadline(), call).orElseThrow());
    }

    /** A version that Google has just given its number. */
    KeyVersion requireOf(String name, String what, CryptoKeyVersion answer) {
        return versionOf(name, answer)
                .orElseThrow(() -> new IntegrityException(what + " in " + uri.location()
                        + " failed: the answer is about another. Find out who answers there."));
    }

    // --- changing

    /** Empty if the server refuses it, and may. */
    Optional<CryptoKey> setLabels(String name, Map<String, String> labels, Duration atMost, Set<Code> mayRefuse) {
        var changed = CryptoKey.newBuilder().setName(names.cryptoKey(name)).putAllLabels(labels);
        return kms.callOnceUnless(
                mayRefuse, atMost, update("Writing the labels of CryptoKey " + name, changed, "labels"));
    }

    CryptoKey setTemplate(String name, CryptoKey template) {
        var changed = template.toBuilder().setName(names.cryptoKey(name));
        String what = "Choosing the algorithm of the next version of CryptoKey " + name;
        return kms.call(update(what, changed, "version_template.algorithm"));
    }

    private static Call<UpdateCryptoKeyRequest, CryptoKey> update(String what, CryptoKey.Builder changed, String mask) {
        var request = UpdateCryptoKeyRequest.newBuilder()
                .setCryptoKey(changed)
                .setUpdateMask(FieldMask.newBuilder().addPaths(mask))
                .build();
        return Call.about(changed.getName(), what, client -> client.updateCryptoKeyCallable(), request);
    }

    /** Whether Google did it: not from each state. */
    boolean setState(String what, KeyId id, CryptoKeyVersionState state) {
        var changed = CryptoKeyVersion.newBuilder().setName(names.version(id)).setState(state);
        var request = UpdateCryptoKeyVersionRequest.newBuilder()
                .setCryptoKeyVersion(changed)
                .setUpdateMask(FieldMask.newBuilder().addPaths("state"));
        return isDone(what, id, client -> client.updateCryptoKeyVersionCallable(), request.build());
    }

    /** Whether Google did it: not from each state. */
    boolean destroy(String what, KeyId id) {
        var request = DestroyCryptoKeyVersionRequest.newBuilder().setName(names.version(id));
        return isDone(what, id, client -> client.destroyCryptoKeyVersionCallable(), request.build());
    }

    /** Whether Google did it: not from each state. */
    boolean restore(String what, KeyId id) {
        var request = RestoreCryptoKeyVersionRequest.newBuilder().setName(names.version(id));
        return isDone(what, id, client -> client.restoreCryptoKeyVersionCallable(), request.build());
    }

    private <Q> boolean isDone(
            String what,
            KeyId id,
            Function<KeyManagementServiceClient, UnaryCallable<Q, CryptoKeyVersion>> method,
            Q request) {
        var call = Call.about(names.version(id), what, method, request);
        return kms.callUnless(NOT_IN_THIS_STATE, call).isPresent();
    }
}
