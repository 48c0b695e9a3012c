package dev.chancery.provider.gcp;

import dev.chancery.options.PublicArchive;
import dev.chancery.provider.gcp.client.Kms;
import dev.chancery.provider.gcp.client.KmsUri;
import dev.chancery.spi.Traits;
import dev.chancery.spi.signing.LocalKeys;
import java.util.Optional;

/** A key ring: who is asked, what is called how there, what outlives it, and what core computes for it. */
record Place(Kms kms, KmsUri uri, KeyNames names, Optional<PublicArchive> archive, LocalKeys localKeys) {
    Place(Kms kms, KmsUri uri, Optional<PublicArchive> archive, LocalKeys localKeys) {
        this(kms, uri, new KeyNames(uri), archive, localKeys);
    }

    String location() {
        return uri.location();
    }

    /** A call of the application takes several requests, as a rule fewer than ten. */
    Traits.Builder traits() {
        return Traits.ofRemotePlace()
                .writes(Traits.Writes.WHOLE)
                .names(Traits.Names.RING)
                .callsInFlight(uri.inFlight())
                .callTimeout(uri.deadline().multipliedBy(6));
    }
}
