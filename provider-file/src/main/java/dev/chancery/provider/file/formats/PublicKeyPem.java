package dev.chancery.provider.file.formats;

import dev.chancery.algorithm.SubjectPublicKeyInfo;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import java.security.PublicKey;
import java.util.List;

/** Public keys in PEM. Core judges them by their encoding; what others write in another way is put into the one right encoding first. */
public final class PublicKeyPem {
    private PublicKeyPem() {}

    /**
     * Reads SPKI, or the bare RSA key that {@code openssl rsa -RSAPublicKey_out} writes.
     *
     * @param pem the whole file, at most {@link PemReader#MAX_BYTES}
     * @param file its name, for messages
     * @return the key, which says itself what it may be used with (RSASSA-PSS)
     * @throws IntegrityException if the file holds anything but one undamaged public key
     * @throws UnsupportedException if no {@link dev.chancery.algorithm.KeySpec} describes the key
     */
    public static PublicKey read(byte[] pem, String file) {
        try {
            List<PemBlock> blocks = PemReader.read(pem);
            // A private key may have strayed into the file.
            blocks.stream().filter(block -> !block.isPublicKey()).forEach(PemBlock::wipe);
            PemBlock block = blocks.get(0);
            if (blocks.size() > 1 || !block.isPublicKey()) {
                throw new MalformedException("holds " + PemBlock.describe(blocks) + " where one public key belongs");
            }
            return read(block.content());
        } catch (MalformedException e) {
            throw new IntegrityException(
                    file + ": " + e.getMessage() + ". Write it anew with 'openssl pkey -in <private key> -pubout'.", e);
        } catch (UnsupportedException e) {
            throw new UnsupportedException(file + ": " + e.getMessage(), e);
        }
    }

    private static PublicKey read(byte[] der) throws MalformedException {
        try {
            return SubjectPublicKeyInfo.read(der).publicKey();
        } catch (UnsupportedException e) {
            try {
                return KeyStructures.readPublic(der);
            } catch (NoClassDefFoundError noBouncyCastle) {
                throw e;
            }
        }
    }

    /** Writes SPKI in lines of 64 characters. */
    public static byte[] write(PublicKey key) {
        return PemBlock.encode(PemBlock.PUBLIC_KEY, key.getEncoded());
    }
}
