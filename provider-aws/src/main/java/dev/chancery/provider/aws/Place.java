package dev.chancery.provider.aws;

import dev.chancery.provider.aws.client.Kms;
import dev.chancery.provider.aws.client.StoreUri;
import dev.chancery.spi.Traits;

/** A store's part of KMS: who is asked, and what is called how there. */
record Place(Kms kms, StoreUri uri, KeyNames names, Aliases aliases) {
    Place(Kms kms) {
        this(kms, kms.uri(), new KeyNames(kms.uri()), new Aliases(kms));
    }

    String location() {
        return uri.location();
    }

    /** A call of the application takes several requests, as a rule fewer than ten. */
    Traits.Builder traits() {
        return Traits.ofRemotePlace()
                .callsInFlight(uri.limits().inFlight())
                .callTimeout(uri.limits().deadline().multipliedBy(6));
    }
}
