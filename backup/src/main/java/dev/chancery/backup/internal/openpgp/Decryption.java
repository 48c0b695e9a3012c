package dev.chancery.backup.internal.openpgp;

import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.spi.support.Sha256;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.openpgp.PGPCompressedData;
import org.bouncycastle.openpgp.PGPEncryptedData;
import org.bouncycastle.openpgp.PGPEncryptedDataList;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPMarker;
import org.bouncycastle.openpgp.PGPObjectFactory;
import org.bouncycastle.openpgp.PGPPBEEncryptedData;
import org.bouncycastle.openpgp.PGPPrivateKey;
import org.bouncycastle.openpgp.PGPPublicKeyEncryptedData;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSessionKey;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.bc.BcPGPSecretKeyRingCollection;
import org.bouncycastle.openpgp.operator.bc.BcPBEDataDecryptorFactory;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyDecryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyDataDecryptorFactory;
import org.bouncycastle.openpgp.operator.bc.BcSessionKeyDataDecryptorFactory;

/** Reads OpenPGP messages. Thread-safe. */
public final class Decryption {
    /** Enough to hold the salt and the encrypted session key. */
    private static final int BEGINNING = 128;

    private final String what;
    private final Opener opener;

    private Decryption(String what, Opener opener) {
        this.what = what;
        this.opener = opener;
    }

    /** Opens one of the encrypted forms of the session key, and with it the data of the message that begins so; empty where it has another lock. */
    @FunctionalInterface
    private interface Opener {
        Optional<InputStream> open(PGPEncryptedData data, String beginning) throws PGPException;
    }

    @SuppressWarnings(
            "deprecation") // what replaces it takes the whole list apart, and knows one form of the session key alone
    public static Decryption underPassphrase(char[] passphrase) {
        char[] copy = passphrase.clone();
        Map<String, PGPSessionKey> derived = new ConcurrentHashMap<>(); // deriving it again would take a moment again
        return new Decryption("passphrase", (data, beginning) -> {
            if (!(data instanceof PGPPBEEncryptedData encrypted)) {
                return Optional.empty();
            }
            PGPSessionKey session = derived.get(beginning);
            if (session == null) {
                session = encrypted.getSessionKey(new BcPBEDataDecryptorFactory(copy, Digests.provider()));
                derived.put(beginning, session);
            }
            return Optional.of(encrypted.getDataStream(new BcSessionKeyDataDecryptorFactory(session)));
        });
    }

    public static Decryption withSecretKey(byte[] secretKey, char[] passphrase) {
        char[] copy = passphrase.clone();
        BcPGPSecretKeyRingCollection keys;
        try (InputStream in = PGPUtil.getDecoderStream(new ByteArrayInputStream(secretKey))) {
            keys = new BcPGPSecretKeyRingCollection(in);
        } catch (IOException | PGPException | RuntimeException e) {
            throw new ConfigurationException(
                    "This is no OpenPGP secret key. Export one: gpg --export-secret-keys --armor NAME", e);
        }
        return new Decryption("secret key", (data, beginning) -> {
            PGPSecretKey key = data instanceof PGPPublicKeyEncryptedData encrypted
                    ? keys.getSecretKey(encrypted.getKeyIdentifier().getKeyId())
                    : null;
            if (key == null || !(data instanceof PGPPublicKeyEncryptedData encrypted)) {
                return Optional.empty();
            }
            PGPPrivateKey opened =
                    key.extractPrivateKey(new BcPBESecretKeyDecryptorBuilder(Digests.provider()).build(copy));
            return Optional.of(encrypted.getDataStream(
                    new BcPublicKeyDataDecryptorFactory(new PGPKeyPair(key.getPublicKey(), opened))));
        });
    }

    /** Opens a message; its end is where its integrity is known. */
    public InputStream open(InputStream message) throws IOException {
        return guarded(() -> {
            byte[] first = message.readNBytes(BEGINNING);
            String beginning = Sha256.hex(first);
            InputStream whole = new SequenceInputStream(new ByteArrayInputStream(first), message);
            PGPEncryptedDataList list = encryptedData(PGPUtil.getDecoderStream(whole));
            PGPEncryptedData data = null;
            InputStream plain = null;
            for (Iterator<PGPEncryptedData> all = list.iterator(); plain == null && all.hasNext(); ) {
                data = all.next();
                if (!data.isIntegrityProtected() && !data.isAEAD()) {
                    throw new IntegrityException(
                            "The archive has no protection of its integrity, so it may have been changed. Do not use it.");
                }
                plain = open(data, beginning).orElse(null);
            }
            if (data == null || plain == null) {
                throw new KeyAccessException("The archive does not open with this " + what
                        + ": it is encrypted for something else. Give what it was made with.");
            }
            return content(data, plain);
        });
    }

    private Optional<InputStream> open(PGPEncryptedData data, String beginning) {
        try {
            return opener.open(data, beginning);
        } catch (PGPException | RuntimeException e) {
            throw new KeyAccessException(
                    "The archive does not open with this " + what
                            + ", or its beginning is damaged. Give what it was made with, or take another copy.",
                    e);
        }
    }

    private static PGPEncryptedDataList encryptedData(InputStream message) {
        try {
            PGPObjectFactory packets = new BcPGPObjectFactory(message);
            Object packet = packets.nextObject();
            while (packet instanceof PGPMarker) {
                packet = packets.nextObject();
            }
            if (packet instanceof PGPEncryptedDataList list) {
                return list;
            }
        } catch (IOException | RuntimeException e) {
            throw new IntegrityException(
                    "This is no encrypted OpenPGP message, or its beginning is damaged. Take another copy.", e);
        }
        throw new IntegrityException(
                "This is no encrypted OpenPGP message. Name the archive that `chancery backup` made.");
    }

    private static InputStream content(PGPEncryptedData data, InputStream plain) throws IOException, PGPException {
        Deque<InputStream> layers = new ArrayDeque<>();
        layers.push(plain);
        Object packet = new BcPGPObjectFactory(plain).nextObject();
        if (packet instanceof PGPCompressedData compressed) {
            InputStream inflated = compressed.getDataStream();
            layers.push(inflated);
            packet = new BcPGPObjectFactory(inflated).nextObject();
        }
        if (!(packet instanceof PGPLiteralData literal)) {
            throw new IntegrityException(
                    "The OpenPGP message holds no data, or the passphrase is another. Give what it was made with.");
        }
        return new Verified(literal.getInputStream(), layers, data);
    }

    /** A step that reads packets: damaged ones make its parser throw exceptions of any type. */
    @FunctionalInterface
    private interface Reading<T> {
        T read() throws IOException, PGPException;
    }

    private static <T> T guarded(Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (ChanceryException e) {
            throw e;
        } catch (IOException | PGPException | RuntimeException e) {
            throw new IntegrityException(
                    "The archive is damaged or cut off: " + e.getMessage()
                            + ". Take another copy of it, or another archive.",
                    e);
        }
    }

    /** What a message holds; at its end the code over all of it is checked. */
    private static final class Verified extends InputStream {
        private final InputStream content;
        private final Deque<InputStream> layers;
        private final PGPEncryptedData data;
        private boolean ended;

        Verified(InputStream content, Deque<InputStream> layers, PGPEncryptedData data) {
            this.content = content;
            this.layers = layers;
            this.data = data;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (ended) {
                return -1;
            }
            return guarded(() -> {
                int count = content.read(into, offset, length);
                if (count < 0) {
                    ended = true;
                    verify();
                }
                return count;
            });
        }

        private void verify() throws IOException, PGPException {
            for (InputStream layer : layers) {
                if (layer.read() >= 0) {
                    throw new EOFException("more follows after its content");
                }
            }
            if (!data.isAEAD() && !data.verify()) {
                throw new IntegrityException(
                        "The archive was changed or damaged: its integrity code does not fit. Take another copy of it, or another archive.");
            }
        }
    }

    @Override
    public String toString() {
        return what;
    }
}
