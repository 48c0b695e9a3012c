package dev.chancery.provider.pkcs11.keys;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.UnsupportedException;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import dev.chancery.provider.pkcs11.binding.CkMechanism;
import dev.chancery.provider.pkcs11.records.TokenKeyId;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;

/** What a new key is made with. Every attribute that matters is said, for tokens differ in what they assume. */
final class KeyTemplates {
    private KeyTemplates() {}

    static CkMechanism generator(KeySpec spec) {
        return CkMechanism.of(
                switch (spec.algorithm()) {
                    case RSA -> Ck.CKM_RSA_PKCS_KEY_PAIR_GEN;
                    case EC -> Ck.CKM_EC_KEY_PAIR_GEN;
                    case EDDSA -> Ck.CKM_EC_EDWARDS_KEY_PAIR_GEN;
                    case ML_DSA -> Ck.CKM_ML_DSA_KEY_PAIR_GEN;
                });
    }

    static long keyType(KeySpec spec) {
        return switch (spec.algorithm()) {
            case RSA -> Ck.CKK_RSA;
            case EC -> Ck.CKK_EC;
            case EDDSA -> Ck.CKK_EC_EDWARDS;
            case ML_DSA -> Ck.CKK_ML_DSA;
        };
    }

    static CkAttributes named(long type, TokenKeyId id) {
        return new CkAttributes()
                .with(Ck.CKA_CLASS, type)
                .with(Ck.CKA_TOKEN, true)
                .with(Ck.CKA_LABEL, id.label())
                .with(Ck.CKA_ID, id.idBytes());
    }

    static CkAttributes publicHalf(TokenKeyId id) {
        return named(Ck.CKO_PUBLIC_KEY, id)
                .with(Ck.CKA_PRIVATE, false)
                .with(Ck.CKA_VERIFY, true)
                .with(Ck.CKA_ENCRYPT, false)
                .with(Ck.CKA_WRAP, false);
    }

    static CkAttributes privateHalf(TokenKeyId id) {
        return named(Ck.CKO_PRIVATE_KEY, id)
                .with(Ck.CKA_PRIVATE, true)
                .with(Ck.CKA_SENSITIVE, true)
                .with(Ck.CKA_EXTRACTABLE, false)
                .with(Ck.CKA_SIGN, true)
                .with(Ck.CKA_DECRYPT, false)
                .with(Ck.CKA_UNWRAP, false)
                .with(Ck.CKA_DERIVE, false);
    }

    static CkAttributes parameters(KeySpec spec) {
        CkAttributes template = new CkAttributes().with(Ck.CKA_KEY_TYPE, keyType(spec));
        return switch (spec) {
            case RSA_2048, RSA_3072, RSA_4096 ->
                template.with(Ck.CKA_MODULUS_BITS, spec.bits()).with(Ck.CKA_PUBLIC_EXPONENT, RSAKeyGenParameterSpec.F4);
            case EC_P256, EC_P384, EC_P521, ED25519 -> template.with(Ck.CKA_EC_PARAMS, PublicKeys.ecParameters(spec));
            case ML_DSA_44 -> template.with(Ck.CKA_PARAMETER_SET, Ck.CKP_ML_DSA_44);
            case ML_DSA_65 -> template.with(Ck.CKA_PARAMETER_SET, Ck.CKP_ML_DSA_65);
            case ML_DSA_87 -> template.with(Ck.CKA_PARAMETER_SET, Ck.CKP_ML_DSA_87);
        };
    }

    static CkAttributes values(PublicKey key, KeySpec spec) {
        CkAttributes template = new CkAttributes().with(Ck.CKA_KEY_TYPE, keyType(spec));
        if (key instanceof RSAPublicKey rsa) {
            return template.with(Ck.CKA_MODULUS, rsa.getModulus())
                    .with(Ck.CKA_PUBLIC_EXPONENT, rsa.getPublicExponent());
        }
        return parameters(spec).with(Ck.CKA_EC_POINT, PublicKeys.ecPoint(key, spec));
    }

    /** What NSS finds a private key by. */
    static byte[] publicValue(PublicKey key, KeySpec spec) {
        byte[] modulus = values(key, spec).bytes(Ck.CKA_MODULUS);
        return modulus.length == 0 ? PublicKeys.ecPoint(key, spec) : modulus;
    }

    static CkAttributes values(PrivateKey key, KeySpec spec) {
        CkAttributes template = new CkAttributes().with(Ck.CKA_KEY_TYPE, keyType(spec));
        if (key instanceof RSAPrivateCrtKey rsa) {
            return template.with(Ck.CKA_MODULUS, rsa.getModulus())
                    .with(Ck.CKA_PUBLIC_EXPONENT, rsa.getPublicExponent())
                    .with(Ck.CKA_PRIVATE_EXPONENT, rsa.getPrivateExponent())
                    .with(Ck.CKA_PRIME_1, rsa.getPrimeP())
                    .with(Ck.CKA_PRIME_2, rsa.getPrimeQ())
                    .with(Ck.CKA_EXPONENT_1, rsa.getPrimeExponentP())
                    .with(Ck.CKA_EXPONENT_2, rsa.getPrimeExponentQ())
                    .with(Ck.CKA_COEFFICIENT, rsa.getCrtCoefficient());
        }
        if (key instanceof ECPrivateKey ec) {
            return parameters(spec).with(Ck.CKA_VALUE, fixedLength(ec.getS(), PublicKeys.fieldLength(spec)));
        }
        if (key instanceof EdECPrivateKey ed) {
            byte[] seed = ed.getBytes()
                    .orElseThrow(() -> new UnsupportedException(
                            "The private key does not show its bytes, so it cannot be imported."));
            return parameters(spec).with(Ck.CKA_VALUE, seed);
        }
        throw new UnsupportedException("A private key of " + key.getClass().getName()
                + " does not show its numbers, so it cannot be imported. Import it from PKCS#8.");
    }

    /** Big-endian, with zeros before it; no other copy of the number is left. */
    private static byte[] fixedLength(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[length];
        int from = Math.max(0, bytes.length - length);
        System.arraycopy(bytes, from, fixed, length - bytes.length + from, bytes.length - from);
        Arrays.fill(bytes, (byte) 0);
        return fixed;
    }
}
