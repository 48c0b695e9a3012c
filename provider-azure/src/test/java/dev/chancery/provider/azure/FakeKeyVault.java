package dev.chancery.provider.azure;

import com.azure.json.JsonProviders;
import com.azure.json.JsonReader;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.testkit.witness.LoopbackCertificate;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A strict Key Vault on the loopback, over HTTPS: the REST API as
 * <a href="https://learn.microsoft.com/rest/api/keyvault/keys/operation-groups">documented</a>, the challenge for a token, real keys. Several vaults live under
 * one host and port, each under a path of its own. It never verifies a signature: that is the business of those who did not make it.
 */
final class FakeKeyVault implements AutoCloseable {
    static final String TENANT = "11111111-2222-3333-4444-555555555555";
    /** The one that all vaults have. */
    static final LoopbackCertificate CERTIFICATE = new LoopbackCertificate();

    private static final Pattern TARGET = Pattern.compile("((?:/vault-[a-z]+)?)/(keys|deletedkeys)(/.*)?");
    private static final Pattern VERSIONS = Pattern.compile("7\\.[0-9]|20[0-9]{2}-[0-9]{2}-[0-9]{2}");

    static {
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    final String token = "token-" + UUID.randomUUID();
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Path tokenFile;
    private final Map<String, FakeKeys> vaults = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private final Faults faults = new Faults();
    volatile String resource = "https://vault.azure.net";
    volatile Optional<String> foreignLink = Optional.empty();
    volatile Set<String> denied = Set.of();
    volatile int largestRequest;
    volatile int retryAfter = 1;

    FakeKeyVault() {
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
            tokenFile = Files.createTempFile(
                    "token", "", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(tokenFile, token);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setHttpsConfigurator(new HttpsConfigurator(CERTIFICATE.context()));
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    /** By hand: a vault to run other programs against, until it is stopped. */
    public static void main(String[] arguments) throws InterruptedException {
        try (FakeKeyVault vault = new FakeKeyVault()) {
            System.out.println(vault.plainUri("/vault-a", ""));
            Thread.currentThread().join();
        }
    }

    // --- for tests

    String authority() {
        return "localhost:" + server.getAddress().getPort();
    }

    /** The store of the vault at a path, by a name of Azure's that leads here. */
    String uri(String path, String more) {
        return "azurekms://fake-vault.vault.azure.net/?endpoint=" + encode("https://" + authority() + path) + access()
                + more;
    }

    /** The store as its own host and port call it. */
    String plainUri(String path, String more) {
        return "azurekms://" + authority() + path + "/?challenge=any" + access() + more;
    }

    private String access() {
        return trust() + "&token=" + encode(tokenFile.toString());
    }

    String trust() {
        return "&trust=" + encode(CERTIFICATE.pem().toString());
    }

    String uri(String more) {
        return uri("/vault-a", more);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static KeyStoreOptions options() {
        return KeyStoreOptions.builder().environment(Map.of()).build();
    }

    FakeKeys vault(String path) {
        return vaults.computeIfAbsent(path, FakeKeys::new);
    }

    /** The vault that {@link #uri(String)} leads to. */
    FakeKeys keys() {
        return vault("/vault-a");
    }

    Faults faults() {
        return faults;
    }

    /** How often an operation was asked for, by somebody with a token. */
    int requests(String operation) {
        return requests.getOrDefault(operation, new AtomicInteger()).get();
    }

    int requests() {
        return requests.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    void forgetRequests() {
        requests.clear();
        log.clear();
    }

    /** The operations in their order, and the paths that they were asked for with. */
    List<String> log() {
        return log;
    }

    /** What clients sent that no vault would take. */
    List<String> problems() {
        return problems;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        tokenFile.toFile().delete();
    }

    // --- the protocol

    /** What the service answers instead of a result. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        final int status;
        final String code;
        final String inner;

        Refused(int status, String code, String inner, String message) {
            super(message);
            this.status = status;
            this.code = code;
            this.inner = inner;
        }
    }

    private record Answer(int status, Map<String, Object> body) {}

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        largestRequest = Math.max(largestRequest, body.length);
        String path = exchange.getRequestURI().getRawPath();
        Matcher target = TARGET.matcher(path);
        if (!target.matches()) {
            problems.add("No such path: " + path);
            send(exchange, new Answer(404, error("NotFound", "", "No such path: " + path)), null);
            return;
        }
        if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            requests.computeIfAbsent("challenge", any -> new AtomicInteger()).incrementAndGet();
            exchange.getResponseHeaders()
                    .set(
                            "WWW-Authenticate",
                            "Bearer authorization=\"https://login.windows.net/" + TENANT + "\", resource=\"" + resource
                                    + "\"");
            send(
                    exchange,
                    new Answer(401, error("Unauthorized", "", "AKV10000: Request is missing a Bearer or PoP token.")),
                    null);
            return;
        }
        String operation = FakeKeys.operation(
                exchange.getRequestMethod(),
                target.group(2),
                Optional.ofNullable(target.group(3)).orElse(""));
        requests.computeIfAbsent(operation, any -> new AtomicInteger()).incrementAndGet();
        log.add(operation + " " + path);
        Faults.Fault fault = faults.take(operation).orElse(null);
        if (fault == Faults.Fault.DROPPED_BEFORE) {
            exchange.close();
            return;
        }
        Answer answer;
        try {
            pause(faults.delayMillis);
            Map<String, Object> result = perform(exchange, target, operation, body, fault);
            answer = new Answer(result.isEmpty() ? 204 : 200, spoil(result, fault));
        } catch (Refused refused) {
            if (refused.status == 429) {
                exchange.getResponseHeaders().set("Retry-After", Integer.toString(retryAfter));
            }
            answer = new Answer(refused.status, error(refused.code, refused.inner, refused.getMessage()));
        } catch (RuntimeException | AssertionError e) {
            problems.add("The fake itself failed: " + e);
            throw e;
        }
        if (fault == Faults.Fault.DROPPED_AFTER_COMMIT) {
            exchange.close();
            return;
        }
        if (fault == Faults.Fault.SILENCE) {
            pause(60_000);
        }
        send(exchange, answer, fault);
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

    private static Map<String, Object> error(String code, String inner, String message) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", code);
        error.put("message", message);
        if (!inner.isEmpty()) {
            error.put("innererror", Map.of("code", inner));
        }
        return Map.of("error", error);
    }

    private Map<String, Object> perform(
            HttpExchange exchange, Matcher target, String operation, byte[] body, Faults.Fault fault) {
        Map<String, String> query = query(exchange.getRequestURI().getQuery());
        if (!VERSIONS.matcher(query.getOrDefault("api-version", "")).matches()) {
            throw wrong("BadParameter", "The api-version is missing or unknown: " + query);
        }
        boolean json = body.length == 0
                || String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"))
                        .startsWith("application/json");
        if (!json) {
            throw wrong("BadParameter", "The body is no JSON.");
        }
        if (denied.contains(operation)) {
            throw new Refused(
                    403,
                    "Forbidden",
                    "ForbiddenByPolicy",
                    "The user does not have keys " + operation + " permission on key vault");
        }
        if (faults.throttlesNow()) {
            throw new Refused(
                    429, "Throttled", "", "Request was not processed because too many requests were received.");
        }
        faults.refusal(operation).ifPresent(refusal -> {
            throw new Refused(refusal.status(), refusal.code(), refusal.inner(), refusal.message());
        });
        String base = "https://" + authority() + target.group(1);
        try {
            return vault(target.group(1))
                    .perform(
                            operation,
                            Optional.ofNullable(target.group(3)).orElse(""),
                            query,
                            parse(body),
                            foreignLink.orElse(base),
                            fault == Faults.Fault.STALE);
        } catch (FakeKeys.MistakeException mistake) {
            throw wrong("BadParameter", mistake.getMessage());
        }
    }

    /** A mistake of the client that no test wants. */
    private Refused wrong(String code, String problem) {
        problems.add(code + ": " + problem);
        return new Refused(400, code, "", problem);
    }

    private static Map<String, String> query(String text) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String part : (text == null ? "" : text).split("&")) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                query.put(part.substring(0, equals), part.substring(equals + 1));
            }
        }
        return query;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> parse(byte[] body) {
        if (body.length == 0) {
            return Map.of();
        }
        try (JsonReader reader = JsonProviders.createReader(body)) {
            return (Map<String, Object>) reader.readUntyped();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> spoil(Map<String, Object> result, Faults.Fault fault) {
        if (fault == Faults.Fault.OTHER_VERSION) {
            Map<String, Object> spoiled = new LinkedHashMap<>(result);
            String other = "0".repeat(32);
            spoiled.computeIfPresent("kid", (name, kid) -> ((String) kid).replaceFirst("[^/]+$", other));
            spoiled.computeIfPresent("key", (name, key) -> {
                Map<Object, Object> changed = new LinkedHashMap<>((Map<?, ?>) key);
                changed.put("kid", String.valueOf(changed.get("kid")).replaceFirst("[^/]+$", other));
                return changed;
            });
            return spoiled;
        }
        if (fault == Faults.Fault.WRONG_SIGNATURE) {
            byte[] signature = FakeKeys.BASE64.decode((String) result.get("value"));
            signature[signature.length - 1] ^= 1;
            Map<String, Object> spoiled = new LinkedHashMap<>(result);
            spoiled.put("value", FakeKeys.encode(signature));
            return spoiled;
        }
        return result;
    }

    private static void send(HttpExchange exchange, Answer answer, Faults.Fault fault) throws IOException {
        byte[] bytes = Json.write(answer.body()).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.getResponseHeaders().set("x-ms-request-id", UUID.randomUUID().toString());
        if (answer.status() == 204) {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
            return;
        }
        try (OutputStream out = exchange.getResponseBody()) {
            exchange.sendResponseHeaders(answer.status(), bytes.length);
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
}
