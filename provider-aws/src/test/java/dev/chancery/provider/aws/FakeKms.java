package dev.chancery.provider.aws;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.options.KeyStoreOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/**
 * A strict KMS on the loopback: the real protocol (JSON 1.1 over HTTP, SigV4), the model of the SDK's jar, real keys, the names, codes and
 * limits of the <a href="https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html">API reference</a>, and the key states of the
 * <a href="https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html">developer guide</a>. It never verifies a signature:
 * that is the business of those who did not make it.
 */
final class FakeKms implements AutoCloseable {
    static final String REGION = "eu-central-1";
    static final String ACCOUNT = "111122223333";
    static final String ACCESS_KEY = "AKIDEXAMPLE";
    static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final String PREFIX = "TrentService.";

    /** Tags: <a href="https://docs.aws.amazon.com/kms/latest/developerguide/tagging-keys.html">tag rules</a>. */
    private static final String TAG = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*";

    static {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        // The SDK's chain of credentials begins with these.
        System.setProperty("aws.accessKeyId", ACCESS_KEY);
        System.setProperty("aws.secretAccessKey", SECRET_KEY);
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ReentrantLock lock = new ReentrantLock();
    private final String region;
    private final SigV4 signatures;
    private final Map<String, FakeKms> others = new ConcurrentHashMap<>();
    volatile boolean down;
    private final Map<String, FakeKey> keys = new TreeMap<>();
    private final Map<String, String> aliases = new TreeMap<>();
    private final Map<String, AtomicInteger> numbers = new HashMap<>();
    private final Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final Map<String, Instant> visibleFrom = new HashMap<>();
    private final Faults faults = new Faults();
    volatile int page = 7;
    volatile int tagPage = 50;
    volatile int keyQuota = 10_000;
    volatile Duration lag = Duration.ZERO;
    volatile Clock clock = Clock.systemUTC();
    volatile Supplier<UUID> ids = UUID::randomUUID;
    volatile Witness witness = (operation, request, answer) -> {};
    volatile Set<String> denied = Set.of();
    volatile boolean terse;
    volatile boolean longestSalts;
    volatile int largestRequest;
    volatile String lastUserAgent = "";

    /** Sees every request, and its answer before the client does. */
    @FunctionalInterface
    interface Witness {
        void see(String operation, String request, Map<String, Object> answer);
    }

    FakeKms() {
        this(REGION);
    }

    private FakeKms(String region) {
        this.region = region;
        this.signatures = new SigV4(ACCESS_KEY, SECRET_KEY, region);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    // --- for tests

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    String uri(String more) {
        return "awskms:///?region=" + REGION + "&endpoint=" + endpoint() + more;
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

    /** How many requests there were at once. */
    int mostAtOnce() {
        return mostAtOnce.get();
    }

    void forgetRequests() {
        requests.clear();
        mostAtOnce.set(0);
    }

    /** What clients sent that no KMS would take. */
    List<String> problems() {
        return problems;
    }

    List<FakeKey> keys() {
        lock.lock();
        try {
            return List.copyOf(keys.values());
        } finally {
            lock.unlock();
        }
    }

    FakeKey key(KeyId id) {
        return keys().stream()
                .filter(key -> key.id.equals(id.value()))
                .findFirst()
                .orElseThrow();
    }

    /** Removes all tags of a key, as others may. */
    void untag(String keyId) {
        lock.lock();
        try {
            keys.get(keyId).tags.clear();
        } finally {
            lock.unlock();
        }
    }

    Map<String, String> aliases() {
        lock.lock();
        try {
            return Map.copyOf(aliases);
        } finally {
            lock.unlock();
        }
    }

    /** A key gets the tags of another. */
    void copyTags(String fromKeyId, String toKeyId) {
        lock.lock();
        try {
            keys.get(toKeyId).tags.putAll(keys.get(fromKeyId).tags);
        } finally {
            lock.unlock();
        }
    }

    /** Keys and aliases that somebody else made. */
    void addStrangers(int count) {
        lock.lock();
        try {
            for (int i = 0; i < count; i++) {
                FakeKey key = new FakeKey(UUID.randomUUID().toString(), "ECC_NIST_P384", clock.instant(), 0);
                keys.put(key.id, key);
                aliases.put("alias/theirs/" + i, key.id);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Keys of ours, named and tagged, all with the tags of one that was made. */
    void addKeys(int count) {
        KeyMetadata made;
        try (KeyStore store = KeyStores.open(uri(""), options())) {
            made = store.generate(KeyRequest.of(KeySpec.EC_P256, "key-0"));
        }
        lock.lock();
        try {
            for (int i = 1; i < count; i++) {
                FakeKey key = new FakeKey(UUID.randomUUID().toString(), "ECC_NIST_P256", clock.instant(), 0);
                key.tags.putAll(keys.get(made.id().value()).tags);
                keys.put(key.id, key);
                aliases.put("alias/chancery/key-" + i, key.id);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Keys that count: neither named nor scheduled for deletion. */
    List<FakeKey> unnamed() {
        return keys().stream()
                .filter(key -> !aliases().containsValue(key.id) && !key.state.equals("PendingDeletion"))
                .toList();
    }

    /** The end of the waiting period: the key and its aliases are no more. */
    void deleteForGood(String keyId) {
        lock.lock();
        try {
            keys.remove(keyId);
            aliases.values().removeIf(keyId::equals);
        } finally {
            lock.unlock();
        }
    }

    /** What another user of the account does: the SDK as it comes, with his own retries. */
    KmsClient client() {
        return KmsClient.builder()
                .region(Region.of(REGION))
                .endpointOverride(URI.create(endpoint()))
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    static KeyStoreOptions options() {
        return KeyStoreOptions.builder().environment(Map.of()).build();
    }

    @Override
    public void close() {
        others.values().forEach(FakeKms::close);
        server.stop(0);
        threads.shutdownNow();
    }

    // --- the protocol

    /** What the service answers instead of a result. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String code;

        Refused(String code, String message) {
            super(message);
            this.code = code;
        }

        int status() {
            return switch (code) {
                case "KMSInternalException", "KeyUnavailableException", "InternalFailure" -> 500;
                case "DependencyTimeoutException", "ServiceUnavailableException" -> 503;
                default -> 400;
            };
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        for (FakeKms other : others.values()) {
            if (authorization.contains("/" + other.region + "/kms/")) {
                other.answerHere(exchange);
                return;
            }
        }
        answerHere(exchange);
    }

    private void answerHere(HttpExchange exchange) throws IOException {
        if (down) {
            exchange.getRequestBody().readAllBytes();
            exchange.close();
            return;
        }
        byte[] body = exchange.getRequestBody().readAllBytes();
        largestRequest = Math.max(largestRequest, body.length);
        lastUserAgent = String.valueOf(exchange.getRequestHeaders().getFirst("User-Agent"));
        String target = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
        String operation = target.startsWith(PREFIX) ? target.substring(PREFIX.length()) : target;
        requests.computeIfAbsent(operation, any -> new AtomicInteger()).incrementAndGet();
        Faults.Fault fault = faults.take(operation).orElse(null);
        if (fault == Faults.Fault.DROPPED_BEFORE) {
            exchange.close();
            return;
        }
        Map<String, Object> result;
        int status = 200;
        try {
            int now = atOnce.incrementAndGet();
            mostAtOnce.accumulateAndGet(now, Math::max);
            try {
                pause(faults.delayMillis);
                result = result(exchange, operation, body);
            } finally {
                atOnce.decrementAndGet();
            }
            result = spoiled(result, fault);
        } catch (Refused refused) {
            status = refused.status();
            result = new LinkedHashMap<>();
            result.put("__type", refused.code);
            result.put("message", refused.getMessage());
        } catch (RuntimeException | AssertionError e) {
            problems.add("The fake itself failed: " + e);
            throw e;
        }
        witness.see(operation, new String(body, StandardCharsets.UTF_8), result);
        if (fault == Faults.Fault.DROPPED_AFTER_COMMIT) {
            exchange.close();
            return;
        }
        if (fault == Faults.Fault.SLOW) {
            pause(1300);
        }
        if (fault == Faults.Fault.SILENCE) {
            pause(60_000);
        }
        send(exchange, status, Json.write(result), fault);
    }

    private static void pause(long millis) {
        if (millis > 0) {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String json, Faults.Fault fault) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        exchange.getResponseHeaders().set("x-amzn-RequestId", UUID.randomUUID().toString());
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            if (fault == Faults.Fault.TRUNCATED) {
                out.write(bytes, 0, bytes.length / 2);
                out.flush();
                exchange.close();
                return;
            }
            out.write(
                    fault == Faults.Fault.CORRUPTED
                            ? "?".repeat(bytes.length).getBytes(StandardCharsets.UTF_8)
                            : bytes);
        } catch (IOException clientIsGone) {
            exchange.close();
        }
    }

    private Map<String, Object> spoiled(Map<String, Object> result, Faults.Fault fault) {
        if (fault == Faults.Fault.OTHER_KEY) {
            String other = "00000000-0000-0000-0000-000000000000";
            if (result.get("KeyMetadata") instanceof Map<?, ?> metadata) {
                Map<String, Object> described = new LinkedHashMap<>();
                metadata.forEach((name, value) -> described.put((String) name, value));
                described.put("KeyId", other);
                described.put("Arn", arn(other));
                return Map.of("KeyMetadata", described);
            }
            result.put("KeyId", arn(other));
        } else if (fault == Faults.Fault.OTHER_ALGORITHM) {
            result.put("SigningAlgorithm", "RSASSA_PKCS1_V1_5_SHA_512");
        } else if (fault == Faults.Fault.WRONG_SIGNATURE) {
            byte[] signature = Base64.getDecoder().decode((String) result.get("Signature"));
            signature[signature.length - 1] ^= 1;
            result.put("Signature", Base64.getEncoder().encodeToString(signature));
        }
        return result;
    }

    private Map<String, Object> result(HttpExchange exchange, String operation, byte[] body) {
        if (!exchange.getRequestMethod().equals("POST")
                || !String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"))
                        .startsWith("application/x-amz-json-1.1")) {
            throw wrong("UnknownOperationException", "This is not JSON 1.1.");
        }
        signatures.refusal(exchange.getRequestHeaders(), body, clock.instant()).ifPresent(refusal -> {
            throw new Refused(refusal.code(), refusal.message());
        });
        if (!KmsModel.has(operation)) {
            throw wrong("UnknownOperationException", "");
        }
        JsonNode request = JsonNode.parser().parse(new String(body, StandardCharsets.UTF_8));
        KmsModel.problem(operation, request).ifPresent(problem -> {
            throw wrong("ValidationException", problem);
        });
        if (denied.contains(operation)) {
            throw new Refused(
                    "AccessDeniedException",
                    "User: arn:aws:iam::" + ACCOUNT + ":user/alice is not authorized to perform: kms:" + operation);
        }
        if (faults.throttlesNow(operation)) {
            throw new Refused("ThrottlingException", "Rate exceeded");
        }
        faults.refusal(operation).ifPresent(refusal -> {
            throw new Refused(refusal[0], refusal[1]);
        });
        lock.lock();
        try {
            return perform(operation, new Request(request));
        } finally {
            lock.unlock();
        }
    }

    /** A mistake of the client that no test wants. */
    private Refused wrong(String code, String problem) {
        problems.add(code + ": " + problem);
        return new Refused(code, problem);
    }

    /** A request whose types the model has checked. */
    private record Request(JsonNode body) {
        Optional<JsonNode> member(String name) {
            return Optional.ofNullable(body.asObject().get(name));
        }

        String text(String name) {
            return member(name).orElseThrow().asString();
        }

        Optional<String> optional(String name) {
            return member(name).map(JsonNode::asString);
        }

        Optional<Integer> number(String name) {
            return member(name).map(JsonNode::asNumber).map(Integer::valueOf);
        }
    }

    private Map<String, Object> perform(String operation, Request request) {
        return switch (operation) {
            case "CreateKey" -> createKey(request);
            case "DescribeKey" -> Map.of("KeyMetadata", describe(key(request)));
            case "GetPublicKey" -> publicKey(enabled(key(request)));
            case "Sign" -> sign(request);
            case "ListKeys" ->
                paged(
                        request,
                        1000,
                        page,
                        "Keys",
                        List.copyOf(keys.keySet()),
                        id -> Map.of("KeyId", id, "KeyArn", arn(id)));
            case "ListAliases" -> listAliases(request);
            case "ListResourceTags" ->
                paged(
                        request,
                        50,
                        tagPage,
                        "Tags",
                        List.copyOf(key(request).tags.entrySet()),
                        tag -> Map.of("TagKey", tag.getKey(), "TagValue", tag.getValue()));
            case "TagResource" -> tag(notPending(key(request)), request);
            case "CreateAlias" -> createAlias(request);
            case "UpdateAlias" -> updateAlias(request);
            case "DeleteAlias" -> deleteAlias(request);
            case "EnableKey" -> state(notPending(key(request)), "Enabled");
            case "DisableKey" -> state(notPending(key(request)), "Disabled");
            case "ScheduleKeyDeletion" -> scheduleDeletion(request);
            case "CancelKeyDeletion" -> cancelDeletion(key(request));
            case "ReplicateKey" -> replicate(notPending(key(request)), request);
            default -> throw wrong("UnknownOperationException", operation + " is not needed here");
        };
    }

    // --- the service

    private String arn(String keyId) {
        return "arn:aws:kms:" + region + ":" + ACCOUNT + ":key/" + keyId;
    }

    private Map<String, Object> createKey(Request request) {
        String spec = request.optional("KeySpec").orElse("SYMMETRIC_DEFAULT");
        String usage = request.optional("KeyUsage").orElse("ENCRYPT_DECRYPT");
        List<String> algorithms = FakeKey.algorithms(spec);
        if (algorithms.isEmpty() || !usage.equals("SIGN_VERIFY")) {
            throw wrong("ValidationException", "The fake makes signing keys only, not " + spec + " for " + usage);
        }
        if (keys.size() >= keyQuota) {
            throw new Refused("LimitExceededException", "The quota of KMS keys is used up.");
        }
        int number = numbers.computeIfAbsent(spec, any -> new AtomicInteger()).getAndIncrement();
        boolean multiRegion = request.member("MultiRegion").isPresent();
        String id = ids.get().toString();
        FakeKey key = new FakeKey(multiRegion ? "mrk-" + id.replace("-", "") : id, spec, clock.instant(), number);
        request.member("Tags").ifPresent(tags -> put(key, tags));
        keys.put(key.id, key);
        appears(key.id);
        return Map.of("KeyMetadata", describe(key));
    }

    private Map<String, Object> replicate(FakeKey key, Request request) {
        FakeKms there = Optional.ofNullable(others.get(request.text("ReplicaRegion")))
                .orElseThrow(() -> wrong("ValidationException", "No such region: " + request.text("ReplicaRegion")));
        if (!key.id.startsWith("mrk-") || key.replica) {
            throw new Refused("UnsupportedOperationException", arn(key.id) + " is not a multi-region primary key.");
        }
        there.lock.lock();
        try {
            if (there.keys.containsKey(key.id)) {
                throw new Refused("AlreadyExistsException", "A replica exists");
            }
            FakeKey copy = key.replicate();
            request.member("Tags").ifPresent(tags -> put(copy, tags));
            there.keys.put(copy.id, copy);
            return Map.of("ReplicaKeyMetadata", there.describe(copy));
        } finally {
            there.lock.unlock();
        }
    }

    /** Another region of the same server, asked for by the region that a request is signed for. */
    FakeKms region(String name) {
        return others.computeIfAbsent(name, any -> new FakeKms(name));
    }

    private void appears(String name) {
        if (!lag.isZero()) {
            visibleFrom.put(name, Instant.now().plus(lag));
        }
    }

    private boolean isVisible(String name) {
        return !Instant.now().isBefore(visibleFrom.getOrDefault(name, Instant.MIN));
    }

    private Map<String, Object> describe(FakeKey key) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("KeyId", key.id);
        if (terse) {
            return metadataOfAnOlderServer(key, metadata);
        }
        metadata.put("AWSAccountId", ACCOUNT);
        metadata.put("Arn", arn(key.id));
        metadata.put("CreationDate", key.created.toEpochMilli() / 1000.0);
        metadata.put("Enabled", key.state.equals("Enabled"));
        metadata.put("Description", "");
        metadata.put("KeyUsage", "SIGN_VERIFY");
        metadata.put("KeyState", key.state);
        metadata.put("Origin", "AWS_KMS");
        metadata.put("KeyManager", "CUSTOMER");
        metadata.put("CustomerMasterKeySpec", key.spec);
        metadata.put("KeySpec", key.spec);
        metadata.put("SigningAlgorithms", FakeKey.algorithms(key.spec));
        metadata.put("MultiRegion", key.id.startsWith("mrk-"));
        if (key.id.startsWith("mrk-")) {
            metadata.put("MultiRegionConfiguration", Map.of("MultiRegionKeyType", key.replica ? "REPLICA" : "PRIMARY"));
        }
        if (key.state.equals("PendingDeletion")) {
            metadata.put("DeletionDate", key.deletion.toEpochMilli() / 1000.0);
        }
        return metadata;
    }

    /** As little as a server of somebody else's may tell. */
    private static Map<String, Object> metadataOfAnOlderServer(FakeKey key, Map<String, Object> metadata) {
        metadata.put("CustomerMasterKeySpec", key.spec);
        metadata.put("KeyState", key.state);
        return metadata;
    }

    private FakeKey key(Request request) {
        String id = request.text("KeyId");
        if (id.startsWith("arn:")) {
            if (!id.startsWith("arn:aws:kms:" + REGION + ":")) {
                throw new Refused("NotFoundException", "Invalid arn " + id.split(":")[3]);
            }
            id = id.substring(id.indexOf(':', "arn:aws:kms:".length() + REGION.length() + 1) + 1);
            id = id.startsWith("key/") ? id.substring(4) : id;
        }
        boolean alias = id.startsWith("alias/");
        if (!alias && !id.matches("[0-9a-f-]{36}|mrk-[0-9a-f]{32}")) {
            throw new Refused("NotFoundException", "Invalid keyId '" + id + "'");
        }
        String keyId = alias ? aliases.get(id) : id;
        FakeKey key = keyId == null || (alias && !isVisible(id)) ? null : keys.get(keyId);
        if (key == null || !isVisible(keyId)) {
            throw new Refused(
                    "NotFoundException",
                    alias
                            ? "Alias arn:aws:kms:" + REGION + ":" + ACCOUNT + ":" + id + " is not found."
                            : "Key '" + arn(id) + "' does not exist");
        }
        return key;
    }

    private FakeKey enabled(FakeKey key) {
        if (key.state.equals("Disabled")) {
            throw new Refused("DisabledException", arn(key.id) + " is disabled.");
        }
        return notPending(key);
    }

    private FakeKey notPending(FakeKey key) {
        if (key.state.equals("PendingDeletion")) {
            throw new Refused("KMSInvalidStateException", arn(key.id) + " is pending deletion.");
        }
        return key;
    }

    private Map<String, Object> publicKey(FakeKey key) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("PublicKey", Base64.getEncoder().encodeToString(key.publicKey()));
        if (!terse) {
            answer.put("KeyId", arn(key.id));
            answer.put("KeySpec", key.spec);
            answer.put("KeyUsage", "SIGN_VERIFY");
            answer.put("SigningAlgorithms", FakeKey.algorithms(key.spec));
        }
        return answer;
    }

    private Map<String, Object> sign(Request request) {
        FakeKey key = enabled(key(request));
        String algorithm = request.text("SigningAlgorithm");
        String type = request.optional("MessageType").orElse("RAW");
        byte[] message = Base64.getDecoder().decode(request.text("Message"));
        if (!FakeKey.algorithms(key.spec).contains(algorithm)) {
            throw new Refused(
                    "InvalidKeyUsageException",
                    "Algorithm " + algorithm + " and key spec " + key.spec + " are incompatible.");
        }
        if (message.length < 1 || message.length > 4096) {
            throw new Refused(
                    "ValidationException",
                    "1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have"
                            + " length less than or equal to 4096");
        }
        Optional<Integer> digest = FakeKey.digestLength(algorithm);
        boolean sound = switch (type) {
            case "RAW" -> !algorithm.equals("ED25519_PH_SHA_512");
            case "DIGEST" -> digest.filter(length -> length == message.length).isPresent();
            case "EXTERNAL_MU" -> algorithm.equals("ML_DSA_SHAKE_256") && message.length == 64;
            default -> false;
        };
        if (!sound) {
            throw wrong(
                    "ValidationException",
                    type.equals("DIGEST")
                            ? "Digest is invalid length for algorithm " + algorithm + "."
                            : type + " of " + message.length + " bytes is invalid for " + algorithm);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(
                "Signature",
                Base64.getEncoder()
                        .encodeToString(key.sign(
                                algorithm,
                                type.equals("DIGEST") && longestSalts ? FakeKey.LONGEST_SALT : type,
                                message)));
        if (!terse) {
            answer.put("KeyId", arn(key.id));
            answer.put("SigningAlgorithm", algorithm);
        }
        return answer;
    }

    private <T> Map<String, Object> paged(
            Request request, int most, int page, String name, List<T> all, Function<T, Map<String, Object>> entry) {
        int limit = request.number("Limit").orElse(most);
        if (limit < 1 || limit > most) {
            throw wrong("ValidationException", "Limit is " + limit);
        }
        int from = request.optional("Marker").map(Integer::valueOf).orElse(0);
        int to = Math.min(all.size(), from + Math.min(limit, page));
        List<Object> entries = new ArrayList<>();
        all.subList(Math.min(from, to), to).forEach(element -> entries.add(entry.apply(element)));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(name, entries);
        answer.put("Truncated", to < all.size());
        if (to < all.size()) {
            answer.put("NextMarker", Integer.toString(to));
        }
        return answer;
    }

    private Map<String, Object> listAliases(Request request) {
        Optional<String> of = request.optional("KeyId").map(any -> key(request).id);
        List<Map.Entry<String, String>> found = aliases.entrySet().stream()
                .filter(alias -> of.isEmpty() || of.get().equals(alias.getValue()))
                .filter(alias -> isVisible(alias.getKey()))
                .map(alias -> Map.entry(alias.getKey(), alias.getValue()))
                .toList();
        return paged(
                request,
                100,
                page,
                "Aliases",
                found,
                alias -> Map.of(
                        "AliasName",
                        alias.getKey(),
                        "AliasArn",
                        "arn:aws:kms:" + REGION + ":" + ACCOUNT + ":" + alias.getKey(),
                        "TargetKeyId",
                        alias.getValue()));
    }

    private void requireAliasName(String alias) {
        if (!alias.startsWith("alias/")) {
            throw wrong(
                    "ValidationException",
                    "Alias must start with the prefix \"alias/\". Please see the documentation.");
        }
        if (!alias.matches("alias/[a-zA-Z0-9/_-]+") || alias.length() > 256) {
            throw wrong("ValidationException", "'" + alias + "' is no alias");
        }
        if (alias.startsWith("alias/aws/")) {
            throw wrong("NotAuthorizedException", "alias/aws/ is reserved");
        }
    }

    /** CreateAlias and UpdateAlias take an id or a key's ARN, no alias. */
    private FakeKey target(Request request) {
        String id = request.text("TargetKeyId");
        if (id.contains("alias/")) {
            throw wrong("ValidationException", "An alias cannot stand for an alias");
        }
        return notPending(key(new Request(JsonNode.parser().parse("{\"KeyId\":\"" + id + "\"}"))));
    }

    private Map<String, Object> createAlias(Request request) {
        String alias = request.text("AliasName");
        requireAliasName(alias);
        FakeKey key = target(request);
        if (aliases.containsKey(alias)) {
            throw new Refused(
                    "AlreadyExistsException",
                    "An alias with the name arn:aws:kms:" + REGION + ":" + ACCOUNT + ":" + alias + " already exists");
        }
        aliases.put(alias, key.id);
        appears(alias);
        return Map.of();
    }

    private Map<String, Object> updateAlias(Request request) {
        String alias = request.text("AliasName");
        requireAliasName(alias);
        FakeKey key = target(request);
        if (!aliases.containsKey(alias)) {
            throw new Refused("NotFoundException", "Alias " + alias + " is not found.");
        }
        aliases.put(alias, key.id);
        return Map.of();
    }

    private Map<String, Object> deleteAlias(Request request) {
        if (aliases.remove(request.text("AliasName")) == null) {
            throw new Refused("NotFoundException", "Alias is not found.");
        }
        return Map.of();
    }

    private Map<String, Object> tag(FakeKey key, Request request) {
        put(key, request.member("Tags").orElseThrow());
        return Map.of();
    }

    private void put(FakeKey key, JsonNode tags) {
        Map<String, String> changed = new TreeMap<>(key.tags);
        Set<String> names = new HashSet<>();
        for (JsonNode tag : tags.asArray()) {
            String name = tag.asObject().get("TagKey").asString();
            String value = tag.asObject().get("TagValue").asString();
            if (name.isEmpty() || name.length() > 128 || value.length() > 256) {
                throw wrong(
                        "ValidationException",
                        "1 validation error detected: Value '" + name
                                + "' at 'tags.1.member.tagKey' failed to satisfy constraint: …");
            }
            if (name.startsWith("aws:")) {
                throw wrong("TagException", "Tags beginning with aws: are reserved");
            }
            if (!names.add(name)) {
                throw wrong("TagException", "Duplicate tag keys");
            }
            if (!name.matches(TAG) || !value.matches(TAG)) {
                throw wrong("TagException", "The tag '" + name + "' is not one: '" + value + "'");
            }
            changed.put(name, value);
        }
        if (changed.size() > 50) {
            throw new Refused("TagException", "Too many tags");
        }
        key.tags.clear();
        key.tags.putAll(changed);
    }

    private Map<String, Object> state(FakeKey key, String state) {
        key.state = state;
        return Map.of();
    }

    private Map<String, Object> scheduleDeletion(Request request) {
        FakeKey key = notPending(key(request));
        int days = request.number("PendingWindowInDays").orElse(30);
        if (days < 7 || days > 30) {
            throw wrong("ValidationException", "A window of " + days + " days");
        }
        key.state = "PendingDeletion";
        key.deletion = clock.instant().plus(Duration.ofDays(days));
        return Map.of("KeyId", arn(key.id), "KeyState", key.state, "PendingWindowInDays", days);
    }

    private Map<String, Object> cancelDeletion(FakeKey key) {
        if (!key.state.equals("PendingDeletion")) {
            throw new Refused("KMSInvalidStateException", arn(key.id) + " is not pending deletion.");
        }
        key.state = "Disabled";
        return Map.of("KeyId", arn(key.id));
    }
}
