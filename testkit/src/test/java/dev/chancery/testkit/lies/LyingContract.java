package dev.chancery.testkit.lies;

import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.ClaimsGenerations;
import dev.chancery.testkit.ImportsKeys;
import dev.chancery.testkit.KeepsRings;
import dev.chancery.testkit.KeepsStates;
import dev.chancery.testkit.KeyStoreContract;
import dev.chancery.testkit.LeavesNoOrphans;
import dev.chancery.testkit.RefusesReencryption;
import dev.chancery.testkit.SharesRecords;
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
        implements ImportsKeys,
                KeepsStates,
                KeepsRings,
                ClaimsGenerations,
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
    protected String store() {
        return uri;
    }

    @Override
    protected KeyStoreProvider provider() {
        return new LyingKeyStoreProvider();
    }

    @Override
    protected KeyStoreOptions options() {
        return KeyStoreOptions.builder()
                .pins(token -> Optional.of(PIN.toCharArray()))
                .build();
    }

    @Override
    protected Set<String> secrets() {
        return Stream.concat(Stream.of(PIN), store.overheard.secrets().stream()).collect(Collectors.toSet());
    }

    /** What hangs for ever need not be waited for long. */
    @Override
    protected Duration patience() {
        return lie.equals(Optional.of(Lie.HANGS_BEYOND_ITS_DEADLINE)) ? Duration.ofSeconds(1) : super.patience();
    }

    @Override
    protected AutoCloseable holdPlace() {
        store.lock.lock();
        return store.lock::unlock;
    }

    @Override
    public void lose(KeyId key) {
        store.lose(key);
    }
}
