package dev.chancery.cli;

import dev.chancery.audit.checkpoint.Checkpoint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** A witness without a server: it cosigns what it is shown (c2sp.org/tlog-cosignature, cosignature/v1). */
final class Witness {
    private final String name;
    private final KeyPair pair;

    Witness(String name) throws GeneralSecurityException {
        this.name = name;
        this.pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }

    /** Its key, as it publishes it. */
    String key() throws GeneralSecurityException {
        return name + "+" + HexFormat.of().formatHex(id()) + "+"
                + Base64.getEncoder().encodeToString(typed());
    }

    Checkpoint cosign(Checkpoint checkpoint, long time) throws GeneralSecurityException {
        String note = checkpoint.note();
        String text = note.substring(0, note.indexOf("\n\n") + 1);
        Signature engine = Signature.getInstance("Ed25519");
        engine.initSign(pair.getPrivate());
        engine.update(("cosignature/v1\ntime " + time + "\n" + text).getBytes(StandardCharsets.UTF_8));
        byte[] signed = ByteBuffer.allocate(76)
                .put(id())
                .putLong(time)
                .put(engine.sign())
                .array();
        return checkpoint.withSignatures(
                "\u2014 " + name + " " + Base64.getEncoder().encodeToString(signed) + "\n");
    }

    private byte[] typed() {
        byte[] encoded = pair.getPublic().getEncoded();
        byte[] typed = Arrays.copyOfRange(encoded, encoded.length - 33, encoded.length);
        typed[0] = 4;
        return typed;
    }

    private byte[] id() throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
        return Arrays.copyOf(digest.digest(typed()), 4);
    }
}
