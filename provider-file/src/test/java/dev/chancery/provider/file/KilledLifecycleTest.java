package dev.chancery.provider.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.CompromiseReport;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Keyring;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.signature.Signature;
import dev.chancery.testkit.witness.JdkSignatures;
import dev.chancery.testkit.witness.OpenSsl;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills processes ({@code SIGKILL}) that rotate a ring, answer a compromise and destroy keys, at random moments.
 * {@code -Dchancery.kills=1000} makes it the long form, which goes on until every step was hit at least 30 times.
 */
class KilledLifecycleTest {
    private static final int KILLS = Integer.getInteger("chancery.kills", 6);
    private static final int LEAST_IN_EACH_STEP = KILLS >= 1000 ? 30 : 0;
    private static final int MOST_KILLS = 5 * KILLS;
    private static final int KILLS_IN_ONE_DIRECTORY = 10;
    private static final int SIGKILL = 128 + 9;

    /** So that a kill falls between what is done and its acknowledgment now and then. */
    private static final int ACKNOWLEDGING_NANOS = 40_000_000;

    private static final int BEGINNING_NANOS = 25_000_000;
    private static final int MAKING_NANOS = 30_000_000;
    private static final int WAITING_NANOS = 10_000_000;
    private static final int PROMOTING_NANOS = 40_000_000;

    private static final String RING = "certificate-signing";
    private static final RotationPolicy POLICY = RotationPolicy.PRODUCTION;
    private static final byte[] MESSAGE = "a contract".getBytes(UTF_8);

    @TempDir
    private Path temp;

    /** What the killed process was about, and how long the disk makes it take: a kill should fall into it. */
    private enum Operation {
        ROTATE(540),
        COMPROMISE(540),
        DESTROY(100);

        private final int longestLifeMillis;

        Operation(int longestLifeMillis) {
            this.longestLifeMillis = longestLifeMillis;
        }

        Operation next() {
            return switch (this) {
                case ROTATE -> COMPROMISE;
                case COMPROMISE -> DESTROY;
                case DESTROY -> ROTATE;
            };
        }
    }

    /** Where in an operation the process was, as its files show. */
    private enum Step {
        ROTATE_NOT_BEGUN(1),
        ROTATE_MAKING_CANDIDATE(1),
        ROTATE_CANDIDATE_WAITS(1),
        ROTATE_CLAIMED(0),
        ROTATE_OVERLAP_WRITTEN(0),
        /** But not acknowledged: whoever asks for a rotation then gets one. */
        ROTATE_DONE(1),
        COMPROMISE_NOT_BEGUN(1),
        COMPROMISE_MARKED(1),
        COMPROMISE_MAKING_CANDIDATE(1),
        COMPROMISE_CANDIDATE_WAITS(1),
        COMPROMISE_CLAIMED(0),
        COMPROMISE_DONE(0),
        DESTROY_NOT_BEGUN(0),
        DESTROY_RECORDED(0),
        DESTROY_DONE(0);

        private final int promotionsToCome;

        Step(int promotionsToCome) {
            this.promotionsToCome = promotionsToCome;
        }
    }

    /** Rotates, answers a compromise and destroys the compromised key, over and over, and says what begins, is done, and is acknowledged. */
    static final class Living {
        public static void main(String[] arguments) throws IOException {
            Path scratch = Files.createTempDirectory(Path.of(arguments[0]), "warm");
            try (KeyStore store = openWithRing(scratch)) {
                new Life(store, false).live(Operation.ROTATE, 3); // so that a kill seldom hits the loading of classes
            }
            try (KeyStore store = KeyStores.open(SlowFileKeyStoreProvider.uri(Path.of(arguments[1])))) {
                Life life = new Life(store, true);
                life.say("ready");
                if (System.in.read() == '\n') {
                    life.live(Operation.valueOf(arguments[2]), Integer.MAX_VALUE);
                }
            }
        }
    }

    /** The life of a ring. */
    private record Life(KeyStore store, boolean loud) {
        void say(String line) {
            if (loud) {
                System.out.println(line);
                System.out.flush();
            }
        }

        void live(Operation first, int operations) {
            Operation operation = first;
            for (int n = 0; n < operations; n++) {
                KeyId subject = subject(operation);
                say("begin " + operation + " " + subject);
                KeyId current = perform(operation, subject);
                if (loud) {
                    say("done " + operation + " " + subject);
                    LockSupport.parkNanos(ACKNOWLEDGING_NANOS);
                }
                say("end " + operation + " " + subject + " " + current);
                operation = operation.next();
            }
        }

        private KeyId subject(Operation operation) {
            Keyring ring = store.ring(RING);
            return operation != Operation.DESTROY
                    ? ring.current().id()
                    : ring.keys().stream()
                            .filter(key -> key.state() == KeyState.COMPROMISED)
                            .findFirst()
                            .orElseThrow()
                            .id();
        }

        /** Returns the key that is current afterwards. */
        KeyId perform(Operation operation, KeyId subject) {
            switch (operation) {
                case ROTATE -> {
                    return store.ring(RING).rotate(POLICY).current();
                }
                case COMPROMISE -> {
                    CompromiseReport report = store.compromise(subject, CompromisedSince.UNKNOWN, "a laptop is gone");
                    assertThat(report.isComplete()).as("%s", report.steps()).isTrue();
                    return report.replacement().orElseThrow();
                }
                case DESTROY -> {
                    store.changeState(subject, KeyState.DESTROYED, "no longer needed");
                    return store.ring(RING).current().id();
                }
            }
            throw new IllegalStateException();
        }
    }

    /** What the killed process said before and after its operations. */
    private record Said(Operation operation, KeyId subject, Optional<KeyId> currentAfter) {
        static Said parse(String line) {
            String[] words = line.split(" ");
            return new Said(
                    Operation.valueOf(words[1]),
                    new KeyId(words[2]),
                    words[0].equals("end") ? Optional.of(new KeyId(words[3])) : Optional.empty());
        }

        boolean isAcknowledged() {
            return currentAfter.isPresent();
        }
    }

    /** A directory that processes die in, and everything that they acknowledged there. */
    private static final class Directory {
        private final Path root;
        private final List<Said> acknowledged = new ArrayList<>();

        Directory(Path root) {
            this.root = root;
        }

        boolean isMakingKey() throws IOException {
            return !new StoreTree(root).halfMade().isEmpty();
        }

        int claims() throws IOException {
            return new StoreTree(root).claims(RING).size();
        }

        boolean hasPrivateHalf(KeyId id) {
            return Files.exists(root.resolve("private").resolve(id + ".pem"));
        }
    }

    @Test
    void no_acknowledged_step_is_undone_and_repeating_finishes_the_job() throws Exception {
        long seed = Long.getLong("chancery.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<Step, Integer> hits = new TreeMap<>();
        Directory directory = fresh(0);
        Operation first = Operation.ROTATE;
        int inOperations = 0;
        int kills = 0;
        while (kills < MOST_KILLS && !(inOperations >= KILLS && leastHit(hits) >= LEAST_IN_EACH_STEP)) {
            if (kills % KILLS_IN_ONE_DIRECTORY == 0) {
                directory = fresh(kills);
            }
            Optional<Said> interrupted = killOne(directory, first, random);
            kills++;
            first = first.next();
            requireAcknowledged(directory);
            if (interrupted.isPresent()) {
                Step step = step(directory, interrupted.get());
                hits.merge(step, 1, Integer::sum);
                inOperations++;
                requireOneCurrentKey(directory, step);
                repeat(directory, step, interrupted.get());
            }
            rotateAndRequireNoOrphan(directory);
            if (kills % 100 == 0) {
                System.out.println(kills + " kills: " + hits);
            }
        }
        System.out.println(kills + " kills, seed " + seed + ", " + inOperations + " of them in operations: " + hits);
        assertThat(inOperations).isGreaterThanOrEqualTo(KILLS);
        assertThat(leastHit(hits)).isGreaterThanOrEqualTo(LEAST_IN_EACH_STEP);
    }

    private static int leastHit(Map<Step, Integer> hits) {
        return Arrays.stream(Step.values())
                .mapToInt(step -> hits.getOrDefault(step, 0))
                .min()
                .orElseThrow();
    }

    private Directory fresh(int number) throws IOException {
        Path root = temp.resolve("keys-" + number);
        try (KeyStore store = openWithRing(root)) {
            // A key to destroy, for processes that begin with that.
            new Life(store, false)
                    .perform(Operation.COMPROMISE, store.ring(RING).current().id());
        }
        return new Directory(root);
    }

    private static KeyStore openWithRing(Path root) {
        KeyStore store = KeyStores.open(root);
        store.generate(KeyRequest.builder(KeySpec.EC_P256).ring(RING).build());
        return store;
    }

    /** Lets a process live for a while; returns what it was at when it died. */
    private Optional<Said> killOne(Directory directory, Operation first, Random random) throws IOException {
        try (KeyStore store = KeyStores.open(directory.root)) {
            // Each begins with another operation; a compromised key for the one that destroys.
            if (first == Operation.DESTROY
                    && store.ring(RING).keys().stream().noneMatch(key -> key.state() == KeyState.COMPROMISED)) {
                new Life(store, false)
                        .perform(
                                Operation.COMPROMISE, store.ring(RING).current().id());
            }
        }
        int claims = directory.claims();
        Process process =
                ChildJvm.start(List.of(), Living.class, temp.toString(), directory.root.toString(), first.name());
        try (BufferedReader output = process.inputReader(UTF_8)) {
            assertThat(output.readLine()).isEqualTo("ready");
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            List<String> lines = new ArrayList<>(List.of(output.readLine()));
            // Steps that end within milliseconds are seldom hit by a moment of the whole operation: most kills are
            // aimed.
            int within = first.longestLifeMillis * 1_000_000;
            switch (first == Operation.DESTROY ? 0 : random.nextInt(7)) {
                case 1 -> within = BEGINNING_NANOS;
                case 2 -> {
                    await(directory::isMakingKey);
                    within = MAKING_NANOS;
                }
                case 3 -> {
                    await(directory::isMakingKey);
                    await(() -> !directory.isMakingKey());
                    within = WAITING_NANOS;
                }
                case 4, 5 -> {
                    await(() -> directory.claims() > claims);
                    within = PROMOTING_NANOS;
                }
                case 6 -> {
                    lines.add(output.readLine());
                    within = ACKNOWLEDGING_NANOS;
                }
                default -> {
                    // at any moment
                }
            }
            LockSupport.parkNanos(random.nextInt(within));
            // By its handle: Process.destroyForcibly also closes the streams that are still to be read.
            process.toHandle().destroyForcibly();
            output.lines().forEach(lines::add);
            List<Said> said = lines.stream().map(Said::parse).toList();
            assertThat(ChildJvm.exit(process)).isEqualTo(SIGKILL);
            said.stream().filter(Said::isAcknowledged).forEach(directory.acknowledged::add);
            return Optional.of(said.get(said.size() - 1)).filter(last -> !last.isAcknowledged());
        }
    }

    private static void await(Callable<Boolean> moment) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        try {
            while (!moment.call() && System.nanoTime() - end < 0) {
                LockSupport.parkNanos(200_000);
            }
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Looked at without changing anything. */
    private static Step step(Directory directory, Said interrupted) throws IOException {
        try (KeyStore store = KeyStores.open(directory.root)) {
            KeyMetadata subject = store.get(interrupted.subject());
            return switch (interrupted.operation()) {
                case ROTATE -> stepOfRotation(directory, store, subject);
                case COMPROMISE -> stepOfCompromise(directory, store, subject);
                case DESTROY ->
                    subject.state() != KeyState.DESTROYED
                            ? Step.DESTROY_NOT_BEGUN
                            : directory.hasPrivateHalf(subject.id()) ? Step.DESTROY_RECORDED : Step.DESTROY_DONE;
            };
        }
    }

    private static Step stepOfRotation(Directory directory, KeyStore store, KeyMetadata replaced) throws IOException {
        KeyMetadata current = store.ring(RING).current();
        if (!current.id().equals(replaced.id())) {
            boolean ending =
                    replaced.signUntil().orElseThrow().isBefore(Instant.now().plus(Duration.ofDays(1)));
            return current.state() == KeyState.ACTIVE
                    ? Step.ROTATE_DONE
                    : ending ? Step.ROTATE_OVERLAP_WRITTEN : Step.ROTATE_CLAIMED;
        }
        return waiting(store).isPresent()
                ? Step.ROTATE_CANDIDATE_WAITS
                : directory.isMakingKey() ? Step.ROTATE_MAKING_CANDIDATE : Step.ROTATE_NOT_BEGUN;
    }

    private static Step stepOfCompromise(Directory directory, KeyStore store, KeyMetadata exposed) throws IOException {
        KeyMetadata current = store.ring(RING).current();
        if (!current.id().equals(exposed.id())) {
            return current.state() == KeyState.ACTIVE ? Step.COMPROMISE_DONE : Step.COMPROMISE_CLAIMED;
        }
        if (exposed.compromisedSince().isEmpty()) {
            return Step.COMPROMISE_NOT_BEGUN;
        }
        return waiting(store).isPresent()
                ? Step.COMPROMISE_CANDIDATE_WAITS
                : directory.isMakingKey() ? Step.COMPROMISE_MAKING_CANDIDATE : Step.COMPROMISE_MARKED;
    }

    private static Optional<KeyId> waiting(KeyStore store) {
        List<KeyId> holders =
                store.ring(RING).keys().stream().map(KeyMetadata::id).toList();
        return store.list().stream()
                .map(KeyMetadata::id)
                .filter(id -> !holders.contains(id))
                .findFirst();
    }

    private static void requireAcknowledged(Directory directory) {
        try (KeyStore store = KeyStores.open(directory.root)) {
            Map<KeyId, KeyMetadata> ring = new HashMap<>();
            store.ring(RING).keys().forEach(key -> ring.put(key.id(), key));
            for (Said said : directory.acknowledged) {
                KeyMetadata subject = ring.get(said.subject());
                KeyMetadata promoted = ring.get(said.currentAfter().orElseThrow());
                assertThat(promoted.state()).as("%s", said).isNotEqualTo(KeyState.PRE_ACTIVE);
                switch (said.operation()) {
                    case ROTATE ->
                        assertThat(promoted.ring().orElseThrow().generation())
                                .as("%s", said)
                                .isEqualTo(subject.ring().orElseThrow().generation() + 1);
                    case COMPROMISE ->
                        assertThat(subject.compromisedSince()).as("%s", said).hasValue(CompromisedSince.UNKNOWN);
                    case DESTROY -> {
                        assertThat(subject.state()).as("%s", said).isEqualTo(KeyState.DESTROYED);
                        assertThat(subject.compromisedSince()).as("%s", said).hasValue(CompromisedSince.UNKNOWN);
                        assertThat(directory.hasPrivateHalf(subject.id()))
                                .as("%s", said)
                                .isFalse();
                    }
                }
            }
        }
    }

    /** The ring signs with its one current key, unless that is compromised and not replaced yet: then with none. */
    private static void requireOneCurrentKey(Directory directory, Step step) {
        try (KeyStore store = KeyStores.open(directory.root)) {
            List<KeyMetadata> ring = store.ring(RING).keys();
            assertThat(ring).extracting(KeyMetadata::id).doesNotHaveDuplicates();
            assertThat(store.unusable()).isEmpty();
            if (ring.get(0).compromisedSince().isPresent()) {
                assertThat(step)
                        .isIn(
                                Step.COMPROMISE_MARKED,
                                Step.COMPROMISE_MAKING_CANDIDATE,
                                Step.COMPROMISE_CANDIDATE_WAITS);
                Signer signer = store.ring(RING).signer();
                assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(KeyStateException.class);
            } else {
                requireSigns(store, ring.get(0));
            }
        }
    }

    private static void requireSigns(KeyStore store, KeyMetadata current) {
        Signature signature = store.ring(RING).signer().sign(MESSAGE);
        assertThat(signature.keyId()).isEqualTo(current.id());
        assertThat(store.ring(RING)
                        .verifier()
                        .verify(MESSAGE, signature.value())
                        .isValid())
                .isTrue();
        assertThat(JdkSignatures.verify(current.publicKey(), signature.algorithm(), MESSAGE, signature.value()))
                .isTrue();
        assertThat(OpenSsl.verify(current.publicKey(), signature.algorithm(), MESSAGE, signature.value()))
                .isTrue();
    }

    private static void repeat(Directory directory, Step step, Said interrupted) throws IOException {
        try (KeyStore store = KeyStores.open(directory.root)) {
            int generations = store.ring(RING).keys().size();
            Optional<KeyId> candidate = waiting(store);

            KeyId current = new Life(store, false).perform(interrupted.operation(), interrupted.subject());

            assertThat(store.ring(RING).keys()).as("%s", step).hasSize(generations + step.promotionsToCome);
            candidate.ifPresent(waiting -> assertThat(current).as("%s", step).isEqualTo(waiting));
            assertThat(store.get(current).state()).isEqualTo(KeyState.ACTIVE);
            requireSigns(store, store.get(current));
        }
    }

    private static void rotateAndRequireNoOrphan(Directory directory) throws IOException {
        try (KeyStore store = KeyStores.open(directory.root)) {
            store.ring(RING).rotate(POLICY);

            List<KeyMetadata> ring = store.ring(RING).keys();
            List<KeyMetadata> keys = store.list();
            assertThat(keys).containsExactlyInAnyOrderElementsOf(ring);
            assertThat(ring).extracting(KeyMetadata::state).doesNotContain(KeyState.PRE_ACTIVE);
            int destroyed = (int) keys.stream()
                    .filter(key -> key.state() == KeyState.DESTROYED)
                    .count();
            assertThat(new StoreTree(directory.root).waiting(RING)).isEmpty();
            assertThat(new StoreTree(directory.root).files())
                    .as("three files a key and one a claim; a destroyed key has no private half; nothing left behind")
                    .hasSize(4 * keys.size() - destroyed);
        }
    }
}
