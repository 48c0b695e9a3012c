package dev.chancery.backup.archive;

import dev.chancery.backup.internal.openpgp.Encryption;
import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** What an archive is encrypted under: a passphrase, or the public keys of its readers. Thread-safe. */
public final class ArchiveLock {
    private final Encryption encryption;

    private ArchiveLock(Encryption encryption) {
        this.encryption = encryption;
    }

    /**
     * Encrypts under a passphrase. The key is derived by OpenPGP's iterated and salted S2K: SHA-256 over 65,011,712 bytes, the most that it can say.
     *
     * @param passphrase the passphrase; copied, so the caller may wipe its own
     * @return the lock
     * @throws ConfigurationException if it is empty
     */
    public static ArchiveLock ofPassphrase(char[] passphrase) {
        return new ArchiveLock(Encryption.underPassphrase(passphrase));
    }

    /**
     * Encrypts to public keys: each of their holders can read the archive alone.
     *
     * @param publicKeys OpenPGP public keys, as {@code gpg --export} writes them, armoured or not; of each the encryption key that does not expire first
     * @return the lock
     * @throws ConfigurationException if there is none, or one of them is no public key that encrypts
     */
    public static ArchiveLock ofRecipients(List<byte[]> publicKeys) {
        return new ArchiveLock(Encryption.toRecipients(publicKeys));
    }

    /**
     * Begins an archive: AES-256 with a modification detection code (a SEIPD packet of version 1), which every gpg since 2.0 reads.
     *
     * @param out where the archive goes; left open
     * @return where its content goes; closing it ends the archive
     * @throws IOException if that fails
     */
    public OutputStream close(OutputStream out) throws IOException {
        return encryption.open(out);
    }

    /** Says nothing of the secret. */
    @Override
    public String toString() {
        return "ArchiveLock[" + encryption + "]";
    }
}
