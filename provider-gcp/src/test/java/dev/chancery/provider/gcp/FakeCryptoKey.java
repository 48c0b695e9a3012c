package dev.chancery.provider.gcp;

import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A CryptoKey of the fake KMS, and its versions. Guarded by the lock of the fake. */
final class FakeCryptoKey {
    CryptoKey now;
    Map<String, String> labelsBefore;
    final List<FakeVersion> versions = new ArrayList<>();

    FakeCryptoKey(CryptoKey now) {
        this.now = now;
        this.labelsBefore = now.getLabelsMap();
    }

    void setLabels(Map<String, String> labels) {
        labelsBefore = now.getLabelsMap();
        now = now.toBuilder().clearLabels().putAllLabels(labels).build();
    }

    CryptoKey shown(boolean stale) {
        return stale ? now.toBuilder().clearLabels().putAllLabels(labelsBefore).build() : now;
    }

    /** One of its versions. */
    static final class FakeVersion {
        final FakeMaterial material;
        CryptoKeyVersion now;
        /** How many looks see it still being made. */
        int pendingLooks;

        FakeVersion(FakeMaterial material, CryptoKeyVersion now, int pendingLooks) {
            this.material = material;
            this.now = now;
            this.pendingLooks = pendingLooks;
        }
    }
}
