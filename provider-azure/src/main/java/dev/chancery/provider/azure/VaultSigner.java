package dev.chancery.provider.azure;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.provider.azure.client.Vault;
import dev.chancery.spi.VersionedId;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import dev.chancery.spi.support.Printable;
import org.jspecify.annotations.Nullable;

/** Signs digests, one request for each signature. ECDSA comes as r and s. */
record VaultSigner(Vault vault, String location, VaultKeys keys) {

    SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        Material material = keys.material(id);
        KeySpec spec = material.spec()
                .orElseThrow(() -> new UnsupportedException(
                        "Key " + id + " in " + location + " is of no kind that signs. `chancery show` tells more."));
        Vault.Signed answer = vault.sign(id, spec, material.protection(), Algorithms.of(algorithm), input.bytes());
        byte[] signature = answer.answer().getSignature();
        if (signature == null || signature.length == 0) {
            throw new IntegrityException("The store " + location + " answered without a signature of key " + id
                    + ". Find out who answers there.");
        }
        requireAsked(id, answer.answer().getKeyId());
        return SignResult.remote(
                signature, SignatureEncoding.P1363, answer.requestId().orElse(null));
    }

    /** Some answers name no version; core verifies the signature in any case. */
    private void requireAsked(KeyId id, @Nullable String answered) {
        boolean other = answered != null
                && KeyNames.ofAnswer(answered)
                        .filter(found -> found.equals(id)
                                || (!VersionedId.hasVersion(found)
                                        && found.value().equalsIgnoreCase(VersionedId.name(id))))
                        .isEmpty();
        if (other) {
            throw new IntegrityException("The store " + location + " was asked for a signature of key " + id
                    + " and answered with one of " + Printable.of(String.valueOf(answered))
                    + ". The signature is withheld; find out who answers there.");
        }
    }
}
