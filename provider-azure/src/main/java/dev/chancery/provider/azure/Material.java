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
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;

/** What never changes of a version: its kind, its public half, and what protects the private one. */
record Material(PublicHalf half, Optional<KeySpec> spec, ProtectionLevel protection) {
    /** What is known of a version that the vault does not show. */
    static final Material WITHHELD = new Material(new PublicHalf.Withheld(), Optional.empty(), ProtectionLevel.REMOTE);

    /** Reads a JSON Web Key as the vault gives it out. */
    static Material of(JsonWebKey jwk) {
        ProtectionLevel protection =
                String.valueOf(jwk.getKeyType()).endsWith("-HSM") ? ProtectionLevel.HSM : ProtectionLevel.REMOTE;
        try {
            PublicKey key = read(jwk);
            return new Material(new PublicHalf.Vouched(key), Optional.of(KeySpec.of(key)), protection);
        } catch (UnsupportedException e) {
            return unreadable(Problem.UNSUPPORTED, e.getMessage(), protection);
        } catch (RuntimeException e) { // of the SDK, about any of its members
            String said = Printable.of(String.valueOf(e.getMessage()));
            return unreadable(
                    Problem.DAMAGED, "The vault's answer has no public key that makes sense: " + said, protection);
        }
    }

    private static Material unreadable(Problem problem, String why, ProtectionLevel protection) {
        return new Material(new PublicHalf.Unreadable(problem, why), Optional.empty(), protection);
    }

    private static PublicKey read(JsonWebKey jwk) {
        String type = String.valueOf(jwk.getKeyType());
        List<KeyOperation> operations = jwk.getKeyOps();
        if (operations != null && !operations.isEmpty() && !operations.contains(KeyOperation.SIGN)) {
            throw new UnsupportedException(
                    "The vault keeps it for " + Printable.of(operations.toString()) + ", not for signing.");
        }
        if (type.matches("RSA(-HSM)?")) {
            return jwk.toRsa().getPublic();
        }
        if (type.matches("EC(-HSM)?") && Algorithms.isKnown(jwk.getCurveName())) {
            return jwk.toEc().getPublic();
        }
        throw new UnsupportedException("The vault calls it " + Printable.of(type + " " + jwk.getCurveName())
                + ", which is no kind of signing key that Chancery knows.");
    }

    Optional<PublicKey> key() {
        return half instanceof PublicHalf.Vouched vouched ? Optional.of(vouched.key()) : Optional.empty();
    }

    Optional<String> fingerprint() {
        return key().map(KeyMetadata::fingerprint);
    }
}
