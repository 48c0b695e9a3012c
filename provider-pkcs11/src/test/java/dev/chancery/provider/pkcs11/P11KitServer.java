package dev.chancery.provider.pkcs11;

import dev.chancery.spi.support.PercentEncoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A p11-kit server that lends a SoftHSM token through a socket: a token that can die, and come back. */
public final class P11KitServer {
    private final SoftHsm token;
    private final Path socket;
    private @Nullable Process process;

    P11KitServer(SoftHsm token, Path socket) {
        this.token = token;
        this.socket = socket;
    }

    /** Starts it, and waits until it listens. */
    public void start() {
        ProcessBuilder builder = new ProcessBuilder(
                        "p11-kit",
                        "server",
                        "--foreground",
                        "--name",
                        socket.toString(),
                        "--provider",
                        Programs.softHsm().toString(),
                        "pkcs11:token=" + PercentEncoding.encode(SoftHsm.LABEL))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(token.environment());
        try {
            Files.deleteIfExists(socket);
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        while (!Files.exists(socket)) {
            if (!process.isAlive()) {
                throw new AssertionError("p11-kit server ended with " + process.exitValue() + ".");
            }
            Thread.onSpinWait();
        }
    }

    /** Kills it, then the processes that serve its clients: one that lived on could serve a client that connects again. */
    public void kill() {
        Process server = Objects.requireNonNull(process);
        try (Stream<ProcessHandle> descendants = server.descendants()) {
            List<ProcessHandle> clients = descendants.toList();
            server.destroyForcibly().onExit().join();
            clients.forEach(ProcessHandle::destroyForcibly);
        }
    }

    /** Puts a shim before p11-kit's client of this server. */
    public Shim behind(Shim shim) {
        return shim.before(Programs.p11KitClient(), Map.of("P11_KIT_SERVER_ADDRESS", "unix:path=" + socket), "");
    }
}
