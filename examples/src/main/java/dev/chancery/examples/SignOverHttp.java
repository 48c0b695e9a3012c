package dev.chancery.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.audit.AuditLog;
import dev.chancery.audit.AuditedKeyStore;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.caller.Caller;
import dev.chancery.error.ChanceryException;
import dev.chancery.readiness.HealthHandler;
import dev.chancery.readiness.Readiness;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * {@code SignOverHttp KEYS KEY-OR-RING LOG AUDIT-KEY HEADER PROXY…}: signs what is posted to {@code /sign}, and puts on record who asked; {@code /health/live} and {@code /health/ready} are for what starts it and sends it requests. Runs
 * behind a proxy that authenticates users, until standard input ends.
 */
public final class SignOverHttp implements AutoCloseable {
    private static final int LARGEST = 1 << 20;

    private final HttpServer server;
    private final ExecutorService pool = Executors.newFixedThreadPool(8);
    private final Signer signer;
    private final HttpCaller callers;

    private SignOverHttp(KeyStore keys, String name, HttpCaller callers) throws IOException {
        this.signer = keys.signer(name);
        this.callers = callers;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/sign", this::answer);
        server.createContext("/health", new HealthHandler(Readiness.of(keys)));
        server.setExecutor(pool);
    }

    private void answer(HttpExchange request) throws IOException {
        try (request) {
            byte[] message = request.getRequestBody().readNBytes(LARGEST + 1);
            Optional<Caller> caller = callers.of(request);
            if (!request.getRequestMethod().equals("POST")) {
                send(request, 405, "Post what is to be signed.\n".getBytes(StandardCharsets.UTF_8));
            } else if (message.length > LARGEST) {
                send(request, 413, "A message has 1 MiB at most.\n".getBytes(StandardCharsets.UTF_8));
            } else if (caller.isEmpty()) {
                send(request, 401, "The request does not say who asks.\n".getBytes(StandardCharsets.UTF_8));
            } else {
                sign(request, message, caller.get());
            }
        }
    }

    private void sign(HttpExchange request, byte[] message, Caller caller) throws IOException {
        byte[] signature;
        try (Caller.Scope scope = caller.enter()) {
            signature = signer.sign(message).value();
        } catch (ChanceryException e) {
            // What went wrong is in the log; it names files and keys that are none of the client's business.
            send(request, 503, "Not signed.\n".getBytes(StandardCharsets.UTF_8));
            return;
        }
        send(request, 200, signature);
    }

    private static void send(HttpExchange request, int status, byte[] body) throws IOException {
        request.sendResponseHeaders(status, body.length);
        request.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        pool.shutdown();
    }

    public static void main(String[] args) throws IOException {
        Path auditKey = Path.of(args[3]);
        AuditSigner auditSigner = Files.exists(auditKey) ? AuditSigner.ofFile(auditKey) : AuditSigner.create(auditKey);
        Set<String> proxies = Arrays.stream(args).skip(5).collect(Collectors.toSet());
        try (KeyStore keys = AuditedKeyStore.wrap(
                        KeyStores.open(Path.of(args[0])), AuditLog.open(Path.of(args[2]), auditSigner));
                SignOverHttp service = new SignOverHttp(keys, args[1], new HttpCaller(args[4], proxies))) {
            service.server.start();
            System.out.println(service.server.getAddress().getPort());
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
