package dev.chancery.provider.file.formats;

import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.UnsupportedException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.BadPaddingException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a private key from every PEM that OpenSSL 1.x to 3.x writes: PKCS#8, plain or encrypted (PBES2 with PBKDF2 or
 * scrypt, PBES1, PKCS#12's), and the traditional forms PKCS#1 and SEC 1, plain or with {@code DEK-Info}.
 *
 * <p>The public half is computed, or read where the file states it (EC); that the two belong together is for
 * {@link dev.chancery.spi.signing.LocalKeys#load} to prove, which also knows the {@code .pub} file.
 *
 * <p>Thread-safe. Copies of the key and of the passphrase are wiped; what a JDK key object holds cannot be.
 */
public final class PrivateKeyReader {
    private final KdfLimits limits;

    /** A reader with the usual limits. */
    public PrivateKeyReader() {
        this(KdfLimits.DEFAULT);
    }

    PrivateKeyReader(KdfLimits limits) {
        this.limits = limits;
    }

    /**
     * Reads a private key and its public half.
     *
     * @param pem the whole file, at most {@link PemReader#MAX_BYTES}; the caller wipes it
     * @param passphrase asked once, and only for an encrypted key; the array that it gives is wiped here
     * @param file its name, for messages
     * @throws IntegrityException if the file holds anything but one undamaged private key
     * @throws UnsupportedException if no {@link dev.chancery.algorithm.KeySpec} describes the key, or if its encryption is unknown
     *     or asks for more work than {@link KdfLimits} allows
     * @throws KeyAccessException if the key is encrypted, and the passphrase is missing or wrong
     */
    public LoadedKey read(byte[] pem, Supplier<Optional<char[]>> passphrase, String file) {
        try {
            List<PemBlock> blocks = PemReader.read(pem);
            try {
                return read(blocks, passphrase, file);
            } finally {
                blocks.forEach(PemBlock::wipe);
            }
        } catch (MalformedException e) {
            throw new IntegrityException(file + ": " + e.getMessage() + ". Restore it from a backup.", e);
        } catch (UnsupportedException e) {
            throw new UnsupportedException(file + ": " + e.getMessage(), e);
        } catch (NoClassDefFoundError e) {
            throw new UnsupportedException(
                    file + ": this form of key is read with BouncyCastle; add org.bouncycastle:bcprov-jdk18on.", e);
        }
    }

    private LoadedKey read(List<PemBlock> blocks, Supplier<Optional<char[]>> passphrase, String file)
            throws MalformedException {
        PemBlock key = theKey(blocks);
        NamedCurve curve = blocks.size() == 2 ? curveOf(blocks.get(0)) : null;
        String dekInfo = key.dekInfo();
        if (key.label().equals(PemBlock.ENCRYPTED_PRIVATE_KEY)) {
            DerReader info = new DerReader(key.content()).onlySequence();
            PasswordEncryption encryption = PasswordEncryption.read(info.sequence(), limits);
            byte[] ciphertext = info.octetString();
            info.requireEnd();
            return readEncrypted(PemBlock.PRIVATE_KEY, null, encryption, ciphertext, passphrase, file);
        }
        if (dekInfo != null) {
            PasswordEncryption encryption = PasswordEncryption.ofDekInfo(dekInfo);
            return readEncrypted(key.label(), curve, encryption, key.content(), passphrase, file);
        }
        return read(key.label(), key.content(), curve, new KeyEncoding(form(key.label()), false, Optional.empty()));
    }

    private static LoadedKey readEncrypted(
            String label,
            @Nullable NamedCurve curve,
            PasswordEncryption encryption,
            byte[] ciphertext,
            Supplier<Optional<char[]>> passphrase,
            String file)
            throws MalformedException {
        byte[] der = decrypt(encryption, ciphertext, passphrase, file);
        try {
            String form = form(label) + ", " + encryption.name();
            return read(label, der, curve, new KeyEncoding(form, true, Optional.ofNullable(encryption.weakness())));
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }

    private static LoadedKey read(String label, byte[] der, @Nullable NamedCurve curve, KeyEncoding encoding)
            throws MalformedException {
        return switch (label) {
            case PemBlock.RSA_PRIVATE_KEY -> new LoadedKey(Pkcs1.readPrivate(der), Optional.empty(), encoding);
            case PemBlock.EC_PRIVATE_KEY -> new LoadedKey(Sec1.readPrivate(der, curve), Optional.empty(), encoding);
            default -> {
                Pkcs8.Content content = Pkcs8.read(der);
                yield new LoadedKey(content.pair(), content.restriction(), encoding);
            }
        };
    }

    /** The one private key of a file, with nothing beside it but the parameters that OpenSSL puts before an EC key. */
    private static PemBlock theKey(List<PemBlock> blocks) throws MalformedException {
        PemBlock last = blocks.get(blocks.size() - 1);
        boolean traditional =
                last.label().equals(PemBlock.RSA_PRIVATE_KEY) || last.label().equals(PemBlock.EC_PRIVATE_KEY);
        boolean pkcs8 =
                last.label().equals(PemBlock.PRIVATE_KEY) || last.label().equals(PemBlock.ENCRYPTED_PRIVATE_KEY);
        boolean alone = blocks.size() == 1
                || (blocks.size() == 2
                        && blocks.get(0).label().equals(PemBlock.EC_PARAMETERS)
                        && last.label().equals(PemBlock.EC_PRIVATE_KEY));
        if (!alone || !(traditional || pkcs8)) {
            throw new MalformedException("holds " + PemBlock.describe(blocks) + " where one private key belongs");
        }
        if (pkcs8 && last.dekInfo() != null) {
            throw new MalformedException("a DEK-Info header on a PKCS#8 key, which does not have one");
        }
        return last;
    }

    private static NamedCurve curveOf(PemBlock parameters) throws MalformedException {
        DerReader reader = new DerReader(parameters.content());
        NamedCurve curve = NamedCurve.read(reader);
        reader.requireEnd();
        return curve;
    }

    private static String form(String label) {
        return switch (label) {
            case PemBlock.RSA_PRIVATE_KEY -> "PKCS#1";
            case PemBlock.EC_PRIVATE_KEY -> "SEC 1";
            default -> "PKCS#8";
        };
    }

    private static byte[] decrypt(
            PasswordEncryption encryption, byte[] ciphertext, Supplier<Optional<char[]>> passphrase, String file)
            throws MalformedException {
        char[] secret = passphrase
                .get()
                .orElseThrow(() -> new KeyAccessException(file + ": the key is encrypted and there is no passphrase."
                        + " Give one by a callback, in $CREDENTIALS_DIRECTORY/chancery-passphrase, in a passphrase file"
                        + " of mode 0600 or 0400, or in CHANCERY_PASSPHRASE."));
        try {
            byte[] der = encryption.decrypt(secret, ciphertext);
            if (looksLikeKey(der)) {
                return der;
            }
            Arrays.fill(der, (byte) 0);
            throw wrongPassphrase(file);
        } catch (BadPaddingException e) {
            throw wrongPassphrase(file);
        } catch (GeneralSecurityException e) {
            throw new UnsupportedException("This Java runtime cannot decrypt " + encryption.name() + ".", e);
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    /** A wrong passphrase now and then yields valid padding; never a sequence of exactly this length and a version. */
    private static boolean looksLikeKey(byte[] der) {
        try {
            return new DerReader(der).onlySequence().smallInteger() <= 1;
        } catch (MalformedException e) {
            return false;
        }
    }

    private static KeyAccessException wrongPassphrase(String file) {
        return new KeyAccessException(file + ": the passphrase does not open this key. Check that it is the one of"
                + " this key, and that its file ends after it (only the first line counts).");
    }
}
