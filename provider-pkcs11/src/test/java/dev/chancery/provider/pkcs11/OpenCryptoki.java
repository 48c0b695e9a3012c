package dev.chancery.provider.pkcs11;

import dev.chancery.provider.pkcs11.binding.CkAttributes;
import dev.chancery.provider.pkcs11.sessions.TokenConnection;
import dev.chancery.spi.support.PercentEncoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * The machine's one software token of opencryptoki, with the PIN {@link #PIN}: it has a daemon and directories of its own, so tests take turns. It
 * takes PINs of eight characters at most.
 */
public final class OpenCryptoki implements AutoCloseable {
    public static final String PIN = "pin-7Q.k";

    private static final String LABEL = "chancery ock";
    private static final String SLOT = "3";
    private static final String FACTORY = "87654321";
    private static final String OFFICER = "so-5678x";

    private final FileChannel turn;

    private OpenCryptoki(FileChannel turn) {
        this.turn = turn;
    }

    /** Waits for a turn, and makes the token if it is not there. */
    public static OpenCryptoki take() {
        try {
            FileChannel turn = FileChannel.open(
                    Path.of("/tmp/chancery-opencryptoki.lock"), // the machine has one such token for all builds
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            var unused = turn.lock();
            OpenCryptoki token = new OpenCryptoki(turn);
            token.prepare();
            return token;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void prepare() {
        if (!isRunning()) {
            Programs.run(Map.of(), "pkcsslotd");
        }
        if (!Programs.run(Map.of(), "pkcsconf", "-t").contains(LABEL)) {
            Programs.runWithInput(LABEL + "\n", "pkcsconf", "-I", "-c", SLOT, "-S", FACTORY);
            Programs.run(Map.of(), "pkcsconf", "-P", "-c", SLOT, "-S", FACTORY, "-n", OFFICER);
            Programs.run(Map.of(), "pkcsconf", "-u", "-c", SLOT, "-S", OFFICER, "-n", "12345678");
            Programs.run(Map.of(), "pkcsconf", "-p", "-c", SLOT, "-U", "12345678", "-n", PIN);
        }
    }

    private static boolean isRunning() {
        try {
            Programs.run(Map.of(), "pkcsconf", "-t");
            return true;
        } catch (AssertionError e) {
            return false;
        }
    }

    /** Destroys all objects, through a library that no store has open. */
    public void clear(Path library) {
        try (TokenConnection connection = Tokens.connect(uri(library), PIN)) {
            connection.change("Clearing the token", session -> {
                for (long object : session.find(new CkAttributes())) {
                    session.cryptoki().destroy(object);
                }
                return session;
            });
        }
    }

    /** Puts a shim before it. */
    public Shim behind(Shim shim) {
        return shim.before(Programs.openCryptoki(), Map.of(), "");
    }

    public static String uri(Path library) {
        return "pkcs11:token=" + PercentEncoding.encode(LABEL) + "?module-path=" + library;
    }

    @Override
    public void close() {
        try {
            turn.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
