package dev.chancery.backup;

import dev.chancery.backup.archive.ArchiveKey;
import dev.chancery.backup.archive.ArchiveLock;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Date;
import java.util.List;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyRingGenerator;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;

/** Somebody who reads archives with an OpenPGP key: no passphrase has to be derived, which takes time. */
final class Reader {
    private final PGPKeyRingGenerator rings;

    @SuppressWarnings("JavaUtilDate") // as BouncyCastle has its times
    Reader() {
        try {
            RSAKeyPairGenerator pairs = new RSAKeyPairGenerator();
            pairs.init(new RSAKeyGenerationParameters(BigInteger.valueOf(65537), new SecureRandom(), 2048, 100));
            int algorithm = PublicKeyAlgorithmTags.RSA_GENERAL;
            rings = new PGPKeyRingGenerator(
                    PGPSignature.POSITIVE_CERTIFICATION,
                    new BcPGPKeyPair(PublicKeyPacket.VERSION_4, algorithm, pairs.generateKeyPair(), new Date(0)),
                    "reader",
                    new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA1),
                    null,
                    null,
                    new BcPGPContentSignerBuilder(algorithm, HashAlgorithmTags.SHA256),
                    null);
        } catch (PGPException e) {
            throw new AssertionError(e);
        }
    }

    ArchiveLock lock() {
        try {
            return ArchiveLock.ofRecipients(
                    List.of(rings.generatePublicKeyRing().getEncoded()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    ArchiveKey key() {
        try {
            return ArchiveKey.ofSecretKey(rings.generateSecretKeyRing().getEncoded(), new char[0]);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
