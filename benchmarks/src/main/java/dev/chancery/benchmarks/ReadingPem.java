package dev.chancery.benchmarks;

import dev.chancery.KeyImport;
import dev.chancery.key.KeyName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** An encrypted private key is read: almost all of it is PBKDF2. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Benchmark)
public class ReadingPem {
    /** Not a secret: it protects a key of this benchmark alone. */
    public static final String PASSPHRASE = "benchmark";

    @Param("")
    public String file = "";

    private byte[] pem;

    @Setup
    public void read() throws IOException {
        pem = Files.readAllBytes(Path.of(file));
    }

    @Benchmark
    public PrivateKey decrypt() {
        return KeyImport.fromPem(new KeyName("a-key"), pem, Optional.of(PASSPHRASE.toCharArray()), Optional.empty())
                .privateKey();
    }
}
