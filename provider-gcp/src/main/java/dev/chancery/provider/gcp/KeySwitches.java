package dev.chancery.provider.gcp;

import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.KeyId;
import dev.chancery.spi.DestroysKeys;
import dev.chancery.spi.SwitchesKeys;

/**
 * Google's own switch of a version, and the schedule of its destruction. A change of state takes
 * <a href="https://cloud.google.com/kms/docs/consistency">a minute as a rule, and up to three hours</a>, to be true everywhere; core's own rule holds at once.
 */
record KeySwitches(Place place) implements SwitchesKeys, DestroysKeys {

    /** What is on its way out signs no more. */
    @Override
    public void disable(KeyId id) {
        String what = "Disabling key " + id;
        require(place.requests().setState(what, id, CryptoKeyVersionState.DISABLED) || isLeaving(id), what);
    }

    /** A version that is scheduled for destruction is restored first, since its owner wants it back. */
    @Override
    public void enable(KeyId id) {
        String what = "Enabling key " + id;
        boolean done = place.requests().setState(what, id, CryptoKeyVersionState.ENABLED);
        if (!done) {
            var unused = place.requests().restore("Stopping the destruction of key " + id, id);
            require(place.requests().setState(what, id, CryptoKeyVersionState.ENABLED), what);
        }
    }

    /** Google refuses what is done already, and so a repetition after a lost answer. */
    @Override
    public void destroy(KeyId id) {
        String what = "Scheduling the destruction of key " + id;
        require(place.requests().destroy(what, id) || isLeaving(id), what);
    }

    private boolean isLeaving(KeyId id) {
        return place.requests().version(id).filter(KeyVersion::isLeaving).isPresent();
    }

    private void require(boolean done, String what) {
        if (!done) {
            throw new KeyStateException(
                    what + " in " + place.location() + " failed: the key is in a state of Google Cloud"
                            + " KMS that does not permit it. Look at it (`gcloud kms keys versions describe`), and try again.");
        }
    }
}
