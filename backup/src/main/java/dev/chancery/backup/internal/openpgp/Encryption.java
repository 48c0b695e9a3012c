package dev.chancery.backup.internal.openpgp;

import dev.chancery.error.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureSubpacketVector;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPPublicKeyRingCollection;
import org.bouncycastle.openpgp.operator.PGPKeyEncryptionMethodGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPBEKeyEncryptionMethodGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyKeyEncryptionMethodGenerator;

/** Makes OpenPGP messages. Thread-safe. */
@SuppressWarnings("JavaUtilDate") // as BouncyCastle has its times
public final class Encryption {
    /** RFC 4880, section 3.7.1.3: 65,011,712 bytes are hashed. */
    private static final int MOST_ITERATIONS = 0xff;

    private static final int PACKET = 1 << 16;

    private final String what;
    private final Methods methods;

    private Encryption(String what, Methods methods) {
        this.what = what;
        this.methods = methods;
    }

    /** Encrypt the session key of one message. */
    @FunctionalInterface
    private interface Methods {
        List<? extends PGPKeyEncryptionMethodGenerator> get() throws PGPException;
    }

    public static Encryption underPassphrase(char[] passphrase) {
        if (passphrase.length == 0) {
            throw new ConfigurationException("An archive is not encrypted under an empty passphrase. Choose one.");
        }
        char[] copy = passphrase.clone();
        return new Encryption(
                "passphrase",
                () -> List.of(new BcPBEKeyEncryptionMethodGenerator(
                        copy, Digests.provider().get(HashAlgorithmTags.SHA256), MOST_ITERATIONS)));
    }

    public static Encryption toRecipients(List<byte[]> publicKeys) {
        List<PGPPublicKey> keys = new ArrayList<>();
        publicKeys.forEach(bytes -> keys.addAll(encryptionKeys(bytes)));
        if (keys.isEmpty()) {
            throw new ConfigurationException(
                    "An archive needs a recipient: an OpenPGP public key, as gpg --export NAME writes it.");
        }
        return new Encryption(
                keys.size() + " recipients",
                () -> keys.stream()
                        .map(BcPublicKeyKeyEncryptionMethodGenerator::new)
                        .toList());
    }

    private static List<PGPPublicKey> encryptionKeys(byte[] bytes) {
        List<PGPPublicKey> keys = new ArrayList<>();
        try (InputStream in = PGPUtil.getDecoderStream(new ByteArrayInputStream(bytes))) {
            for (PGPPublicKeyRing ring : new BcPGPPublicKeyRingCollection(in)) {
                keys.add(encryptionKey(ring)
                        .orElseThrow(() -> new ConfigurationException("The OpenPGP key "
                                + Long.toHexString(ring.getPublicKey().getKeyID())
                                + " has no part that encrypts and is in force. Export another.")));
            }
        } catch (IOException | PGPException | RuntimeException e) {
            if (e instanceof ConfigurationException ours) {
                throw ours;
            }
            throw new ConfigurationException(
                    "A recipient is no OpenPGP public key. Export one: gpg --export --armor NAME", e);
        }
        return keys;
    }

    /** The newest part that encrypts, is not revoked and has not expired. */
    private static Optional<PGPPublicKey> encryptionKey(PGPPublicKeyRing ring) {
        PGPPublicKey newest = null;
        for (PGPPublicKey key : ring) {
            boolean fits = key.isEncryptionKey() && !key.hasRevocation() && !isExpired(key) && isMeantToEncrypt(key);
            if (fits && (newest == null || newest.getCreationTime().before(key.getCreationTime()))) {
                newest = key;
            }
        }
        return Optional.ofNullable(newest);
    }

    private static boolean isExpired(PGPPublicKey key) {
        long seconds = key.getValidSeconds();
        return seconds != 0 && key.getCreationTime().getTime() + 1000 * seconds < new Date().getTime();
    }

    /** What its self-signatures say; RSA keys can do more than they are meant for. */
    private static boolean isMeantToEncrypt(PGPPublicKey key) {
        boolean said = false;
        for (var signatures = key.getSignatures(); signatures.hasNext(); ) {
            PGPSignature signature = signatures.next();
            PGPSignatureSubpacketVector hashed = signature.getHashedSubPackets();
            if (hashed != null && hashed.getKeyFlags() != 0) {
                said = true;
                if ((hashed.getKeyFlags() & (KeyFlags.ENCRYPT_COMMS | KeyFlags.ENCRYPT_STORAGE)) != 0) {
                    return true;
                }
            }
        }
        return !said;
    }

    /** Begins a message; closing what is returned ends it, and leaves what was given open. */
    public OutputStream open(OutputStream out) throws IOException {
        PGPEncryptedDataGenerator encrypted =
                new PGPEncryptedDataGenerator(new BcPGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256)
                        .setWithIntegrityPacket(true)
                        .setSecureRandom(new SecureRandom()));
        encrypted.setForceSessionKey(true);
        try {
            methods.get().forEach(encrypted::addMethod);
            OutputStream outer = encrypted.open(out, new byte[PACKET]);
            PGPLiteralDataGenerator literal = new PGPLiteralDataGenerator();
            OutputStream inner = literal.open(outer, PGPLiteralData.BINARY, "", new Date(0), new byte[PACKET]);
            return new Message(inner, literal, encrypted);
        } catch (PGPException e) {
            throw new IOException("The archive cannot be encrypted: " + e.getMessage(), e);
        }
    }

    /** The packets of a message end with it. */
    private static final class Message extends FilterOutputStream {
        private final PGPLiteralDataGenerator literal;
        private final PGPEncryptedDataGenerator encrypted;
        private boolean closed;

        Message(OutputStream inner, PGPLiteralDataGenerator literal, PGPEncryptedDataGenerator encrypted) {
            super(inner);
            this.literal = literal;
            this.encrypted = encrypted;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                literal.close();
                encrypted.close();
            }
        }
    }

    @Override
    public String toString() {
        return what;
    }
}
