package dev.chancery.algorithm;

import java.security.PublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * An ML-DSA public key as its SubjectPublicKeyInfo (RFC 9881): before Java 24 the JDK has no class for it, and a key that nothing
 * here can verify with must be listed all the same.
 */
final class MlDsaPublicKey implements PublicKey {
    private static final long serialVersionUID = 1L;

    private final KeySpec spec;
    private final byte[] encoded;

    private MlDsaPublicKey(KeySpec spec, byte[] encoded) {
        this.spec = spec;
        this.encoded = encoded;
    }

    /** The kind of a key of any JCA provider, by its encoding: providers call it ML-DSA or by its parameter set. */
    static Optional<KeySpec> specOf(PublicKey key) {
        if (key instanceof MlDsaPublicKey own) {
            return Optional.of(own.spec);
        }
        return "X.509".equals(key.getFormat()) ? specOf(key.getEncoded()) : Optional.empty();
    }

    /** Reads a SubjectPublicKeyInfo of exactly the right length; empty if it is no ML-DSA key's. */
    static Optional<MlDsaPublicKey> read(byte[] subjectPublicKeyInfo) {
        return specOf(subjectPublicKeyInfo).map(spec -> new MlDsaPublicKey(spec, subjectPublicKeyInfo.clone()));
    }

    /** A key from its bytes without a SubjectPublicKeyInfo; empty if their number is wrong, or the kind is no ML-DSA. */
    static Optional<MlDsaPublicKey> ofBytes(KeySpec spec, byte[] bytes) {
        return Arrays.stream(Form.values())
                .filter(form -> form.spec == spec && form.length == bytes.length)
                .map(form -> new MlDsaPublicKey(
                        spec,
                        HexFormat.of().parseHex(form.header + HexFormat.of().formatHex(bytes))))
                .findFirst();
    }

    private static Optional<KeySpec> specOf(byte[] encoded) {
        return Arrays.stream(Form.values())
                .filter(form -> form.fits(encoded))
                .map(form -> form.spec)
                .findFirst();
    }

    /** The DER before the key's bytes, which has one form for each parameter set, and their number (FIPS 204, table 2). */
    private enum Form {
        ML_DSA_44(KeySpec.ML_DSA_44, "30820532300b06096086480165030403110382052100", 1312),
        ML_DSA_65(KeySpec.ML_DSA_65, "308207b2300b0609608648016503040312038207a100", 1952),
        ML_DSA_87(KeySpec.ML_DSA_87, "30820a32300b060960864801650304031303820a2100", 2592);

        private final KeySpec spec;
        private final String header;
        private final int length;

        Form(KeySpec spec, String header, int length) {
            this.spec = spec;
            this.header = header;
            this.length = length;
        }

        boolean fits(byte[] encoded) {
            byte[] start = HexFormat.of().parseHex(header);
            return encoded.length == start.length + length
                    && Arrays.equals(encoded, 0, start.length, start, 0, start.length);
        }
    }

    @Override
    public String getAlgorithm() {
        return spec.name().replace('_', '-');
    }

    @Override
    public String getFormat() {
        return "X.509";
    }

    @Override
    public byte[] getEncoded() {
        return encoded.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MlDsaPublicKey key && Arrays.equals(encoded, key.encoded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }

    @Override
    public String toString() {
        return getAlgorithm() + " public key";
    }
}
