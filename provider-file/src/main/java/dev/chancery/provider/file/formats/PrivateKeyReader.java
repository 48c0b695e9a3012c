package dev.chancery.provider.file.formats;

import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.UnsupportedException;
import java.nio.CharBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads a private key from every PEM that OpenSSL 1.x to 3.x writes: PKCS#8, plain or encrypted (PBES2 with PBKDF2 or
 * scrypt, PBES1, PKCS#12's), and the traditional forms PKCS#1 and SEC 1, plain or with {@code DEK-Info}. The content decides which
 * of them it is, not the label.
 *
 * <p>The public half is computed, or read where the file states it (EC); that the two belong together is for
 * {@link dev.chancery.spi.signing.LocalKeys#load} to prove, which also knows the {@code .pub} file.
 *
 * <p>Thread-safe. Copies of the key and of the passphrase are wiped; what a JDK key object holds cannot be.
 */
public final class PrivateKeyReader {
    private final KdfLimits limits;
    private final String advice;

    /**
     * A reader with the usual limits.
     *
     * @param advice what to do about a damaged file; a sentence, or empty
     */
    public PrivateKeyReader(String advice) {
        this(KdfLimits.DEFAULT, advice);
    }

    PrivateKeyReader(KdfLimits limits, String advice) {
        this.limits = limits;
        this.advice = advice;
    }

    /**
     * Reads a private key and its public half. Certificates, EC parameters and other things that are no private key may stand beside it.
     *
     * @param pem the whole file, at most {@link PemReader#MAX_BYTES}; the caller wipes it
     * @param passphrase asked once, and only for an encrypted key; the array that it gives is wiped here
     * @param file its name, for messages
     * @throws IntegrityException if the file holds anything but one undamaged private key
     * @throws UnsupportedException if no {@link dev.chancery.algorithm.KeySpec} describes the key, if the file is of another format, or if its
     *     encryption is unknown or asks for more work than {@link KdfLimits} allows
     * @throws KeyAccessException if the key is encrypted, and the passphrase is missing or wrong
     */
    public LoadedKey read(byte[] pem, Supplier<Optional<char[]>> passphrase, String file) {
        List<PemBlock> blocks = List.of();
        try {
            blocks = PemReader.read(pem);
            return read(theKey(blocks), ecParameters(blocks), passphrase, file);
        } catch (MalformedException e) {
            OtherFormat.nameOf(blocks).ifPresent(other -> {
                throw new UnsupportedException(file + ": " + other, e);
            });
            throw new IntegrityException((file + ": " + e.getMessage() + ". " + advice).strip(), e);
        } catch (UnsupportedException e) {
            throw new UnsupportedException(file + ": " + e.getMessage(), e);
        } catch (NoClassDefFoundError e) {
            throw new UnsupportedException(
                    file + ": this form of key is read with BouncyCastle; add org.bouncycastle:bcprov-jdk18on.", e);
        } finally {
            blocks.forEach(PemBlock::wipe);
        }
    }

    private static PemBlock theKey(List<PemBlock> blocks) throws MalformedException {
        List<PemBlock> keys = blocks.stream().filter(PemBlock::isPrivateKey).toList();
        if (keys.size() != 1) {
            throw new MalformedException("holds " + PemBlock.describe(blocks) + " where one private key belongs");
        }
        return keys.get(0);
    }

    private static Optional<byte[]> ecParameters(List<PemBlock> blocks) {
        return blocks.stream()
                .filter(block -> block.label().equals(PemBlock.EC_PARAMETERS))
                .map(PemBlock::content)
                .findFirst();
    }

    private LoadedKey read(
            PemBlock block, Optional<byte[]> ecParameters, Supplier<Optional<char[]>> passphrase, String file)
            throws MalformedException {
        OtherFormat.refuse(block);
        Optional<LoadedKey> common = block.dekInfo() == null ? JdkKeys.readPrivate(block.content()) : Optional.empty();
        if (common.isPresent()) {
            return common.get();
        }
        Optional<EncryptedKey> encrypted = encrypted(block);
        return encrypted.isPresent()
                ? decrypt(encrypted.get(), ecParameters, passphrase, file).from(encrypted.get())
                : KeyStructures.readPrivate(block.content(), ecParameters);
    }

    /** How a key is encrypted; empty if it is not. */
    private Optional<EncryptedKey> encrypted(PemBlock block) throws MalformedException {
        if (block.dekInfo() != null) {
            return Optional.of(EncryptionStructures.ofDekInfo(block.dekInfo(), block.content()));
        }
        Optional<EncryptedKey> common = Pbes2.read(block.content(), limits);
        return common.isPresent() ? common : EncryptionStructures.read(block.content(), limits);
    }

    private static LoadedKey decrypt(
            EncryptedKey encrypted, Optional<byte[]> ecParameters, Supplier<Optional<char[]>> passphrase, String file)
            throws MalformedException {
        char[] secret = passphrase
                .get()
                .orElseThrow(() -> new KeyAccessException(file + ": the key is encrypted and there is no passphrase."
                        + " Give it in a file of mode 0600, named by --passphrase-file, CHANCERY_PASSPHRASE_FILE or"
                        + " KeyStoreOptions.passphraseFile; as systemd's credential chancery-passphrase; or by a callback"
                        + " (KeyStoreOptions.passphrases)."));
        List<byte[]> candidates = List.of();
        try {
            candidates = encrypted.decrypt(secret);
            for (byte[] der : candidates) {
                Optional<LoadedKey> common = JdkKeys.readPrivate(der);
                if (common.isPresent()) {
                    return common.get();
                }
                // A wrong passphrase now and then yields valid padding; never DER of exactly this length with a
                // version.
                if (KeyStructures.looksLikePrivateKey(der)) {
                    return KeyStructures.readPrivate(der, ecParameters);
                }
            }
            throw wrongPassphrase(secret, file);
        } catch (GeneralSecurityException e) {
            throw new UnsupportedException("This Java runtime cannot decrypt " + encrypted.encryption() + ".", e);
        } finally {
            candidates.forEach(der -> Arrays.fill(der, (byte) 0));
            Arrays.fill(secret, '\0');
        }
    }

    private static KeyAccessException wrongPassphrase(char[] secret, String file) {
        boolean ascii = CharBuffer.wrap(secret).chars().allMatch(character -> character < 0x80);
        return new KeyAccessException(file + ": the passphrase does not open this key. Check that it is the one of"
                + " this key, and that its file ends after it (only the first line counts)."
                + (ascii
                        ? ""
                        : " It has characters beyond ASCII, which are encoded as UTF-8 here; if the key was encrypted"
                                + " where they are Latin-1, give it an ASCII passphrase there with 'openssl pkcs8"
                                + " -topk8 -v2 aes256'."));
    }
}
