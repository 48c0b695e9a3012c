package dev.chancery.benchmarks.contenders;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.PublicKeySign;
import com.google.crypto.tink.PublicKeyVerify;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.signature.EcdsaParameters;
import com.google.crypto.tink.signature.EcdsaPrivateKey;
import com.google.crypto.tink.signature.EcdsaPublicKey;
import com.google.crypto.tink.signature.Ed25519PrivateKey;
import com.google.crypto.tink.signature.Ed25519PublicKey;
import com.google.crypto.tink.signature.RsaSsaPkcs1Parameters;
import com.google.crypto.tink.signature.RsaSsaPkcs1PrivateKey;
import com.google.crypto.tink.signature.RsaSsaPkcs1PublicKey;
import com.google.crypto.tink.signature.RsaSsaPssParameters;
import com.google.crypto.tink.signature.RsaSsaPssPrivateKey;
import com.google.crypto.tink.signature.RsaSsaPssPublicKey;
import com.google.crypto.tink.signature.SignatureConfig;
import com.google.crypto.tink.signature.SignaturePrivateKey;
import com.google.crypto.tink.util.Bytes;
import com.google.crypto.tink.util.SecretBigInteger;
import com.google.crypto.tink.util.SecretBytes;
import dev.chancery.algorithm.SignatureAlgorithm;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.Arrays;

/** Tink as a user gets it: a keyset handle's primitive, no JCA provider chosen. */
record TinkEngine(PublicKeySign signer, PublicKeyVerify verifier) implements Engine {

    static Contender.Session open(SigningKeys keys, Workload workload) throws IOException, GeneralSecurityException {
        SignatureConfig.register();
        KeyPair pair = keys.pair(workload.spec());
        SignaturePrivateKey key = switch (workload.spec().algorithm()) {
            case RSA ->
                workload.algorithm() == SignatureAlgorithm.RSA_PSS_SHA256
                        ? pss((RSAPrivateCrtKey) pair.getPrivate())
                        : pkcs1((RSAPrivateCrtKey) pair.getPrivate());
            case EC -> ecdsa(workload, (ECPublicKey) pair.getPublic(), ((ECPrivateKey) pair.getPrivate()).getS());
            case EDDSA -> ed25519(pair);
            case ML_DSA -> throw new IllegalArgumentException("No workload signs with ML-DSA.");
        };
        KeysetHandle handle = KeysetHandle.newBuilder()
                .addEntry(KeysetHandle.importKey(key).withRandomId().makePrimary())
                .build();
        Engine engine = new TinkEngine(
                handle.getPrimitive(RegistryConfiguration.get(), PublicKeySign.class),
                handle.getPublicKeysetHandle().getPrimitive(RegistryConfiguration.get(), PublicKeyVerify.class));
        return () -> engine;
    }

    @AccessesPartialKey
    private static SignaturePrivateKey pss(RSAPrivateCrtKey key) throws GeneralSecurityException {
        RsaSsaPssParameters parameters = RsaSsaPssParameters.builder()
                .setModulusSizeBits(key.getModulus().bitLength())
                .setPublicExponent(key.getPublicExponent())
                .setSigHashType(RsaSsaPssParameters.HashType.SHA256)
                .setMgf1HashType(RsaSsaPssParameters.HashType.SHA256)
                .setSaltLengthBytes(32)
                .setVariant(RsaSsaPssParameters.Variant.NO_PREFIX)
                .build();
        return RsaSsaPssPrivateKey.builder()
                .setPublicKey(RsaSsaPssPublicKey.builder()
                        .setParameters(parameters)
                        .setModulus(key.getModulus())
                        .build())
                .setPrimes(secret(key.getPrimeP()), secret(key.getPrimeQ()))
                .setPrivateExponent(secret(key.getPrivateExponent()))
                .setPrimeExponents(secret(key.getPrimeExponentP()), secret(key.getPrimeExponentQ()))
                .setCrtCoefficient(secret(key.getCrtCoefficient()))
                .build();
    }

    @AccessesPartialKey
    private static SignaturePrivateKey pkcs1(RSAPrivateCrtKey key) throws GeneralSecurityException {
        RsaSsaPkcs1Parameters parameters = RsaSsaPkcs1Parameters.builder()
                .setModulusSizeBits(key.getModulus().bitLength())
                .setPublicExponent(key.getPublicExponent())
                .setHashType(RsaSsaPkcs1Parameters.HashType.SHA256)
                .setVariant(RsaSsaPkcs1Parameters.Variant.NO_PREFIX)
                .build();
        return RsaSsaPkcs1PrivateKey.builder()
                .setPublicKey(RsaSsaPkcs1PublicKey.builder()
                        .setParameters(parameters)
                        .setModulus(key.getModulus())
                        .build())
                .setPrimes(secret(key.getPrimeP()), secret(key.getPrimeQ()))
                .setPrivateExponent(secret(key.getPrivateExponent()))
                .setPrimeExponents(secret(key.getPrimeExponentP()), secret(key.getPrimeExponentQ()))
                .setCrtCoefficient(secret(key.getCrtCoefficient()))
                .build();
    }

    @AccessesPartialKey
    private static SignaturePrivateKey ecdsa(Workload workload, ECPublicKey publicKey, BigInteger s)
            throws GeneralSecurityException {
        EcdsaParameters.Builder parameters = EcdsaParameters.builder()
                .setSignatureEncoding(EcdsaParameters.SignatureEncoding.DER)
                .setVariant(EcdsaParameters.Variant.NO_PREFIX);
        switch (workload.spec()) {
            case EC_P256 ->
                parameters
                        .setCurveType(EcdsaParameters.CurveType.NIST_P256)
                        .setHashType(EcdsaParameters.HashType.SHA256);
            case EC_P384 ->
                parameters
                        .setCurveType(EcdsaParameters.CurveType.NIST_P384)
                        .setHashType(EcdsaParameters.HashType.SHA384);
            case EC_P521 ->
                parameters
                        .setCurveType(EcdsaParameters.CurveType.NIST_P521)
                        .setHashType(EcdsaParameters.HashType.SHA512);
            default -> throw new IllegalArgumentException(workload + " is not ECDSA.");
        }
        return EcdsaPrivateKey.builder()
                .setPublicKey(EcdsaPublicKey.builder()
                        .setParameters(parameters.build())
                        .setPublicPoint(publicKey.getW())
                        .build())
                .setPrivateValue(secret(s))
                .build();
    }

    @AccessesPartialKey
    private static SignaturePrivateKey ed25519(KeyPair pair) throws GeneralSecurityException {
        byte[] spki = pair.getPublic().getEncoded();
        byte[] point = Arrays.copyOfRange(spki, spki.length - 32, spki.length);
        byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
        return Ed25519PrivateKey.create(
                Ed25519PublicKey.create(Bytes.copyFrom(point)),
                SecretBytes.copyFrom(seed, InsecureSecretKeyAccess.get()));
    }

    private static SecretBigInteger secret(BigInteger number) {
        return SecretBigInteger.fromBigInteger(number, InsecureSecretKeyAccess.get());
    }

    @Override
    public byte[] sign(byte[] message) throws GeneralSecurityException {
        return signer.sign(message);
    }

    @Override
    public boolean verify(byte[] message, byte[] signature) {
        try {
            verifier.verify(signature, message);
            return true;
        } catch (GeneralSecurityException invalid) {
            return false;
        }
    }
}
