package dev.chancery.provider.file.formats;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A public key that was read from a PEM file.
 *
 * @param key a JDK object; a plain RSA key also where the file says RSASSA-PSS
 * @param restriction the only algorithms that the key may be used with, where its owner confined it (RSASSA-PSS keys)
 */
public record PublicKeyPem(PublicKey key, KeySpec spec, Optional<Set<SignatureAlgorithm>> restriction) {
    /**
     * Reads SPKI, or the bare RSA key that {@code openssl rsa -RSAPublicKey_out} writes.
     *
     * @param pem the whole file, at most {@link PemReader#MAX_BYTES}
     * @param file its name, for messages
     * @throws IntegrityException if the file holds anything but one undamaged public key
     * @throws UnsupportedException if no {@link KeySpec} describes the key
     */
    public static PublicKeyPem read(byte[] pem, String file) {
        try {
            List<PemBlock> blocks = PemReader.read(pem);
            // A private key may have strayed into the file.
            blocks.stream().filter(block -> !block.isPublicKey()).forEach(PemBlock::wipe);
            PemBlock block = blocks.get(0);
            if (blocks.size() > 1 || !block.isPublicKey()) {
                throw new MalformedException("holds " + PemBlock.describe(blocks) + " where one public key belongs");
            }
            Optional<PublicKey> common = JdkKeys.readPublic(block.content());
            return common.isPresent() ? of(common.get(), Optional.empty()) : KeyStructures.readPublic(block.content());
        } catch (MalformedException e) {
            throw new IntegrityException(
                    file + ": " + e.getMessage() + ". Write it anew with 'openssl pkey -in <private key> -pubout'.", e);
        } catch (UnsupportedException e) {
            throw new UnsupportedException(file + ": " + e.getMessage(), e);
        }
    }

    static PublicKeyPem of(PublicKey key, Optional<Set<SignatureAlgorithm>> restriction) {
        return new PublicKeyPem(key, KeySpec.of(key), restriction);
    }

    /** Writes SPKI in lines of 64 characters. */
    public static byte[] write(PublicKey key) {
        return write(key, Optional.empty());
    }

    /** The same with a key that was read, which stays confined to the algorithms that it was confined to. */
    public static byte[] write(PublicKey key, Optional<Set<SignatureAlgorithm>> restriction) {
        byte[] spki = JdkKeys.writePublic(key);
        return PemBlock.encode(
                PemBlock.PUBLIC_KEY,
                restriction
                        .map(algorithms -> KeyStructures.confine(spki, algorithms))
                        .orElse(spki));
    }
}
