package dev.chancery.benchmarks.contenders;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.Ed25519Signer;
import com.nimbusds.jose.crypto.Ed25519Verifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;

/**
 * Nimbus JOSE as a user gets it: a signer and a verifier that are kept, no JCA provider chosen. The serialisation of the JWS
 * is left out, which favours Nimbus. ECDSA signatures are P1363, as JOSE has them.
 */
record NimbusEngine(JWSHeader header, JWSSigner signer, JWSVerifier verifier) implements Engine {

    static Contender.Session open(SigningKeys keys, Workload workload) throws IOException, GeneralSecurityException {
        KeyPair pair = keys.pair(workload.spec());
        JWSHeader header = new JWSHeader(
                switch (workload.algorithm()) {
                    case RSA_PSS_SHA256 -> JWSAlgorithm.PS256;
                    case RSA_PKCS1_SHA256 -> JWSAlgorithm.RS256;
                    case ECDSA_SHA256 -> JWSAlgorithm.ES256;
                    case ECDSA_SHA384 -> JWSAlgorithm.ES384;
                    case ECDSA_SHA512 -> JWSAlgorithm.ES512;
                    case ED25519 -> JWSAlgorithm.Ed25519;
                    default -> throw new IllegalArgumentException("No workload signs with " + workload.algorithm());
                });
        try {
            Engine engine = switch (workload.spec().algorithm()) {
                case RSA ->
                    new NimbusEngine(header, new RSASSASigner(pair.getPrivate()), new RSASSAVerifier((RSAPublicKey)
                            pair.getPublic()));
                case EC ->
                    new NimbusEngine(
                            header, new ECDSASigner((ECPrivateKey) pair.getPrivate()), new ECDSAVerifier((ECPublicKey)
                                    pair.getPublic()));
                case EDDSA -> {
                    OctetKeyPair octets = octets(pair);
                    yield new NimbusEngine(
                            header, new Ed25519Signer(octets), new Ed25519Verifier(octets.toPublicJWK()));
                }
                case ML_DSA -> throw new IllegalArgumentException("No workload signs with ML-DSA.");
            };
            return () -> engine;
        } catch (JOSEException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static OctetKeyPair octets(KeyPair pair) {
        byte[] spki = pair.getPublic().getEncoded();
        byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
        return new OctetKeyPair.Builder(
                        Curve.Ed25519, Base64URL.encode(Arrays.copyOfRange(spki, spki.length - 32, spki.length)))
                .d(Base64URL.encode(seed))
                .build();
    }

    @Override
    public byte[] sign(byte[] message) throws GeneralSecurityException {
        try {
            return signer.sign(header, message).decode();
        } catch (JOSEException e) {
            throw new GeneralSecurityException(e);
        }
    }

    @Override
    public boolean verify(byte[] message, byte[] signature) throws GeneralSecurityException {
        try {
            return verifier.verify(header, message, Base64URL.encode(signature));
        } catch (JOSEException e) {
            throw new GeneralSecurityException(e);
        }
    }
}
