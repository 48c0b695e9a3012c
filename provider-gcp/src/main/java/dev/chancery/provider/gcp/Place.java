package dev.chancery.provider.gcp;

import dev.chancery.error.KeyNotFoundException;
import dev.chancery.key.KeyId;
import dev.chancery.options.PublicArchive;
import dev.chancery.provider.gcp.client.Kms;
import dev.chancery.provider.gcp.client.KmsUri;
import dev.chancery.spi.Traits;
import java.util.Optional;

/** A key ring: who is asked, what is called how there, and what outlives it. */
record Place(Kms kms, KmsUri uri, KeyNames names, Requests requests, Optional<PublicArchive> archive) {
    static Place of(Kms kms, KmsUri uri, Optional<PublicArchive> archive) {
        KeyNames names = new KeyNames(uri);
        return new Place(kms, uri, names, new Requests(kms, uri, names), archive);
    }

    String location() {
        return uri.location();
    }

    KeyNotFoundException notFound(KeyId id) {
        return new KeyNotFoundException(
                "There is no key '" + id + "' in " + location() + ". `chancery list` shows the keys that are there.");
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
