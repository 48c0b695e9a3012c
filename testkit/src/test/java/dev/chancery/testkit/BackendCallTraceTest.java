package dev.chancery.testkit;

import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.StoredKey;
import dev.chancery.testkit.faults.BackendCall;
import dev.chancery.testkit.faults.CallLog;
import dev.chancery.testkit.faults.FaultyKeyStoreProvider;
import dev.chancery.testkit.memory.LockedMemoryProvider;
import dev.chancery.testkit.store.OperationTrace;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;

/** What core calls a backend and its abilities for; {@link CallLog} leaves out what asks no place. */
@Tag("one-jdk")
class BackendCallTraceTest extends OperationTrace {
    private final CallLog log = new CallLog();
    private String place = "";

    @Override
    protected Path file() {
        return Path.of("src/test/resources/traces/backend-calls.txt");
    }

    @Override
    protected void renewPlace() {
        place = FaultyKeyStoreProvider.uri(new LockedMemoryProvider(), "memory:" + UUID.randomUUID(), log);
    }

    @Override
    protected KeyStore open(KeyStoreOptions.Builder options) {
        return KeyStores.open(place, options.build());
    }

    @Override
    protected List<String> takeCalls() {
        return log.takeCalls().stream().map(BackendCallTraceTest::line).toList();
    }

    private static String line(BackendCall call) {
        return Stream.concat(Stream.of(call.name()), call.arguments().stream().flatMap(BackendCallTraceTest::name))
                .collect(Collectors.joining(" "));
    }

    private static Stream<String> name(Object argument) {
        if (argument instanceof RingPosition position) {
            return Stream.of(position.ring() + "/" + position.generation());
        }
        if (argument instanceof CreateKey order) {
            return Stream.of(order.name().value());
        }
        if (argument instanceof StoredKey key) {
            return Stream.of(key.id().value());
        }
        return argument instanceof KeyId || argument instanceof KeyName || argument instanceof Enum<?>
                ? Stream.of(argument.toString())
                : Stream.empty();
    }
}
