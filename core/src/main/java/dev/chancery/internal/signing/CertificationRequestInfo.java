package dev.chancery.internal.signing;

import dev.chancery.error.ConfigurationException;
import java.security.PublicKey;
import java.util.Arrays;

/**
 * Recognises the one thing that a key not yet active may sign: the CertificationRequestInfo of a PKCS #10 request for itself
 * (RFC 2986 4.1), {@code SEQUENCE { INTEGER 0, Name, SubjectPublicKeyInfo, [0] attributes }}. So no caller's data can pass for
 * a proof of possession.
 */
final class CertificationRequestInfo {
    private static final int SEQUENCE = 0x30;
    private static final int ATTRIBUTES = 0xa0;
    private static final byte[] VERSION_1 = {0x02, 0x01, 0x00};

    private final byte[] der;
    private int at;

    private CertificationRequestInfo(byte[] der) {
        this.der = der;
    }

    /**
     * Insists that some bytes are such a request for a key.
     *
     * @throws ConfigurationException if they are not
     */
    static void requireFor(PublicKey key, byte[] der) {
        if (!new CertificationRequestInfo(der).isFor(key.getEncoded())) {
            throw new ConfigurationException("A proof of possession is made over the DER of a PKCS #10"
                    + " CertificationRequestInfo that carries the key's own public half, and these bytes are not one.");
        }
    }

    private boolean isFor(byte[] spki) {
        if (!enter(SEQUENCE) || !take(VERSION_1) || !skip(SEQUENCE) || !take(spki)) {
            return false;
        }
        return skip(ATTRIBUTES) && at == der.length;
    }

    /** Steps into an element that must reach to the end of the input. */
    private boolean enter(int tag) {
        int length = header(tag);
        return length >= 0 && at + length == der.length;
    }

    private boolean skip(int tag) {
        int length = header(tag);
        at += Math.max(length, 0);
        return length >= 0;
    }

    private boolean take(byte[] expected) {
        int end = at + expected.length;
        boolean same = end <= der.length && Arrays.equals(der, at, end, expected, 0, expected.length);
        at = end;
        return same;
    }

    /** Reads tag and length, and returns the length of a content that lies within the input, or -1. */
    private int header(int tag) {
        if (at + 2 > der.length || (der[at] & 0xff) != tag) {
            return -1;
        }
        int length = der[at + 1] & 0xff;
        at += 2;
        if (length > 0x7f) {
            int octets = length - 0x80;
            if (octets < 1 || octets > 3 || at + octets > der.length) {
                return -1;
            }
            length = 0;
            for (int i = 0; i < octets; i++) {
                length = length << 8 | der[at++] & 0xff;
            }
        }
        return length <= der.length - at ? length : -1;
    }
}
