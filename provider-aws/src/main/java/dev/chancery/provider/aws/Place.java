package dev.chancery.provider.aws;

import dev.chancery.provider.aws.client.Kms;
import dev.chancery.provider.aws.client.StoreUri;
import dev.chancery.spi.Traits;
import java.util.Optional;

/** A store's part of KMS: who is asked, and what is called how there. */
record Place(Kms kms, StoreUri uri, KeyNames names, Aliases aliases) {
    Place(Kms kms) {
        this(kms, kms.uri(), new KeyNames(kms.uri()), new Aliases(kms));
    }

    String location() {
        return uri.location();
    }

    Traits.Builder traits() {
        return Traits.ofRemotePlace()
                .requests(uri.limits().inFlight(), uri.limits().deadline())
                .diagnosis(Optional.of(uri.diagnosis()));
    }
}
