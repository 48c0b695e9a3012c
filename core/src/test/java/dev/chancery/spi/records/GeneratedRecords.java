package dev.chancery.spi.records;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.key.StateChange;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Records of all kinds, the same for the same seed. */
final class GeneratedRecords {
    private static final Instant EARLIEST = KeyAttributes.EARLIEST;
    private static final long SECONDS = KeyAttributes.LATEST.getEpochSecond() - EARLIEST.getEpochSecond();
    private static final List<PublicKey> KEYS = keys();

    private final Random random;

    private GeneratedRecords(long seed) {
        random = new Random(seed);
    }

    static Stream<KeyRecord> of(long seed, int count) {
        GeneratedRecords records = new GeneratedRecords(seed);
        return IntStream.range(0, count).mapToObj(i -> records.next());
    }

    private static List<PublicKey> keys() {
        try {
            KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
            ec.initialize(new ECGenParameterSpec("secp384r1"));
            KeyPairGenerator weak = KeyPairGenerator.getInstance("RSA");
            weak.initialize(1024);
            byte[] mlDsa =
                    Arrays.copyOf(HexFormat.of().parseHex("30820532300b06096086480165030403110382052100"), 22 + 1312);
            return List.of(
                    ec.generateKeyPair().getPublic(),
                    weak.generateKeyPair().getPublic(),
                    KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic(),
                    KeySpec.ML_DSA_44.publicKey(mlDsa));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private KeyRecord next() {
        KeyRecord.Builder record = new KeyRecord.Builder(attributes())
                .revision(random.nextInt(4) == 0 ? Long.MAX_VALUE : random.nextInt(100))
                .held(some(2, this::position))
                .withdrawn(random.nextBoolean())
                .rotating(maybe(() -> new KeyRecord.Rotating(text(20), instant())))
                .notes(map(2, 10));
        Optional<PublicKey> key = maybe(() -> pick(KEYS));
        key.ifPresent(record::publicKey);
        maybe(() -> key.map(KeyMetadata::fingerprint).orElseGet(() -> hex(random.nextBoolean() ? 40 : 64)))
                .ifPresent(record::fingerprint);
        maybe(() -> new KeyRecord.Successor(1 + random.nextInt(9), hex(64))).ifPresent(record::successor);
        maybe(() -> random.nextBoolean() ? hex(64) : text(100)).ifPresent(record::emergencyFor);
        return record.build();
    }

    private KeyAttributes attributes() {
        KeyState state = pick(List.of(KeyState.values()));
        boolean marked = state == KeyState.COMPROMISED || (state == KeyState.DESTROYED && random.nextBoolean());
        KeyAttributes.Builder attributes = KeyAttributes.builder(state, instant(), pick(List.of(KeyOrigin.values())));
        Instant[] period = {instant(), instant()};
        Arrays.sort(period);
        maybe(() -> period[0]).ifPresent(attributes::signFrom);
        maybe(() -> period[1].plusNanos(1)).ifPresent(attributes::signUntil);
        maybe(this::instant).ifPresent(attributes::verifyUntil);
        if (marked) {
            attributes.compromisedSince(
                    maybe(() -> CompromisedSince.at(instant())).orElse(CompromisedSince.UNKNOWN));
        }
        maybe(this::position).ifPresent(attributes::ring);
        maybe(() -> pick(List.of(SignatureAlgorithm.values()))).ifPresent(attributes::defaultAlgorithm);
        map(random.nextInt(10) == 0 ? 64 : 5, random.nextInt(10) == 0 ? 256 : 20)
                .forEach(attributes::label);
        some(
                        6,
                        () -> new StateChange(
                                instant(),
                                pick(List.of(KeyState.values())),
                                pick(List.of(KeyState.values())),
                                text(random.nextInt(10) == 0 ? 256 : 30)))
                .forEach(attributes::history);
        return attributes.build();
    }

    private <T> Optional<T> maybe(Supplier<T> value) {
        return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
    }

    private <T> List<T> some(int most, Supplier<T> value) {
        List<T> some = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            some.add(value.get());
        }
        return some;
    }

    private Map<String, String> map(int most, int length) {
        Map<String, String> map = new TreeMap<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            map.put(text(length), text(length));
        }
        return map;
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private RingPosition position() {
        String name = pick(List.of("a", "certificate-signing", "0-", "r".repeat(63)));
        return new RingPosition(new KeyName(name), random.nextInt(9) == 0 ? Long.MAX_VALUE : 1 + random.nextInt(20));
    }

    private Instant instant() {
        Instant whole = EARLIEST.plusSeconds((long) (random.nextDouble() * (SECONDS - 1)));
        return random.nextBoolean() ? whole : whole.plusNanos(random.nextInt(1_000_000_000));
    }

    private String hex(int digits) {
        byte[] bytes = new byte[digits / 2];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** One to so many characters, no control characters, the first no space. */
    private String text(int most) {
        String letters = "abzABZ019._=:/@+-, %~\"'\\\u00fc\u5b57\u00a0\ufffd";
        StringBuilder text = new StringBuilder("x");
        for (int i = random.nextInt(most); i > 0; i--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }
}
