package dev.chancery.benchmarks;

import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A store is opened, signs once with one of its keys, and is closed. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Benchmark)
public class Opening {
    /** A directory of {@link CrowdedStore}. */
    @Param("")
    public String directory = "";

    @Benchmark
    public byte[] openAndSign() {
        try (KeyStore store = KeyStores.open(Path.of(directory))) {
            return store.signer(store.resolve(CrowdedStore.KEY))
                    .sign(Signing.MESSAGE)
                    .value();
        }
    }
}
