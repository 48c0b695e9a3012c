package dev.chancery.provider.azure;

import dev.chancery.provider.azure.client.Vault;
import dev.chancery.provider.azure.client.VaultUri;
import dev.chancery.spi.Traits;
import java.time.Clock;

/** A vault: who is asked, what is called how there, and the store's clock. */
record Place(Vault vault, VaultUri uri, KeyNames names, Clock clock) {
    Place(Vault vault, VaultUri uri, Clock clock) {
        this(vault, uri, new KeyNames(uri), clock);
    }

    String location() {
        return uri.location();
    }

    /** A call of the application takes several requests, as a rule fewer than ten. */
    Traits.Builder traits() {
        return Traits.ofRemotePlace()
                .writes(Traits.Writes.WHOLE)
                .switchesWithRecord()
                .names(Traits.Names.RING)
                .neverDeletes()
                .callsInFlight(uri.inFlight())
                .callTimeout(uri.deadline().multipliedBy(6));
    }
}
