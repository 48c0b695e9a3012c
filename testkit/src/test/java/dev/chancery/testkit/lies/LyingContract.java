package dev.chancery.testkit.lies;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.KeyStoreContract;
import dev.chancery.testkit.chapters.HoldsClaims;
import dev.chancery.testkit.chapters.KeepsRings;
import dev.chancery.testkit.chapters.KeepsStates;
import dev.chancery.testkit.chapters.LeavesNoOrphans;
import dev.chancery.testkit.chapters.RefusesReencryption;
import dev.chancery.testkit.chapters.SharesRecords;
import dev.chancery.testkit.chapters.TakesImports;
import dev.chancery.testkit.memory.Shapes;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The contract of a store that lies, or of the same store without a lie. Not called a test: {@link LiesTest} runs it, and looks
 * at what fails.
 */
@ExtendWith(LyingContract.LieOfTheRun.class)
class LyingContract extends KeyStoreContract
        implements TakesImports,
                KeepsStates,
                KeepsRings,
                HoldsClaims,
                SharesRecords,
                RefusesReencryption,
                LeavesNoOrphans {
    /** The configuration parameter that names the lie. */
    static final String LIE = "chancery.lie";

    static final String PIN = "pin-of-the-liars";

    private final Optional<Lie> lie;
    private final LyingStore store;
    private final String uri;

    LyingContract(Optional<Lie> lie) {
        String name = UUID.randomUUID().toString();
        this.lie = lie;
        this.store = new LyingStore(lie, "memory:" + name);
        this.uri = LyingKeyStoreProvider.add(name, store);
    }

    /** Hands the lie to the constructor. */
    static final class LieOfTheRun implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getDeclaringExecutable().getDeclaringClass() == LyingContract.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getConfigurationParameter(LIE, Lie::valueOf);
        }
    }

    @Override
    public String store() {
        return uri;
    }

    @Override
    public KeyStoreProvider provider() {
        return new LyingKeyStoreProvider();
    }

    @Override
    public KeyStoreOptions options() {
        return KeyStoreOptions.builder()
                .pins(token -> Optional.of(PIN.toCharArray()))
                .build();
    }

    @Override
    public Set<KeySpec> signingSpecs() {
        return Shapes.signingSpecs();
    }

    @Override
    public Set<String> secrets() {
        return Stream.concat(Stream.of(PIN), store.overheard.secrets().stream()).collect(Collectors.toSet());
    }

    /** What hangs for ever need not be waited for long. */
    @Override
    public Duration patience() {
        return lie.equals(Optional.of(Lie.HANGS_BEYOND_ITS_DEADLINE)) ? Duration.ofSeconds(1) : super.patience();
    }

    @Override
    public AutoCloseable holdPlace() {
        store.lock.lock();
        return store.lock::unlock;
    }

    @Override
    public void lose(KeyId key) {
        store.lose(key);
    }
}
