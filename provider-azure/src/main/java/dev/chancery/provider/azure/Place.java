package dev.chancery.provider.azure;

import dev.chancery.key.KeyState;
import dev.chancery.provider.azure.client.Vault;
import dev.chancery.provider.azure.client.VaultUri;
import dev.chancery.provider.azure.client.VaultUri.Destroyed;
import dev.chancery.spi.Traits;
import dev.chancery.spi.support.ShellWord;
import java.time.Clock;
import java.util.Optional;

/** A vault: who is asked, what is called how there, and the store's clock. */
record Place(Vault vault, VaultUri uri, KeyNames names, Clock clock) {
    Place(Vault vault, VaultUri uri, Clock clock) {
        this(vault, uri, new KeyNames(uri), clock);
    }

    String location() {
        return uri.location();
    }

    /** Whether a name goes when all its versions are destroyed. */
    boolean deletesNames() {
        return uri.destroyed() != Destroyed.KEPT;
    }

    Traits.Builder traits() {
        Traits.Builder traits = Traits.ofRemotePlace()
                .writes(Traits.Writes.WHOLE)
                .switchesWithRecord()
                .names(Traits.Names.RING)
                .requests(uri.inFlight(), uri.deadline())
                .diagnosis(Optional.of("az keyvault key list --id " + ShellWord.quote(uri.url())));
        return deletesNames() ? traits.withholds(KeyState.DESTROYED) : traits.neverDeletes();
    }
}
