package dev.chancery.provider.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills processes ({@code SIGKILL}) that make keys, at random moments. {@code -Dchancery.kills=1000} makes it the long form,
 * which also asserts that every step of the making was hit at least 30 times.
 */
class KilledGenerationTest {
    private static final int KILLS = Integer.getInteger("chancery.kills", 5);
    private static final int LEAST_IN_EACH_STEP = 30;
    private static final int KILLS_IN_ONE_DIRECTORY = 25;
    private static final byte[] MESSAGE = "a contract".getBytes(UTF_8);

    @TempDir
    private Path temp;

    /** Makes keys until it is killed, and prints the id of each when it has it. */
    static final class Generating {
        public static void main(String[] arguments) {
            try (KeyStore store = KeyStores.open(Path.of(arguments[0]))) {
                for (int n = 1; ; n++) {
                    KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, arguments[1] + "-" + n));
                    System.out.println(key.id());
                    System.out.flush();
                }
            }
        }
    }

    /** Where the killed process was, as its files show. */
    private enum Step {
        BETWEEN_KEYS,
        MARKER,
        PRIVATE_KEY,
        PUBLIC_KEY,
        METADATA;

        static Step of(StoreTree tree) throws IOException {
            Set<String> halfMade = tree.halfMade();
            assertThat(halfMade).hasSizeLessThanOrEqualTo(1);
            if (halfMade.isEmpty()) {
                return BETWEEN_KEYS;
            }
            String id = halfMade.iterator().next();
            return tree.metadata().contains(id)
                    ? METADATA
                    : tree.publicKeys().contains(id)
                            ? PUBLIC_KEY
                            : tree.privateKeys().contains(id) ? PRIVATE_KEY : MARKER;
        }
    }

    @Test
    void no_key_is_half_made_and_no_acknowledged_key_is_lost() throws IOException {
        Map<Step, Integer> hits = new EnumMap<>(Step.class);
        long seed = Long.getLong("chancery.seed", System.nanoTime());
        Random random = new Random(seed);
        Path keys = temp;
        Set<String> acknowledged = new TreeSet<>();
        for (int kill = 0; kill < KILLS; kill++) {
            if (kill % KILLS_IN_ONE_DIRECTORY == 0) {
                keys = Files.createDirectory(temp.resolve("keys-" + kill));
                acknowledged.clear();
            }
            acknowledged.addAll(killOne(keys, "k" + kill, random));
            hits.merge(Step.of(new StoreTree(keys)), 1, Integer::sum);
            requireWhole(keys, acknowledged, kill);
            if ((kill + 1) % 100 == 0 || kill + 1 == KILLS) {
                System.out.println(kill + 1 + " kills, seed " + seed + ": " + hits);
            }
        }
        if (KILLS >= 1000) {
            assertThat(hits).containsOnlyKeys(Step.values());
            assertThat(hits.values()).allMatch(count -> count >= LEAST_IN_EACH_STEP);
        }
    }

    private static List<String> killOne(Path keys, String prefix, Random random) throws IOException {
        Process process = ChildJvm.start(List.of(), Generating.class, keys.toString(), prefix);
        try (BufferedReader output = process.inputReader()) {
            String first = output.readLine();
            LockSupport.parkNanos(random.nextInt(40_000_000));
            // By its handle: Process.destroyForcibly also closes the streams that are still to be read.
            process.toHandle().destroyForcibly();
            Set<String> ids = new TreeSet<>(Set.of(first));
            output.lines().forEach(ids::add);
            ChildJvm.exit(process);
            return List.copyOf(ids);
        }
    }

    /** Before anybody has tidied up, and after the next writer has. */
    private static void requireWhole(Path keys, Set<String> acknowledged, int kill) throws IOException {
        StoreTree tree = new StoreTree(keys);
        try (KeyStore store = KeyStores.open(keys)) {
            Set<String> listed = ids(store);
            assertThat(listed).containsAll(acknowledged);
            tree.halfMade().forEach(id -> assertThat(listed).doesNotContain(id));
            assertThat(store.unusable()).isEmpty();

            String next = store.generate(KeyRequest.of(KeySpec.EC_P256, "after-" + kill))
                    .id()
                    .value();
            acknowledged.add(next);

            listed.add(next);
            assertThat(ids(store)).isEqualTo(listed);
            assertThat(tree.privateKeys()).isEqualTo(listed);
            assertThat(tree.publicKeys()).isEqualTo(listed);
            assertThat(tree.metadata()).isEqualTo(listed);
            assertThat(tree.files()).hasSize(3 * listed.size());
            for (String id : listed) {
                if (id.startsWith("k" + kill + "-") || id.equals(next)) {
                    byte[] signature = store.signer(new KeyId(id)).sign(MESSAGE).value();
                    assertThat(store.verifier(new KeyId(id))
                                    .verify(MESSAGE, signature)
                                    .isValid())
                            .isTrue();
                }
            }
        }
    }

    private static Set<String> ids(KeyStore store) {
        Set<String> ids = new TreeSet<>();
        store.list().forEach(key -> ids.add(key.id().value()));
        return ids;
    }
}
