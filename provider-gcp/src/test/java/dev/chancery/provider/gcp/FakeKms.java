package dev.chancery.provider.gcp;

import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.ProtectionLevel;
import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.options.PublicArchive;
import dev.chancery.provider.gcp.FakeCryptoKey.FakeVersion;
import dev.chancery.spi.VersionedId;
import dev.chancery.testkit.witness.LoopbackCertificate;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A strict Cloud KMS on the loopback, over gRPC: the API as <a href="https://cloud.google.com/kms/docs/reference/rpc">documented</a>, with real keys. It has one
 * key ring.
 */
final class FakeKms implements AutoCloseable {
    static final String KEY_RING = "projects/fake-project/locations/europe-west3/keyRings/signing";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Server server;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, FakeCryptoKey> cryptoKeys = new HashMap<>();
    private final Map<String, Integer> made = new HashMap<>();
    private final Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final Faults faults = new Faults();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();

    /** Whether it keeps labels: not every server that stands in for Google does. */
    volatile boolean labels = true;

    /** How many looks at a new version see it still being made. */
    volatile int pendingLooks;

    /** Permissions that the caller lacks, by operation. */
    volatile Set<String> denied = Set.of();

    volatile int pageSize = 3;

    /** What was sent as credentials, request by request; "null" where there were none. */
    final List<String> tokens = new CopyOnWriteArrayList<>();

    final FakeImports imports = new FakeImports();

    FakeKms() {
        this(0, Optional.empty());
    }

    /** With TLS. */
    FakeKms(LoopbackCertificate certificate) {
        this(0, Optional.of(certificate));
    }

    /** On a port of one's own choice. */
    FakeKms(int port, Optional<LoopbackCertificate> certificate) {
        try {
            NettyServerBuilder building = NettyServerBuilder.forAddress(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .executor(threads)
                    .addService(ServerInterceptors.intercept(
                            new FakeService(this), new RoutingHeader(problems, certificate.isPresent(), tokens)));
            if (certificate.isPresent()) {
                building.sslContext(GrpcSslContexts.configure(SslContextBuilder.forServer(
                                certificate.get().privateKey(),
                                certificate.get().certificate()))
                        .build());
            }
            server = building.build().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // --- for tests

    String endpoint() {
        return "localhost:" + server.getPort();
    }

    String uri(String more) {
        return "gcpkms://" + KEY_RING + "?endpoint=" + endpoint() + "&plaintext=true" + more;
    }

    static KeyStoreOptions options(Path archive) {
        return KeyStoreOptions.builder()
                .environment(Map.of())
                .publicArchive(PublicArchive.directory(archive))
                .build();
    }

    Faults faults() {
        return faults;
    }

    /** How often an operation was asked for. */
    int requests(String operation) {
        return requests.getOrDefault(operation, new AtomicInteger()).get();
    }

    int requests() {
        return requests.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    void forgetRequests() {
        requests.clear();
    }

    /** What clients sent that Google would not take. */
    List<String> problems() {
        return problems;
    }

    Map<String, String> labels(String cryptoKey) {
        return locked(() -> Map.copyOf(known(cryptoKey).now.getLabelsMap()));
    }

    /** Another hand writes labels. */
    void relabel(String cryptoKey, UnaryOperator<Map<String, String>> change) {
        locked(() -> {
            FakeCryptoKey key = known(cryptoKey);
            key.setLabels(change.apply(new HashMap<>(key.now.getLabelsMap())));
            return key;
        });
    }

    /** Another hand removes the labels of one version. */
    void removeLabels(KeyId id) {
        String prefix = "v" + KeyNames.number(id) + "-";
        relabel(VersionedId.name(id), all -> {
            all.keySet().removeIf(label -> label.startsWith(prefix));
            return all;
        });
    }

    CryptoKeyVersionState state(KeyId id) {
        return version(id).getState();
    }

    CryptoKeyVersion version(KeyId id) {
        return locked(() -> knownVersion(id).now);
    }

    /** Another hand, or time, changes a version. */
    void change(KeyId id, UnaryOperator<CryptoKeyVersion.Builder> change) {
        locked(() -> {
            FakeVersion version = knownVersion(id);
            version.now = change.apply(version.now.toBuilder()).build();
            return version;
        });
    }

    void setState(KeyId id, CryptoKeyVersionState state) {
        change(id, version -> version.setState(state));
    }

    /** Another tool makes a CryptoKey with a version. */
    KeyId make(String name, CryptoKeyVersion.CryptoKeyVersionAlgorithm algorithm, ProtectionLevel protection) {
        return locked(() -> {
            FakeService.add(this, name, FakeService.newCryptoKey(name, algorithm, protection));
            return KeyNames.version(name, 1);
        });
    }

    /** Another tool makes so many versions more. */
    void addVersions(String cryptoKey, int count) {
        locked(() -> {
            for (int i = 0; i < count; i++) {
                FakeService.addVersion(this, known(cryptoKey));
            }
            return count;
        });
    }

    private FakeCryptoKey known(String name) {
        FakeCryptoKey key = cryptoKeys.get(name);
        if (key == null) {
            throw new AssertionError("There is no CryptoKey '" + name + "' in the fake.");
        }
        return key;
    }

    private FakeVersion knownVersion(KeyId id) {
        return known(VersionedId.name(id)).versions.get((int) KeyNames.number(id) - 1);
    }

    @Override
    public void close() {
        server.shutdownNow();
        threads.shutdownNow();
    }

    // --- for the service

    <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    Map<String, FakeCryptoKey> cryptoKeys() {
        return cryptoKeys;
    }

    /** How many pairs of a kind were made before. */
    int nextNumber(String kind) {
        return made.merge(kind, 1, Integer::sum) - 1;
    }

    /** Begins the answer to a request. */
    void begin() {
        int now = atOnce.incrementAndGet();
        mostAtOnce.accumulateAndGet(now, Math::max);
    }

    void end() {
        atOnce.decrementAndGet();
    }

    /** How many requests were answered at the same time, at most. */
    int mostAtOnce() {
        return mostAtOnce.get();
    }

    void count(String operation) {
        requests.computeIfAbsent(operation, any -> new AtomicInteger()).incrementAndGet();
    }
}
