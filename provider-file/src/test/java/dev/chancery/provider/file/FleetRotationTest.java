package dev.chancery.provider.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.testkit.witness.JdkSignatures;
import dev.chancery.testkit.witness.OpenSsl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight processes rotate one directory at once, round after round, while two others sign with its ring and one verifies what
 * they sign. Their clocks differ by seconds, as those of machines do. {@code -Dchancery.rounds=200} makes it the long form.
 */
class FleetRotationTest {
    private static final int ROUNDS = Integer.getInteger("chancery.rounds", 2);
    private static final int ROTATORS = 8;
    private static final Duration UNTIL_DUE = Duration.ofDays(1).plusMinutes(1);

    @TempDir
    private Path temp;

    private final List<Member> members = new ArrayList<>();
    private final BlockingQueue<String> problems = new LinkedBlockingQueue<>();

    /** A process, and what goes in and comes out of it. */
    private record Member(Process process, PrintWriter input, BufferedReader output) {
        void say(String line) {
            input.println(line);
            input.flush();
        }

        String hear() throws IOException {
            String line = output.readLine();
            return line == null ? "(ended with status " + ChildJvm.exit(process) + ")" : line;
        }
    }

    @AfterEach
    void end_processes() {
        members.forEach(member -> member.process().destroyForcibly());
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.HOURS) // only so that a fleet that hangs ends
    void one_new_key_a_round_and_nobody_notices() throws Exception {
        Path keys = temp.resolve("keys");
        Path clockFile = temp.resolve("clock");
        SharedClock clock = new SharedClock(clockFile, Duration.ZERO);
        KeyStoreOptions options = KeyStoreOptions.builder().clock(clock).build();
        Set<KeyId> known = new HashSet<>();
        try (KeyStore store = KeyStores.open(keys, options)) {
            known.add(store.generate(KeyRequest.builder(KeySpec.EC_P256)
                            .ring(FleetMember.RING)
                            .build())
                    .id());
        }
        List<Member> rotators = new ArrayList<>();
        for (int i = 0; i < ROTATORS; i++) {
            rotators.add(start(FleetMember.Role.ROTATOR, keys, clockFile, i % 3 - 1));
        }
        Member verifier = start(FleetMember.Role.VERIFIER, keys, clockFile, 0);
        Traffic traffic = new Traffic(keys, verifier);
        List<Member> signers = List.of(
                start(FleetMember.Role.SIGNER, keys, clockFile, -2),
                start(FleetMember.Role.SIGNER, keys, clockFile, 2));
        signers.forEach(traffic::watch);
        traffic.answers();

        for (int round = 1; round <= ROUNDS; round++) {
            clock.advance(UNTIL_DUE);
            rotators.forEach(rotator -> rotator.say("rotate"));
            List<String> answers = new ArrayList<>();
            for (Member rotator : rotators) {
                answers.add(rotator.hear());
            }
            assertThat(answers).as("round %d", round).containsOnly(answers.get(0));

            KeyId current = requireOneNewKey(keys, options, known, round);
            assertThat(answers.get(0))
                    .startsWith("Rotation[ring=" + FleetMember.RING + ", generation=" + (round + 1) + ", current="
                            + current + ", ");
            traffic.awaitSignaturesWith(current);
            assertThat(problems).as("round %d", round).isEmpty();
        }

        signers.forEach(signer -> signer.say("stop"));
        int signatures = traffic.awaitEnd();
        assertThat(problems).isEmpty();
        assertThat(signatures).isGreaterThanOrEqualTo(ROUNDS * signers.size());
        System.out.println(ROUNDS + " rounds, " + ROTATORS * ROUNDS + " answers, " + signatures + " signatures, "
                + known.size() + " keys");
    }

    private Member start(FleetMember.Role role, Path keys, Path clock, int skew) throws IOException {
        Process process = FleetMember.start(role, keys, clock, Duration.ofSeconds(skew));
        Member member = new Member(process, new PrintWriter(process.outputWriter(UTF_8)), process.inputReader(UTF_8));
        members.add(member);
        assertThat(member.hear()).isEqualTo("ready");
        return member;
    }

    private static KeyId requireOneNewKey(Path keys, KeyStoreOptions options, Set<KeyId> known, int round)
            throws IOException {
        try (KeyStore store = KeyStores.open(keys, options)) {
            List<KeyMetadata> ring = store.ring(FleetMember.RING).keys();
            Set<KeyId> listed = new HashSet<>();
            store.list().forEach(key -> listed.add(key.id()));
            assertThat(ring).as("generations after round %d", round).hasSize(round + 1);
            assertThat(ring).extracting(KeyMetadata::id).as("no orphan").containsExactlyInAnyOrderElementsOf(listed);
            assertThat(store.unusable()).isEmpty();
            assertThat(ring).extracting(KeyMetadata::state).doesNotContain(KeyState.PRE_ACTIVE);
            assertThat(ring.subList(2, ring.size()))
                    .extracting(KeyMetadata::state)
                    .as("the keys before the overlapping one")
                    .containsOnly(ring.size() > 2 ? new KeyState[] {KeyState.DEACTIVATED} : new KeyState[0]);
            KeyId current = ring.get(0).id();
            assertThat(known.add(current)).as("%s is new", current).isTrue();
            assertThat(known).isEqualTo(listed);
            assertThat(new StoreTree(keys).files())
                    .as("three files a key and one a claim, nothing left behind")
                    .hasSize(4 * known.size());
            return current;
        }
    }

    /** The signatures on their way from the signers to the verifier, and what became of them. */
    private final class Traffic {
        private final KeyStore own;
        private final Member verifier;
        private final Map<KeyId, KeyMetadata> publicHalves = new ConcurrentHashMap<>();
        private final ReentrantLock asking = new ReentrantLock();
        private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        private final List<BlockingQueue<KeyId>> signedWith = new ArrayList<>();
        private final List<Thread> watching = new ArrayList<>();
        private final CountDownLatch answered = new CountDownLatch(1);
        private final AtomicInteger valid = new AtomicInteger();

        Traffic(Path keys, Member verifier) {
            this.own = KeyStores.open(keys);
            this.verifier = verifier;
        }

        /** Passes on what a signer makes, and notes each key that it changes to. */
        void watch(Member signer) {
            BlockingQueue<KeyId> changes = new LinkedBlockingQueue<>();
            signedWith.add(changes);
            watching.add(thread(() -> {
                KeyId last = null;
                String line;
                while ((line = signer.output().readLine()) != null) {
                    KeyId id = new KeyId(line.substring(0, line.indexOf(' ')));
                    witness(line, id, !id.equals(last));
                    if (!id.equals(last)) {
                        changes.add(id);
                        last = id;
                    }
                    pass(line);
                }
                int status = ChildJvm.exit(signer.process());
                if (status != 0) {
                    problems.add("a signer ended with status " + status);
                    changes.add(new KeyId("ended"));
                }
            }));
        }

        private void pass(String line) {
            asking.lock(); // the order of the questions is that of the queue
            try {
                asked.add(line);
                verifier.say(line);
            } finally {
                asking.unlock();
            }
        }

        /** The JDK checks every signature, OpenSSL the first of each key. */
        private void witness(String line, KeyId id, boolean first) {
            String[] words = line.split(" ");
            KeyMetadata key = publicHalves.computeIfAbsent(id, own::get);
            byte[] message = words[1].getBytes(UTF_8);
            byte[] signature = Base64.getDecoder().decode(words[2]);
            boolean right = JdkSignatures.verify(key.publicKey(), key.defaultAlgorithm(), message, signature)
                    && (!first || OpenSsl.verify(key.publicKey(), key.defaultAlgorithm(), message, signature));
            if (!right) {
                problems.add("the JDK or OpenSSL refuses " + line);
            }
        }

        void answers() {
            thread(() -> {
                String answer;
                while ((answer = verifier.output().readLine()) != null) {
                    String question = asked.take();
                    String expected = "VALID " + question.substring(0, question.indexOf(' ')) + " ";
                    if (answer.startsWith(expected)) {
                        valid.incrementAndGet();
                    } else {
                        problems.add(question + " was answered " + answer);
                    }
                }
                int status = ChildJvm.exit(verifier.process());
                if (status != 0 || !asked.isEmpty()) {
                    problems.add("the verifier ended with status " + status + " and owes " + asked.size());
                }
                answered.countDown();
            });
        }

        void awaitSignaturesWith(KeyId current) throws InterruptedException {
            for (BlockingQueue<KeyId> changes : signedWith) {
                KeyId id;
                do {
                    id = changes.take();
                } while (!id.equals(current) && problems.isEmpty());
            }
        }

        int awaitEnd() throws InterruptedException {
            for (Thread thread : watching) {
                thread.join();
            }
            verifier.input().close();
            answered.await();
            own.close();
            return valid.get();
        }

        private Thread thread(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (Exception e) {
                    problems.add(e.toString());
                }
            });
            thread.setDaemon(true);
            thread.start();
            return thread;
        }
    }

    /** What a thread does. */
    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }
}
