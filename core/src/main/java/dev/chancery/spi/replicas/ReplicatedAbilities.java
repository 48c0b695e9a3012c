package dev.chancery.spi.replicas;

import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.Claim;
import dev.chancery.spi.ClaimsGenerations;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.DestroysKeys;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.SwitchesKeys;
import dev.chancery.spi.records.KeyRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The home's abilities; what changes a key changes its copies afterwards. */
record ReplicatedAbilities(KeyBackend home, Copies copies, Outage outage) {

    Abilities abilities() {
        Abilities own = home.abilities();
        Abilities.Builder all = Abilities.builder();
        own.makesKeys().ifPresent(any -> all.makesKeys(new Makes(any, copies)));
        own.importsKeys().ifPresent(all::importsKeys);
        own.keepsRecords().ifPresent(any -> all.keepsRecords(new Keeps(any, copies)));
        own.switchesKeys().ifPresent(any -> all.switchesKeys(new Switches(any, copies)));
        own.destroysKeys().ifPresent(any -> all.destroysKeys(new Destroys(any, copies)));
        own.claimsGenerations()
                .ifPresent(any -> all.claimsGenerations(new Claims(any, outage, new ConcurrentHashMap<>())));
        own.findsOrphans().ifPresent(all::findsOrphans);
        own.reencryptsKeys().ifPresent(all::reencryptsKeys);
        return all.build();
    }

    private record Makes(MakesKeys home, Copies copies) implements MakesKeys {
        @Override
        public StoredKey create(CreateKey order) {
            return home.create(order);
        }

        @Override
        public boolean removeCandidate(KeyId id) {
            boolean removed = home.removeCandidate(id);
            copies.makeAlike(id);
            return removed;
        }
    }

    private record Keeps(KeepsRecords home, Copies copies) implements KeepsRecords {
        @Override
        public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
            copies.requireReadAtHome(read);
            PutResult result = home.put(read, changed, wanted);
            copies.makeAlike(read.id());
            return result;
        }

        @Override
        public List<StoredKey> members(KeyName ring) {
            return home.members(ring);
        }

        @Override
        public Set<KeyName> rings() {
            return home.rings();
        }
    }

    /** A copy that stays in service is told of: an operator must switch it off. */
    private record Switches(SwitchesKeys home, Copies copies) implements SwitchesKeys {
        @Override
        public void disable(KeyId id) {
            home.disable(id);
            copies.makeAlike(id);
            if (!copies.areAlike(id)) {
                throw new StoreUnavailableException(
                        "Key " + id
                                + " is out of service, and a copy of it may not be: a replica did not answer. Repeat this"
                                + " call, or disable the copy by hand.",
                        null);
            }
        }

        @Override
        public void enable(KeyId id) {
            home.enable(id);
            copies.makeAlike(id);
        }
    }

    private record Destroys(DestroysKeys home, Copies copies) implements DestroysKeys {
        @Override
        public void destroy(KeyId id) {
            home.destroy(id);
            copies.makeAlike(id);
        }
    }

    /** While the home does not answer, a ring's current key is the one that it was. */
    private record Claims(ClaimsGenerations home, Outage outage, Map<KeyName, List<Claim>> last)
            implements ClaimsGenerations {
        @Override
        public Claim claim(RingPosition position, KeyId candidate) {
            return home.claim(position, candidate);
        }

        @Override
        public List<Claim> claims(KeyName ring) {
            List<Claim> known = last.get(ring);
            return outage.bridge(
                    known != null,
                    () -> {
                        List<Claim> read = home.claims(ring);
                        last.put(ring, read);
                        return read;
                    },
                    failure -> known == null ? List.of() : known);
        }

        @Override
        public Optional<KeyId> holder(RingPosition position) {
            Optional<KeyId> known = Optional.ofNullable(last.get(position.ring()))
                    .flatMap(claims -> claims.stream()
                            .filter(claim -> claim.position().equals(position))
                            .map(Claim::holder)
                            .findFirst());
            return outage.bridge(known.isPresent(), () -> home.holder(position), failure -> known);
        }
    }
}
