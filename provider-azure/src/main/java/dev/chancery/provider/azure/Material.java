package dev.chancery.provider.azure;

import com.azure.security.keyvault.keys.models.JsonWebKey;
import com.azure.security.keyvault.keys.models.KeyOperation;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.key.UnusableKey.Problem;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.support.Printable;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.List;
import java.util.Optional;

/** What never changes of a version: its kind, its public half, and what protects the private one. */
record Material(PublicHalf half, Optional<KeySpec> spec, ProtectionLevel protection) {
    /** What is known of a version that the vault does not show. */
    static final Material WITHHELD = new Material(new PublicHalf.Withheld(), Optional.empty(), ProtectionLevel.REMOTE);

    /** Reads a JSON Web Key as the vault gives it out. */
    static Material of(JsonWebKey jwk) {
        String type = String.valueOf(jwk.getKeyType());
        ProtectionLevel protection = type.endsWith("-HSM") ? ProtectionLevel.HSM : ProtectionLevel.REMOTE;
        List<KeyOperation> operations = jwk.getKeyOps();
        if (operations != null && !operations.isEmpty() && !operations.contains(KeyOperation.SIGN)) {
            return unsupported(
                    "The vault keeps it for " + Printable.of(operations.toString()) + ", not for signing.", protection);
        }
        try {
            PublicKey key = switch (type) {
                case "RSA", "RSA-HSM" -> rsa(jwk);
                case "EC", "EC-HSM" -> ec(jwk);
                default ->
                    throw new UnsupportedException("The vault calls it " + Printable.of(type)
                            + ", which is no kind of signing key that Chancery knows.");
            };
            return new Material(new PublicHalf.Vouched(key), Optional.of(KeySpec.of(key)), protection);
        } catch (UnsupportedException e) {
            return unsupported(e.getMessage(), protection);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return new Material(
                    new PublicHalf.Unreadable(
                            Problem.DAMAGED,
                            "The vault's answer has no public key that makes sense: " + e.getMessage()),
                    Optional.empty(),
                    protection);
        }
    }

    private static Material unsupported(String why, ProtectionLevel protection) {
        return new Material(new PublicHalf.Unreadable(Problem.UNSUPPORTED, why), Optional.empty(), protection);
    }

    private static PublicKey rsa(JsonWebKey jwk) throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(number("n", jwk.getN()), number("e", jwk.getE())));
    }

    private static PublicKey ec(JsonWebKey jwk) throws GeneralSecurityException {
        String curve = switch (String.valueOf(jwk.getCurveName())) {
            case "P-256" -> "secp256r1";
            case "P-384" -> "secp384r1";
            case "P-521" -> "secp521r1";
            default ->
                throw new UnsupportedException("Its curve is " + Printable.of(String.valueOf(jwk.getCurveName()))
                        + ", which Chancery does not sign with.");
        };
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(curve));
        ECPoint point = new ECPoint(number("x", jwk.getX()), number("y", jwk.getY()));
        return KeyFactory.getInstance("EC")
                .generatePublic(new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class)));
    }

    private static BigInteger number(String name, byte[] bytes) {
        if (bytes == null || bytes.length == 0 || bytes.length > 1024) {
            throw new IllegalArgumentException("'" + name + "' is missing or too long");
        }
        return new BigInteger(1, bytes);
    }

    Optional<PublicKey> key() {
        return half instanceof PublicHalf.Vouched vouched ? Optional.of(vouched.key()) : Optional.empty();
    }

    Optional<String> fingerprint() {
        return key().map(KeyMetadata::fingerprint);
    }
}
