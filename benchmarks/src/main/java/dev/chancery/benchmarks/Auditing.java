package dev.chancery.benchmarks;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.audit.AuditLog;
import dev.chancery.audit.AuditedKeyStore;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.audit.options.AuditOptions;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.audit.record.AuditRecord;
import dev.chancery.benchmarks.contenders.Contender;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What it costs to write down every use: records alone, and signatures with and without a log. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Benchmark)
public class Auditing {

    /** Who takes part. */
    public enum Contender {
        /** Lines of the same length, each written and forced by the thread that has it (fdatasync), one at a time. */
        RAW,
        /** Records of a log. */
        LOG,
        /** P-256 signatures of a store without a log. */
        EC_UNAUDITED,
        /** The same with a log. */
        EC_AUDITED,
        /** RSA-3072 signatures of a store without a log. */
        RSA_UNAUDITED,
        /** The same with a log. */
        RSA_AUDITED
    }

    /** Who takes part in this fork. */
    @Param("LOG")
    public Contender contender = Contender.LOG;

    /** Where the log lies: on a disk, or in memory, where forcing costs nothing. */
    @Param("")
    public String directory = "";

    private final Deque<Closeable> open = new ArrayDeque<>();
    private Once work = () -> 0;

    /** What is measured. */
    @FunctionalInterface
    private interface Once {
        Object run() throws IOException;
    }

    /** Opens what the contender needs. */
    @Setup
    public void open() throws IOException {
        Path place = Path.of(directory);
        switch (contender) {
            case RAW -> work = raw(place.resolve("raw"));
            case LOG -> {
                AuditLog log = openLog(place);
                open.push(log::close);
                work = () -> {
                    AuditRecord record = record();
                    log.append(record);
                    return record;
                };
            }
            default -> {
                KeyStore bare = KeyStores.open(place.resolve("keys-" + contender));
                boolean audited = contender == Contender.EC_AUDITED || contender == Contender.RSA_AUDITED;
                KeyStore store = audited ? AuditedKeyStore.wrap(bare, openLog(place)) : bare;
                open.push(store::close);
                KeySpec spec = contender.name().startsWith("EC") ? KeySpec.EC_P256 : KeySpec.RSA_3072;
                Signer signer = store.signer(store.generate(KeyRequest.of(spec)).id());
                work = () -> signer.sign(Signing.MESSAGE);
            }
        }
    }

    private Once raw(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        open.push(channel);
        ReentrantLock one = new ReentrantLock();
        ByteBuffer line = ByteBuffer.wrap("x".repeat(700).getBytes(StandardCharsets.US_ASCII));
        return () -> {
            one.lock();
            try {
                int written = channel.write(line.rewind());
                channel.force(false);
                return written;
            } finally {
                one.unlock();
            }
        };
    }

    private static AuditLog openLog(Path place) {
        return AuditLog.open(log(place), key(place), AuditOptions.DEFAULT);
    }

    /** Where the log of a place lies. */
    static Path log(Path place) {
        return place.resolve("log");
    }

    /** The audit key of a place, which may be new. */
    static AuditSigner key(Path place) {
        Path file = place.resolve("audit-key.pem");
        return Files.exists(file) ? AuditSigner.ofFile(file) : AuditSigner.create(file);
    }

    /** One record, or one signature with what is written down of it. */
    @Benchmark
    public Object once() throws IOException {
        return work.run();
    }

    /** What a signature leaves, about as long as one. */
    static AuditRecord record() {
        return AuditRecord.builder(Instant.now(), AuditEvent.SIGNATURE_GENERATED)
                .text("operation", "sign")
                .text("op_id", "0123456789abcdef-1234")
                .text("outcome", "done")
                .text("purpose", "DATA")
                .text("store", "file:///opt/certificate-keys/")
                .text("key_id", "certificate-signing-2026-11")
                .text("algorithm", "ECDSA_SHA256")
                .text("user_id", "certificate-service")
                .text("ip_address", "10.0.0.7")
                .text("digest", "sha256:" + "0123456789abcdef".repeat(4))
                .text("signature_sha256", "0123456789abcdef".repeat(4))
                .build();
    }

    /** Closes it. */
    @TearDown
    public void close() throws IOException {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
