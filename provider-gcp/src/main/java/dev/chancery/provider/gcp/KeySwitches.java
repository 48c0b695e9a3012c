package dev.chancery.provider.gcp;

import com.google.api.gax.rpc.StatusCode.Code;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.DestroyCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.RestoreCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.UpdateCryptoKeyVersionRequest;
import com.google.protobuf.FieldMask;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyId;
import dev.chancery.provider.gcp.client.Kms.Call;
import dev.chancery.spi.DestroysKeys;
import dev.chancery.spi.SwitchesKeys;
import java.util.Optional;
import java.util.Set;

/**
 * Google's own switch of a version, and the schedule of its destruction. A change of state takes
 * <a href="https://cloud.google.com/kms/docs/consistency">a minute as a rule, and up to three hours</a>, to be true everywhere; core's own rule holds at once.
 */
record KeySwitches(Place place, KmsKeys keys) implements SwitchesKeys, DestroysKeys {
    private static final Set<Code> NOT_IN_THIS_STATE = Set.of(Code.FAILED_PRECONDITION);

    /** What is on its way out signs no more. */
    @Override
    public void disable(KeyId id) {
        unlessLeaving("Disabling key " + id, id, update("Disabling key " + id, id, CryptoKeyVersionState.DISABLED));
    }

    /** A version that is scheduled for destruction is restored first, since its owner wants it back. */
    @Override
    public void enable(KeyId id) {
        if (keys.version(id).filter(KeyVersion::isScheduled).isPresent()) {
            restore(id);
        }
        var unused = place.kms().call(update("Enabling key " + id, id, CryptoKeyVersionState.ENABLED));
    }

    private Call<UpdateCryptoKeyVersionRequest, CryptoKeyVersion> update(
            String doing, KeyId id, CryptoKeyVersionState state) {
        String resource = place.names().version(id);
        return new Call<>(
                doing,
                KeyManagementServiceClient::updateCryptoKeyVersionCallable,
                UpdateCryptoKeyVersionRequest.newBuilder()
                        .setCryptoKeyVersion(
                                CryptoKeyVersion.newBuilder().setName(resource).setState(state))
                        .setUpdateMask(FieldMask.newBuilder().addPaths("state"))
                        .build(),
                answer -> KmsKeys.requireAsked(answer, resource, CryptoKeyVersion::getName));
    }

    /** Google refuses a repetition after a lost answer, since the version is disabled then: what is so already is what was wanted. */
    private void restore(KeyId id) {
        String resource = place.names().version(id);
        var unused = place.kms()
                .callUnless(
                        NOT_IN_THIS_STATE,
                        new Call<>(
                                "Stopping the destruction of key " + id,
                                KeyManagementServiceClient::restoreCryptoKeyVersionCallable,
                                RestoreCryptoKeyVersionRequest.newBuilder()
                                        .setName(resource)
                                        .build(),
                                answer -> KmsKeys.requireAsked(answer, resource, CryptoKeyVersion::getName)));
    }

    @Override
    public void destroy(KeyId id) {
        String doing = "Scheduling the destruction of key " + id;
        String resource = place.names().version(id);
        unlessLeaving(
                doing,
                id,
                new Call<>(
                        doing,
                        KeyManagementServiceClient::destroyCryptoKeyVersionCallable,
                        DestroyCryptoKeyVersionRequest.newBuilder()
                                .setName(resource)
                                .build(),
                        answer -> KmsKeys.requireAsked(answer, resource, CryptoKeyVersion::getName)));
    }

    /** Google refuses what is done already, and so a repetition after a lost answer. */
    private <Q> void unlessLeaving(String doing, KeyId id, Call<Q, CryptoKeyVersion> call) {
        Optional<CryptoKeyVersion> done = place.kms().callUnless(NOT_IN_THIS_STATE, call);
        if (done.isEmpty() && keys.version(id).filter(KeyVersion::isLeaving).isEmpty()) {
            throw new KeyStateException(doing + " in " + place.location()
                    + " failed: the key is in a state of Google Cloud KMS that does not"
                    + " permit it. Look at it (`gcloud kms keys versions describe`), and try again.");
        }
    }
}
