package dev.chancery.provider.pkcs11;

import dev.chancery.spi.support.PercentEncoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A token of tpm2-pkcs11, with the PIN {@link SoftHsm#PIN}, over a TPM in software and its resource manager: they can die, and come back. Keys are in the
 * token's directory, wrapped by the TPM.
 */
public final class SwTpm implements AutoCloseable {
    /** A resource manager that has not answered so often does not. */
    private static final int OFTEN = 40;

    public static final String LABEL = "chancery tpm";

    /** One for this process: GLib connects to a bus once. */
    private static @Nullable Path bus;

    private final Path directory;
    private final Path store;
    private final int port;
    private final String name;
    private final List<Process> running = new ArrayList<>();

    private SwTpm(Path directory, Path store, int port) {
        this.directory = directory;
        this.store = store;
        this.port = port;
        this.name = "com.intel.tss2.Tabrmd.port" + port;
    }

    /** Makes one, and starts it. */
    public static SwTpm create(Path directory) {
        SwTpm tpm = new SwTpm(directory, directory.resolve("store"), freePort());
        try {
            Files.createDirectories(directory.resolve("state"));
            Files.createDirectories(tpm.store);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        tpm.start();
        tpm.tool("--init-token", "--slot", "1", "--label", LABEL, "--so-pin", "5678");
        tpm.tool(
                "--init-pin",
                "--token-label",
                LABEL,
                "--login",
                "--login-type",
                "so",
                "--so-pin",
                "5678",
                "--pin",
                SoftHsm.PIN);
        return tpm;
    }

    /** The TPM's port; the one above it is for its control. */
    private static int freePort() {
        while (true) {
            try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    ServerSocket two = new ServerSocket(one.getLocalPort() + 1, 1, InetAddress.getLoopbackAddress())) {
                return two.getLocalPort() - 1;
            } catch (IOException | IllegalArgumentException e) {
                // The one above it is taken.
            }
        }
    }

    /** The same token in another directory, as it is now, on the same TPM. */
    public SwTpm copyTo(Path other) {
        Programs.copy(store, other);
        return new SwTpm(directory, other, port);
    }

    /** Starts the TPM and its resource manager, and waits until the token answers. */
    public void start() {
        start(
                Map.of(),
                "swtpm",
                "socket",
                "--tpm2",
                "--tpmstate",
                "dir=" + directory.resolve("state"),
                "--server",
                "type=tcp,bindaddr=127.0.0.1,port=" + port,
                "--ctrl",
                "type=tcp,bindaddr=127.0.0.1,port=" + (port + 1),
                "--flags",
                "not-need-init,startup-clear");
        startResourceManager();
        for (int asked = 1; !answers(); asked++) {
            if (running.stream().noneMatch(Process::isAlive)
                    || Thread.currentThread().isInterrupted()) {
                throw new AssertionError("swtpm and tpm2-abrmd have ended, or do not answer.");
            }
            // It was faster than the TPM and has ended, or faster than the bus, where the name was still its
            // predecessor's, and says nothing.
            if (!running.get(1).isAlive() || asked % OFTEN == 0) {
                running.remove(1).destroyForcibly().onExit().join();
                startResourceManager();
            }
        }
    }

    private void startResourceManager() {
        start(
                Map.of("DBUS_SESSION_BUS_ADDRESS", "unix:path=" + bus()),
                "tpm2-abrmd",
                "--session",
                "--allow-root",
                "--dbus-name=" + name,
                "--max-transients=100",
                "--tcti=swtpm:host=127.0.0.1,port=" + port);
    }

    private boolean answers() {
        try {
            return tool("--list-slots").contains("Slot");
        } catch (AssertionError e) {
            return false;
        }
    }

    private void start(Map<String, String> environment, String... command) {
        running.add(run(environment, command));
    }

    private static Process run(Map<String, String> environment, String... command) {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(Programs.HOW_TO_GET_THEM, e);
        }
    }

    private static Path bus() {
        Path known = bus;
        if (known != null) {
            return known;
        }
        try {
            Path socket = Files.createTempDirectory("chancery-bus").resolve("bus");
            Process daemon = run(
                    Map.of(), "dbus-daemon", "--session", "--nofork", "--nopidfile", "--address=unix:path=" + socket);
            while (!Files.exists(socket)) {
                if (!daemon.isAlive()) {
                    throw new AssertionError("dbus-daemon ended with " + daemon.exitValue() + ".");
                }
                Thread.onSpinWait();
            }
            bus = socket;
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the TPM and its resource manager. */
    public void kill() {
        running.forEach(process -> process.destroyForcibly().onExit().join());
        running.clear();
    }

    @Override
    public void close() {
        kill();
    }

    private Map<String, String> environment() {
        return Map.of(
                "TPM2_PKCS11_STORE",
                store.toString(),
                "TPM2_PKCS11_TCTI",
                "tabrmd:bus_type=session,bus_name=" + name,
                "DBUS_SESSION_BUS_ADDRESS",
                "unix:path=" + bus(),
                "TSS2_LOG",
                "all+NONE",
                "TPM2_PKCS11_LOG_LEVEL",
                "0");
    }

    /** Runs pkcs11-tool on it. */
    public String tool(String... arguments) {
        return Programs.tool(Programs.tpm2Pkcs11(), environment(), arguments);
    }

    /** Puts a shim before it. */
    public Shim behind(Shim shim) {
        return shim.before(Programs.tpm2Pkcs11(), environment(), "");
    }

    public static String uri(Path library) {
        return "pkcs11:token=" + PercentEncoding.encode(LABEL) + "?module-path=" + library;
    }
}
