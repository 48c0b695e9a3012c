package dev.chancery.benchmarks;

import dev.chancery.benchmarks.contenders.Contender;
import dev.chancery.benchmarks.contenders.Engine;
import dev.chancery.benchmarks.contenders.SigningKeys;
import dev.chancery.benchmarks.contenders.Workload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One key signs and verifies one short message, over and over. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class Signing {
    /** Short, because the arithmetic is measured and not the hash. */
    public static final byte[] MESSAGE = "A message of thirty-two bytes...".getBytes(StandardCharsets.US_ASCII);

    /** What all threads share. */
    @State(Scope.Benchmark)
    public static class Shared {
        @Param
        public Contender contender = Contender.CHANCERY_CORRETTO;

        @Param
        public Workload workload = Workload.EC_P256;

        /** The directory of {@link SigningKeys}. */
        @Param("")
        public String keys = "";

        private Contender.Session session;

        @Setup
        public void open() throws IOException, GeneralSecurityException {
            session = contender.open(new SigningKeys(Path.of(keys)), workload);
        }

        @TearDown
        public void close() {
            session.close();
        }
    }

    /** What each thread has for itself. */
    @State(Scope.Thread)
    public static class Mine {
        private Engine engine;
        private byte[] signature;

        @Setup
        public void sign(Shared shared) throws GeneralSecurityException {
            engine = shared.session.engine();
            signature = engine.sign(MESSAGE);
        }
    }

    @Benchmark
    public byte[] sign(Mine mine) throws GeneralSecurityException {
        return mine.engine.sign(MESSAGE);
    }

    @Benchmark
    public boolean verify(Mine mine) throws GeneralSecurityException {
        if (!mine.engine.verify(MESSAGE, mine.signature)) {
            throw new IllegalStateException("A good signature was refused.");
        }
        return true;
    }
}
