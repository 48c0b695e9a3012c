package dev.chancery.provider.pkcs11;

import dev.chancery.ConfigurationException;
import dev.chancery.KeyAccessException;
import dev.chancery.KeyStoreOptions;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * Where the PIN comes from: the application's callback, else the file of {@code pin-source}, else systemd's credential
 * {@code chancery-pin}. Nothing is kept: each call reads again, and its answer is for the caller to wipe.
 */
final class Pin {
    private static final String CREDENTIAL = "chancery-pin";
    private static final int MAX_BYTES = 1024;
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final KeyStoreOptions options;
    private final Optional<Path> file;

    Pin(KeyStoreOptions options, Optional<Path> file) {
        this.options = options;
        this.file = file;
    }

    /**
     * The PIN.
     *
     * @param token the token's label, for the callback
     * @throws ConfigurationException if a file is named and holds none
     * @throws KeyAccessException if the file can be read by others, or not by this process
     */
    Optional<char[]> find(String token) {
        Optional<char[]> fromCallback = options.pins().flatMap(source -> source.pin(token));
        if (fromCallback.isPresent()) {
            return fromCallback;
        }
        if (file.isPresent()) {
            requireSecret(file.get());
            return Optional.of(read(file.get()));
        }
        return Optional.ofNullable(options.environment().get("CREDENTIALS_DIRECTORY"))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, CREDENTIAL))
                .filter(Files::exists)
                .map(Pin::read);
    }

    private static void requireSecret(Path file) {
        try {
            Set<PosixFilePermission> modes = Files.getPosixFilePermissions(file);
            if (modes.stream().anyMatch(OTHERS::contains)) {
                throw new KeyAccessException(
                        "Others than its owner can read or write the PIN file " + file + ". Run: chmod 600 " + file);
            }
        } catch (UnsupportedOperationException e) {
            return; // no such permissions here (Windows); its access control list is the administrator's
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Not through a channel, which an interrupt would close. */
    private static char[] read(Path file) {
        byte[] bytes = new byte[MAX_BYTES];
        try (InputStream in = new FileInputStream(file.toFile())) {
            int length = in.readNBytes(bytes, 0, MAX_BYTES);
            return firstLine(bytes, length, file);
        } catch (IOException e) {
            throw unreadable(file, e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static KeyAccessException unreadable(Path file, IOException e) {
        return new KeyAccessException(
                "The PIN file " + file + " is missing, or this process may not read it. Make it, with mode 0600.", e);
    }

    private static char[] firstLine(byte[] bytes, int length, Path file) {
        int end = 0;
        while (end < length && bytes[end] != '\n') {
            end++;
        }
        if (end > 0 && bytes[end - 1] == '\r') {
            end--;
        }
        if (end == 0 || end == MAX_BYTES) {
            throw new ConfigurationException("The first line of the PIN file " + file
                    + " is empty or longer than any PIN. Its first line is the PIN.");
        }
        try {
            CharBuffer chars = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, end));
            char[] pin = new char[chars.remaining()];
            chars.get(pin);
            Arrays.fill(chars.array(), '\0');
            return pin;
        } catch (CharacterCodingException e) {
            throw new ConfigurationException("The PIN file " + file + " is not UTF-8.");
        }
    }
}
