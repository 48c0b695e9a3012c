package dev.chancery.provider.azure;

import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.models.CreateEcKeyOptions;
import com.azure.security.keyvault.keys.models.CreateKeyOptions;
import com.azure.security.keyvault.keys.models.CreateRsaKeyOptions;
import com.azure.security.keyvault.keys.models.KeyOperation;
import com.azure.security.keyvault.keys.models.KeyVaultKey;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ChanceryException;
import dev.chancery.key.KeyId;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.support.SingleOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes versions. One is there, whole and with its record, when the vault has answered; a second request writes the fingerprint and the public half beside it, as
 * the vault copies tags to versions that it makes by itself, and some servers keep the public half of a disabled key back.
 */
record KeyMaker(Place place, VaultKeys keys, KeyUpdates updates) implements MakesKeys {
    private static final Logger LOG = LoggerFactory.getLogger(KeyMaker.class);

    private static final String WHAT_MAY_BE =
            "Look with `chancery list` before you try again: a version that was made can be used, and none can be removed.";

    @Override
    public StoredKey create(CreateKey order) {
        String name = order.name().value();
        KeySpec spec = Algorithms.requireMade(order.spec());
        String orderId = UUID.randomUUID().toString();
        KeyTags tags = KeyTags.fresh(order.record(), orderId);
        KeyVersion made = make(name, spec, tags, order.record(), orderId);
        return keys.facts(complete(made, order.record()), List.of());
    }

    private KeyVersion make(String name, KeySpec spec, KeyTags tags, KeyRecord record, String orderId) {
        String quoted = "'" + name + "'";
        Duration time = place.uri().deadline();
        Supplier<KeyVaultKey> order = () ->
                place.vault().callOnce("Making key", quoted, time, client -> send(client, name, spec, tags, record));
        return new SingleOrder("Making key " + quoted + " in " + place.location(), WHAT_MAY_BE)
                .give(
                        () -> keys.take(new KeyId(name), order.get()),
                        () -> keys.versions(name).stream()
                                .filter(version -> version.tags().isOfOrder(orderId))
                                .findFirst());
    }

    private KeyVaultKey send(KeyClient client, String name, KeySpec spec, KeyTags tags, KeyRecord record) {
        boolean hsm = place.uri().hsm();
        CreateKeyOptions options = Algorithms.curve(spec)
                .<CreateKeyOptions>map(curve ->
                        new CreateEcKeyOptions(name).setCurveName(curve).setHardwareProtected(hsm))
                .orElseGet(() ->
                        new CreateRsaKeyOptions(name).setKeySize(spec.bits()).setHardwareProtected(hsm));
        options.setKeyOperations(KeyOperation.SIGN, KeyOperation.VERIFY).setTags(tags.all());
        new Validity(place.clock()).expires(record).ifPresent(options::setExpiresOn);
        return options instanceof CreateEcKeyOptions ec
                ? client.createEcKey(ec)
                : client.createRsaKey((CreateRsaKeyOptions) options);
    }

    /** The key is whole without it: core writes the fingerprint with the first change else. */
    private KeyVersion complete(KeyVersion made, KeyRecord record) {
        Material material = keys.material(made.id());
        KeyRecord.Builder complete = record.toBuilder();
        material.fingerprint().ifPresent(complete::fingerprint);
        material.key().ifPresent(complete::publicKey);
        KeyRecord whole = complete.build();
        try {
            return made.tags()
                    .with(whole)
                    .map(tags -> updates.write(made.id(), tags, whole, true))
                    .orElse(made);
        } catch (ChanceryException e) {
            LOG.info("Key {} is made; its fingerprint will be written later: {}", made.id(), e.getMessage());
            return made;
        }
    }

    /** What cannot be deleted is disabled, for good: its record is withdrawn. */
    @Override
    public boolean removeCandidate(KeyId id) {
        Optional<KeyVersion> found = keys.version(id);
        boolean holds = found.filter(version -> version.tags().record().holdsGeneration())
                .isPresent();
        if (found.isPresent() && !holds) {
            var unused = updates.disable(id);
        }
        return !holds;
    }
}
