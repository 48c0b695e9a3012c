package dev.chancery.testkit.memory;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.signing.LocalKeys;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A backend as a vault of versions asks for one: {@code name/version} is a key, for ever. */
final class VersionedMemory extends MemoryBackend<MemoryPlace> implements MakesKeys {
    private static final Traits TRAITS = Traits.ofRemotePlace()
            .writes(Traits.Writes.WHOLE)
            .switchesWithRecord()
            .names(Traits.Names.RING)
            .neverDeletes()
            .build();
    private static final Service DISABLED = new Service.Out("is disabled. Resume it, or sign with another key.");

    VersionedMemory(MemoryPlace place, LocalKeys localKeys) {
        super(place, localKeys);
    }

    @Override
    public Traits traits() {
        return TRAITS;
    }

    /** No {@code SwitchesKeys}, as the record switches; no {@code DestroysKeys}, as versions stay. */
    @Override
    public Abilities abilities() {
        return Abilities.builder().makesKeys(this).keepsRecords(this).build();
    }

    @Override
    public KeyId parse(String text) {
        int slash = text.indexOf('/');
        KeyName name = new KeyName(slash < 0 ? text : text.substring(0, slash));
        return new KeyId(name.value() + (slash < 0 ? "" : text.substring(slash)));
    }

    /** A bare name means its newest version. */
    @Override
    public Optional<StoredKey> find(KeyId id) {
        Optional<StoredKey> found = id.value().indexOf('/') < 0
                ? super.list()
                        .filter(key -> name(key.id()).equals(id.value()))
                        .max(Comparator.comparing(key -> key.id().value()))
                : super.find(id);
        return found.map(this::withEvidence);
    }

    @Override
    public Stream<StoredKey> list() {
        return super.list().map(this::withEvidence);
    }

    /** Another tool makes no versions of a name of ours, so that a version without a record has lost it. */
    private StoredKey withEvidence(StoredKey key) {
        String name = name(key.id());
        boolean ours = super.list()
                .anyMatch(version -> name(version.id()).equals(name)
                        && version.record().legible().isPresent());
        return key.withEvidence(
                ours
                        ? Optional.of("it is a version of '" + name + "', which has versions with records")
                        : Optional.empty());
    }

    private static String name(KeyId id) {
        return id.value().substring(0, id.value().indexOf('/'));
    }

    @Override
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        byte[] signature = super.sign(id, algorithm, input).signature();
        byte[] answer = algorithm.keyAlgorithm() == KeyAlgorithm.EC ? p1363(signature, sizeOf(id)) : signature;
        return SignResult.remote(answer, SignatureEncoding.P1363, "request-1");
    }

    /** How many bytes r has, and s. */
    private int sizeOf(KeyId id) {
        StoredKey key = super.find(id).orElseThrow();
        return (KeySpec.of(((PublicHalf.Vouched) key.publicHalf()).key()).bits() + 7) / 8;
    }

    private static byte[] p1363(byte[] der, int size) {
        byte[] fixed = new byte[2 * size];
        int r = der[1] < 0 ? 3 : 2; // after a length in one byte, or in two
        copyNumber(der, r, fixed, size);
        copyNumber(der, r + 2 + der[r + 1], fixed, 2 * size);
        return fixed;
    }

    private static void copyNumber(byte[] der, int at, byte[] into, int end) {
        byte[] number = new BigInteger(der, at + 2, der[at + 1]).toByteArray();
        int sign = number[0] == 0 ? 1 : 0;
        int length = number.length - sign;
        System.arraycopy(number, sign, into, end - length, length);
    }

    /** Younger versions are higher, so that the newest can be told. */
    @Override
    public StoredKey create(CreateKey order) {
        String random = UUID.randomUUID().toString().replace("-", "").substring(8);
        String version = String.format("%08x", place.keys.size()) + random;
        KeyId id = new KeyId(order.name() + "/" + version);
        return withEvidence(add(id, localKeys.generate(order.spec()), order.record()));
    }

    /** Writes over what is there, without a look at it. */
    @Override
    public PutResult put(StoredKey read, KeyRecord changed, boolean wanted) {
        StoredKey now = place.change(
                read.id(), key -> key.withRecord(present(changed)).withService(wanted ? new Service.In() : DISABLED));
        return new PutResult.Written(withEvidence(now));
    }

    /** What cannot be deleted is disabled. */
    @Override
    public boolean removeCandidate(KeyId id) {
        StoredKey left = place.change(id, key -> holdsGeneration(key) ? key : key.withService(DISABLED));
        return !holdsGeneration(left);
    }

    private static boolean holdsGeneration(StoredKey key) {
        return key.record()
                .legible()
                .filter(record -> !record.withdrawn() && !record.held().isEmpty())
                .isPresent();
    }

    @Override
    public Set<KeyName> rings() {
        return list().flatMap(key -> key.record().legible().stream())
                .flatMap(record -> record.held().stream())
                .map(RingPosition::ring)
                .collect(Collectors.toSet());
    }
}
