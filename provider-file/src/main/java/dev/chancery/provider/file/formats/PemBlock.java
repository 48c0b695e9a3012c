package dev.chancery.provider.file.formats;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One {@code -----BEGIN …-----} block. A class and not a record, because the content may be a secret. */
final class PemBlock {
    static final String PRIVATE_KEY = "PRIVATE KEY";
    static final String ENCRYPTED_PRIVATE_KEY = "ENCRYPTED PRIVATE KEY";
    static final String RSA_PRIVATE_KEY = "RSA PRIVATE KEY";
    static final String EC_PRIVATE_KEY = "EC PRIVATE KEY";
    static final String EC_PARAMETERS = "EC PARAMETERS";
    static final String PUBLIC_KEY = "PUBLIC KEY";
    static final String RSA_PUBLIC_KEY = "RSA PUBLIC KEY";

    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry(PRIVATE_KEY, "a private key"),
            Map.entry(ENCRYPTED_PRIVATE_KEY, "an encrypted private key"),
            Map.entry(RSA_PRIVATE_KEY, "an RSA private key"),
            Map.entry(EC_PRIVATE_KEY, "an EC private key"),
            Map.entry(EC_PARAMETERS, "EC parameters"),
            Map.entry(PUBLIC_KEY, "a public key"),
            Map.entry(RSA_PUBLIC_KEY, "an RSA public key"),
            Map.entry("DSA PRIVATE KEY", "a DSA private key"),
            Map.entry("OPENSSH PRIVATE KEY", "an OpenSSH private key"),
            Map.entry("CERTIFICATE", "a certificate"),
            Map.entry("X509 CERTIFICATE", "a certificate"),
            Map.entry("TRUSTED CERTIFICATE", "a certificate"),
            Map.entry("CERTIFICATE REQUEST", "a certificate request"),
            Map.entry("NEW CERTIFICATE REQUEST", "a certificate request"),
            Map.entry("X509 CRL", "a certificate revocation list"));

    private final String label;
    private final @Nullable String dekInfo;
    private final byte[] content;

    /** @param dekInfo the value of the {@code DEK-Info} header, for a block encrypted the way of RFC 1421 */
    PemBlock(String label, @Nullable String dekInfo, byte[] content) {
        this.label = label;
        this.dekInfo = dekInfo;
        this.content = content;
    }

    String label() {
        return label;
    }

    @Nullable
    String dekInfo() {
        return dekInfo;
    }

    /** The decoded bytes themselves, so that {@link #wipe} clears the only copy. */
    byte[] content() {
        return content;
    }

    /** What a person would call this block. */
    String description() {
        String name = NAMES.get(label);
        return name != null ? name : "a block labelled \"" + label + "\"";
    }

    /** What a person would say is in a file. */
    static String describe(List<PemBlock> blocks) {
        return blocks.stream().map(PemBlock::description).collect(Collectors.joining(" and "));
    }

    /** A file of one block, in lines of 64 characters (RFC 7468, section 2). */
    static byte[] encode(String label, byte[] content) {
        byte[] begin = ("-----BEGIN " + label + "-----\n").getBytes(US_ASCII);
        byte[] body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(content);
        byte[] end = ("\n-----END " + label + "-----\n").getBytes(US_ASCII);
        byte[] file = Arrays.copyOf(begin, begin.length + body.length + end.length);
        System.arraycopy(body, 0, file, begin.length, body.length);
        System.arraycopy(end, 0, file, begin.length + body.length, end.length);
        Arrays.fill(body, (byte) 0);
        return file;
    }

    void wipe() {
        Arrays.fill(content, (byte) 0);
    }

    @Override
    public String toString() {
        return description();
    }
}
