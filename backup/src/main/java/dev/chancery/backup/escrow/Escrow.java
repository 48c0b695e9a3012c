package dev.chancery.backup.escrow;

import dev.chancery.backup.archive.ArchiveId;
import dev.chancery.error.ConfigurationException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.crypto.threshold.ShamirSecretSplitter;
import org.bouncycastle.crypto.threshold.ShamirSplitSecret;
import org.bouncycastle.crypto.threshold.ShamirSplitSecretShare;

/**
 * A random passphrase that is divided among custodians by Shamir's scheme: as many shares as the threshold says restore it, and fewer say nothing about it.
 * Shares are points of polynomials over GF(2<sup>8</sup>) with the polynomial of AES, as BouncyCastle computes them. Immutable.
 */
public final class Escrow {
    private static final int BYTES = 32;
    private static final int MOST = 100;

    private final int custodians;
    private final int threshold;
    private final byte[] secret;

    private Escrow(int custodians, int threshold, byte[] secret) {
        this.custodians = custodians;
        this.threshold = threshold;
        this.secret = secret;
    }

    /**
     * Makes a passphrase of 256 random bits.
     *
     * @param custodians how many shares there will be, at most 100
     * @param threshold how many of them open the archive, at least 2
     * @return a new passphrase
     * @throws ConfigurationException if the numbers make no sense
     */
    public static Escrow of(int custodians, int threshold) {
        if (threshold < 2 || threshold > custodians || custodians > MOST) {
            throw new ConfigurationException("A passphrase is divided among 2 to " + MOST
                    + " custodians, of whom at least 2 and at most all are needed: not " + threshold + " of "
                    + custodians + ".");
        }
        byte[] secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        return new Escrow(custodians, threshold, secret);
    }

    /**
     * The passphrase, for the archive that is about to be made.
     *
     * @return 64 hexadecimal digits, for the caller to wipe
     */
    public char[] passphrase() {
        return passphrase(secret);
    }

    private static char[] passphrase(byte[] secret) {
        return HexFormat.of().formatHex(secret).toCharArray();
    }

    /**
     * Divides the passphrase.
     *
     * @param archive the archive that was made under it
     * @return a share for each custodian
     */
    public List<Share> divide(ArchiveId archive) {
        ShamirSplitSecretShare[] points =
                splitter().resplit(secret, threshold, custodians).getSecretShares();
        List<Share> shares = new ArrayList<>();
        for (int i = 0; i < points.length; i++) {
            shares.add(new Share(archive, threshold, custodians, i + 1, encoded(points[i])));
        }
        return shares;
    }

    private static ShamirSecretSplitter splitter() {
        return ShamirSecretSplitter.getInstance(ShamirSecretSplitter.Algorithm.AES, BYTES, new SecureRandom());
    }

    private static byte[] encoded(ShamirSplitSecretShare point) {
        try {
            return point.getEncoded();
        } catch (java.io.IOException e) {
            throw new IllegalStateException("A share in memory has an encoding.", e);
        }
    }

    /**
     * Puts the passphrase together.
     *
     * @param shares as many different shares of one archive as its threshold says, which {@link ShareCollection} sees to
     * @return the passphrase, for the caller to wipe
     */
    static char[] combine(Collection<Share> shares) {
        ShamirSplitSecretShare[] points = shares.stream()
                .map(share -> new ShamirSplitSecretShare(share.data(), share.number()))
                .toArray(ShamirSplitSecretShare[]::new);
        byte[] secret = new byte[0];
        try {
            secret = ShamirSplitSecret.getInstance(ShamirSecretSplitter.Algorithm.AES, points)
                    .getSecret();
            return passphrase(secret);
        } catch (java.io.IOException e) {
            throw new IllegalStateException("Shares in memory have encodings.", e);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /** Says nothing of the secret. */
    @Override
    public String toString() {
        return "Escrow[" + threshold + " of " + custodians + "]";
    }
}
