package dev.chancery.internal.signing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.internal.jca.JcaAlgorithm;
import dev.chancery.internal.jca.JcaChoice;
import dev.chancery.internal.jca.JcaKeys;
import dev.chancery.internal.jca.JcaProviders;
import dev.chancery.internal.jca.TestKeys;
import dev.chancery.internal.store.BackendKeyStore;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.Abilities;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import dev.chancery.spi.signing.LocalKey;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.lang.management.ManagementFactory;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a signature costs beyond JCA's own: bytes here, time in the benchmarks. */
class SigningCostTest {
    private static final byte[] MESSAGE = new byte[100];
    private static final int ROUNDS = 500;

    @ParameterizedTest
    @EnumSource(names = {"EC_P256", "ED25519", "RSA_2048"})
    void a_signature_allocates_at_most_200_bytes_and_its_copy_beyond_jca(KeySpec spec) throws Exception {
        // The fastest present, since it is where the rest counts, and since it allocates the same every time.
        List<JcaChoice> present = JcaChoice.present();
        JcaChoice choice = present.get(present.size() - 1);
        KeyPair pair = TestKeys.pair(spec);
        JcaProviders.Choice provider = choice.providers().choose(spec.algorithm());
        Signature raw = JcaAlgorithm.forMessages(spec.defaultAlgorithm(), provider.provider());
        raw.initSign(JcaKeys.convert(pair.getPrivate(), spec, provider));
        LocalKey key = new JcaKeys(choice.providers()).load(pair.getPrivate(), pair.getPublic(), "a test key");
        try (BackendKeyStore store =
                new BackendKeyStore(new OneKey(pair, key), KeyStoreOptions.DEFAULT, choice.providers())) {
            Signer signer = store.signer(OneKey.ID);
            long ofJca = bytesPerRound(() -> sign(raw));
            long ofStore = bytesPerRound(() -> signer.sign(MESSAGE).value());

            assertThat(ofStore - ofJca)
                    .isLessThanOrEqualTo(200 + signer.sign(MESSAGE).value().length + 16);
        }
    }

    private static void sign(Signature raw) {
        try {
            raw.update(MESSAGE);
            raw.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long bytesPerRound(Runnable round) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int repeat = 0; repeat < 3; repeat++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUNDS; i++) {
                round.run();
            }
            least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / ROUNDS);
        }
        return least;
    }

    /** The smallest backend that signs. */
    private record OneKey(KeyPair pair, LocalKey key) implements KeyBackend {
        static final KeyId ID = new KeyId("one");

        @Override
        public String location() {
            return "one:";
        }

        @Override
        public Traits traits() {
            return Traits.ofLocalPlace().build();
        }

        @Override
        public Abilities abilities() {
            return Abilities.NONE;
        }

        @Override
        public KeyId parse(String text) {
            return new KeyId(text);
        }

        @Override
        public Optional<StoredKey> find(KeyId id) {
            KeyAttributes attributes = KeyAttributes.builder(KeyState.ACTIVE, Instant.now(), KeyOrigin.GENERATED)
                    .signFrom(Instant.EPOCH)
                    .build();
            return Optional.of(StoredKey.builder(ID, new PublicHalf.Vouched(pair.getPublic()), ProtectionLevel.SOFTWARE)
                    .record(new StoredRecord.Present(KeyRecord.of(attributes), ""))
                    .build());
        }

        @Override
        public Stream<StoredKey> list() {
            return find(ID).stream();
        }

        @Override
        public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
            return key.sign(algorithm, input);
        }

        @Override
        public void close() {}
    }
}
