package dev.chancery.provider.aws;

import dev.chancery.provider.aws.client.Kms;
import dev.chancery.provider.aws.client.StoreUri;

/** A store's part of KMS: who is asked, and what is called how there. */
record Place(Kms kms, StoreUri uri, KeyNames names, Aliases aliases) {
    Place(Kms kms, StoreUri uri) {
        this(kms, uri, new KeyNames(uri), new Aliases(kms));
    }

    String location() {
        return uri.location();
    }
}
