package dev.chancery.algorithm;

import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The one public key of a PEM file (RFC 7468). What else the file may be is said, with the command that makes a public key of it. */
final class PublicKeyPem {
    /** Many times the largest public key, which has 4 KB. */
    static final int MAX_BYTES = 1 << 16;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----", Pattern.DOTALL);
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

    private PublicKeyPem() {}

    /**
     * Reads the key's SubjectPublicKeyInfo.
     *
     * @param name of the file, for messages
     * @throws IntegrityException if the file is damaged or has no key, or several
     * @throws UnsupportedException if it is a key in another form
     */
    static byte[] read(byte[] file, String name) {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        List<byte[]> keys = new ArrayList<>();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            String label = block.group(1);
            if (label.endsWith("PRIVATE KEY")) {
                throw new UnsupportedException(
                        name + " holds a private key, and its public half is wanted. Write it with:"
                                + " openssl pkey -in " + name + " -pubout");
            }
            if (label.endsWith("PUBLIC KEY")) {
                keys.add(decode(block.group(2), name));
            }
        }
        if (keys.size() > 1) {
            throw new IntegrityException(name + " holds " + keys.size() + " public keys, and one is wanted.");
        }
        if (keys.isEmpty()) {
            throw none(text, name);
        }
        return isBareRsa(keys.get(0)) ? wrap(RSA, keys.get(0)) : keys.get(0);
    }

    private static byte[] decode(String base64, String name) {
        try {
            return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw new IntegrityException(name + " is damaged: what stands between BEGIN and END is not Base64.", e);
        }
    }

    private static RuntimeException none(String text, String name) {
        if (text.contains("-----BEGIN CERTIFICATE-----")) {
            return new UnsupportedException(name + " holds a certificate, and its public key is wanted. Write it with:"
                    + " openssl x509 -in " + name + " -pubkey -noout");
        }
        if (text.startsWith("ssh-") || text.startsWith("ecdsa-sha2-") || text.contains("BEGIN SSH2 PUBLIC")) {
            return new UnsupportedException(
                    name + " holds an OpenSSH key. Write it as PEM with: ssh-keygen -e -m PKCS8 -f " + name);
        }
        if (text.startsWith("0")) {
            return new UnsupportedException(
                    name + " is DER. Write it as PEM with: openssl pkey -pubin -inform DER -in " + name);
        }
        if (text.startsWith("\u00ff\u00fe") || text.startsWith("\u00fe\u00ff") || text.indexOf('\0') >= 0) {
            return new UnsupportedException(
                    name + " is UTF-16 text. Convert it with: iconv -f UTF-16 -t UTF-8 " + name);
        }
        return new IntegrityException(
                name + " holds no public key in PEM ('-----BEGIN PUBLIC KEY-----'), or it has no end.");
    }

    /** What {@code openssl rsa -RSAPublicKey_out} writes: two numbers, where a SubjectPublicKeyInfo has an algorithm. */
    private static boolean isBareRsa(byte[] der) {
        try {
            DerReader all = new DerReader(der);
            return all.enter(DerReader.SEQUENCE, "the key").isNext(DerReader.INTEGER);
        } catch (DerReader.MalformedException e) {
            return false;
        }
    }

    /** The SubjectPublicKeyInfo of an algorithm and a key's own bytes. */
    static byte[] wrap(byte[] algorithm, byte[] key) {
        return element(DerReader.SEQUENCE, algorithm, element(0x03, new byte[1], key));
    }

    private static byte[] element(int tag, byte[] first, byte[] second) {
        int length = first.length + second.length;
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        if (length > 0xff) {
            element.write(0x82);
            element.write(length >>> 8);
        } else if (length > 0x7f) {
            element.write(0x81);
        }
        element.write(length);
        element.writeBytes(first);
        element.writeBytes(second);
        return element.toByteArray();
    }
}
