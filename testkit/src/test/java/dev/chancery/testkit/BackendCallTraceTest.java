package dev.chancery.testkit;

import dev.chancery.KeyStore;
import dev.chancery.KeyStoreOptions;
import dev.chancery.KeyStores;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;

/** How often core calls a backend. */
@Tag("one-jdk")
class BackendCallTraceTest extends OperationTrace {
    private final CallCountingProvider counting = new CallCountingProvider();
    private String place = "";

    @Override
    protected Path file() {
        return Path.of("src/test/resources/traces/backend-calls.txt");
    }

    @Override
    protected void renewPlace() {
        place = "memory:" + UUID.randomUUID();
    }

    @Override
    protected KeyStore open(KeyStoreOptions.Builder options) {
        return KeyStores.open(counting, place, options.build());
    }

    @Override
    protected List<String> takeCalls() {
        return counting.takeCalls();
    }
}
