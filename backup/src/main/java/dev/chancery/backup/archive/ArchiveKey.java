package dev.chancery.backup.archive;

import dev.chancery.backup.internal.openpgp.Decryption;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import java.io.IOException;
import java.io.InputStream;

/** What opens an archive: its passphrase, or the secret key of one of its readers. Thread-safe. */
public final class ArchiveKey {
    private final Decryption decryption;

    private ArchiveKey(Decryption decryption) {
        this.decryption = decryption;
    }

    /**
     * Opens with a passphrase.
     *
     * @param passphrase the passphrase; copied, so the caller may wipe its own
     * @return the key
     */
    public static ArchiveKey ofPassphrase(char[] passphrase) {
        return new ArchiveKey(Decryption.underPassphrase(passphrase));
    }

    /**
     * Opens with an OpenPGP secret key.
     *
     * @param secretKey the key, as {@code gpg --export-secret-keys} writes it, armoured or not
     * @param passphrase what that key is encrypted under; empty where it is not. Copied
     * @return the key
     * @throws ConfigurationException if there is no secret key
     */
    public static ArchiveKey ofSecretKey(byte[] secretKey, char[] passphrase) {
        return new ArchiveKey(Decryption.withSecretKey(secretKey, passphrase));
    }

    /**
     * Opens an archive. Nothing of what is read may be believed before the end of the stream has been reached: there the archive's
     * integrity is checked.
     *
     * @param archive an OpenPGP message, armoured or not
     * @return what it holds; reading throws {@link IntegrityException} where the archive is damaged or cut off
     * @throws KeyAccessException if the passphrase or key is another
     * @throws IntegrityException if it is no OpenPGP message, or one without protection of its integrity
     * @throws IOException if it cannot be read
     */
    public InputStream open(InputStream archive) throws IOException {
        return decryption.open(archive);
    }

    /** Says nothing of the secret. */
    @Override
    public String toString() {
        return "ArchiveKey[" + decryption + "]";
    }
}
