package dev.chancery.provider.pkcs11.keys;

import static dev.chancery.algorithm.SignatureAlgorithm.ECDSA_SHA256;
import static dev.chancery.algorithm.SignatureAlgorithm.ECDSA_SHA384;
import static dev.chancery.algorithm.SignatureAlgorithm.ECDSA_SHA512;
import static dev.chancery.algorithm.SignatureAlgorithm.ED25519;
import static dev.chancery.algorithm.SignatureAlgorithm.ML_DSA_44;
import static dev.chancery.algorithm.SignatureAlgorithm.ML_DSA_65;
import static dev.chancery.algorithm.SignatureAlgorithm.ML_DSA_87;
import static dev.chancery.algorithm.SignatureAlgorithm.RSA_PKCS1_SHA256;
import static dev.chancery.algorithm.SignatureAlgorithm.RSA_PKCS1_SHA384;
import static dev.chancery.algorithm.SignatureAlgorithm.RSA_PKCS1_SHA512;
import static dev.chancery.algorithm.SignatureAlgorithm.RSA_PSS_SHA256;
import static dev.chancery.algorithm.SignatureAlgorithm.RSA_PSS_SHA384;
import static dev.chancery.algorithm.SignatureAlgorithm.RSA_PSS_SHA512;
import static java.util.Map.entry;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.UnsupportedException;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkMechanism;
import dev.chancery.spi.signing.DigestInfo;
import dev.chancery.spi.signing.SigningInput;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Algorithms as mechanisms. Hashes are computed here wherever the token has the mechanism over a digest: then a document of
 * any size costs one small request, and lengths and hashes are checked, which tokens do not.
 */
public final class SigningMechanisms {
    private static final Map<SignatureAlgorithm, Pair> TABLE = Map.ofEntries(
            entry(RSA_PSS_SHA256, Pair.pss(Ck.CKM_SHA256_RSA_PKCS_PSS, Ck.CKM_SHA256, Ck.CKG_MGF1_SHA256, 32)),
            entry(RSA_PSS_SHA384, Pair.pss(Ck.CKM_SHA384_RSA_PKCS_PSS, Ck.CKM_SHA384, Ck.CKG_MGF1_SHA384, 48)),
            entry(RSA_PSS_SHA512, Pair.pss(Ck.CKM_SHA512_RSA_PKCS_PSS, Ck.CKM_SHA512, Ck.CKG_MGF1_SHA512, 64)),
            entry(RSA_PKCS1_SHA256, Pair.of(Ck.CKM_RSA_PKCS, Ck.CKM_SHA256_RSA_PKCS)),
            entry(RSA_PKCS1_SHA384, Pair.of(Ck.CKM_RSA_PKCS, Ck.CKM_SHA384_RSA_PKCS)),
            entry(RSA_PKCS1_SHA512, Pair.of(Ck.CKM_RSA_PKCS, Ck.CKM_SHA512_RSA_PKCS)),
            entry(ECDSA_SHA256, Pair.of(Ck.CKM_ECDSA, Ck.CKM_ECDSA_SHA256)),
            entry(ECDSA_SHA384, Pair.of(Ck.CKM_ECDSA, Ck.CKM_ECDSA_SHA384)),
            entry(ECDSA_SHA512, Pair.of(Ck.CKM_ECDSA, Ck.CKM_ECDSA_SHA512)),
            entry(ED25519, Pair.of(Ck.CKM_EDDSA, Ck.CKM_EDDSA)),
            entry(ML_DSA_44, Pair.of(Ck.CKM_ML_DSA, Ck.CKM_ML_DSA)),
            entry(ML_DSA_65, Pair.of(Ck.CKM_ML_DSA, Ck.CKM_ML_DSA)),
            entry(ML_DSA_87, Pair.of(Ck.CKM_ML_DSA, Ck.CKM_ML_DSA)));

    private SigningMechanisms() {}

    /** The mechanism over a digest, and the one over the message. */
    private record Pair(CkMechanism digest, CkMechanism message) {
        static Pair of(long digest, long message) {
            return new Pair(CkMechanism.of(digest), CkMechanism.of(message));
        }

        static Pair pss(long whole, long hash, long mgf, int length) {
            Optional<CkMechanism.Pss> parameters = Optional.of(new CkMechanism.Pss(hash, mgf, length));
            return new Pair(new CkMechanism(Ck.CKM_RSA_PKCS_PSS, parameters), new CkMechanism(whole, parameters));
        }
    }

    /** The algorithms that some mechanisms make possible. */
    static Set<SignatureAlgorithm> algorithms(Set<Long> mechanisms) {
        Set<SignatureAlgorithm> algorithms = EnumSet.noneOf(SignatureAlgorithm.class);
        TABLE.forEach((algorithm, pair) -> {
            if (mechanisms.contains(pair.digest.code()) || mechanisms.contains(pair.message.code())) {
                algorithms.add(algorithm);
            }
        });
        return algorithms;
    }

    /** What a key without another choice signs with, if the token does not offer the usual one of its kind. */
    static Optional<SignatureAlgorithm> unusualDefault(KeySpec spec, Set<Long> mechanisms) {
        Set<SignatureAlgorithm> possible = algorithms(mechanisms);
        return possible.contains(spec.defaultAlgorithm())
                ? Optional.empty()
                : spec.algorithms().stream().sorted().filter(possible::contains).findFirst();
    }

    /** Whether a refused mechanism has another one beside it, which hashes too. */
    static boolean hasAnother(CkMechanism refused, SignatureAlgorithm algorithm, Set<Long> mechanisms) {
        CkMechanism message = pair(algorithm).message;
        return message.code() != refused.code() && mechanisms.contains(message.code());
    }

    /**
     * Chooses.
     *
     * @param offered the token's mechanisms
     * @throws UnsupportedException if the token has none for the algorithm
     */
    static CkMechanism choose(SignatureAlgorithm algorithm, Set<Long> offered, String location) {
        Pair pair = pair(algorithm);
        if (offered.contains(pair.digest.code())) {
            return pair.digest;
        }
        if (!offered.contains(pair.message.code())) {
            throw new UnsupportedException("The token " + location + " has no mechanism for " + algorithm
                    + "; `pkcs11-tool -M` shows those that it has. Sign with another algorithm.");
        }
        return pair.message;
    }

    /**
     * Insists that a key would be of use.
     *
     * @param generator what makes it in the token, or null where it was made elsewhere
     * @throws UnsupportedException if the token does not make it, or signs with no algorithm of its kind
     */
    static void requireUse(KeySpec spec, @Nullable CkMechanism generator, Set<Long> offered, String location) {
        boolean made = generator == null || offered.contains(generator.code());
        if (!made || Collections.disjoint(spec.algorithms(), algorithms(offered))) {
            throw new UnsupportedException("The token " + location + (made ? " signs with no " : " does not make ")
                    + spec + " keys; `pkcs11-tool -M` shows what it can do. Choose another kind of key.");
        }
    }

    private static Pair pair(SignatureAlgorithm algorithm) {
        return Optional.ofNullable(TABLE.get(algorithm))
                .orElseThrow(() -> new IllegalArgumentException("No mechanism for " + algorithm + "."));
    }

    /**
     * What a chosen mechanism signs.
     *
     * @param fieldLength how many bytes a coordinate on the key's curve has; of no account without one
     * @throws UnsupportedException if it wants the message, where only a digest is given
     */
    static byte[] input(
            CkMechanism chosen, SignatureAlgorithm algorithm, int fieldLength, SigningInput input, String location) {
        if (algorithm.digest().isPresent() && chosen.equals(pair(algorithm).digest)) {
            return prepare(algorithm, fieldLength, input);
        }
        if (input instanceof SigningInput.Digest) {
            throw new UnsupportedException("The token " + location + " signs whole messages only with " + algorithm
                    + ". Sign the message as an array of bytes.");
        }
        return input.bytes();
    }

    private static byte[] prepare(SignatureAlgorithm algorithm, int fieldLength, SigningInput input) {
        boolean hashed = input instanceof SigningInput.Digest;
        byte[] digest = hashed ? input.bytes() : algorithm.newDigest().digest(input.bytes());
        if (algorithm.scheme() == SignatureAlgorithm.Scheme.RSA_PKCS1) {
            return DigestInfo.of(algorithm, digest);
        }
        // FIPS 186-5, 6.4.1: the leftmost bits, as many as the order has. Tokens differ in what they do with more.
        boolean longer = algorithm.scheme() == SignatureAlgorithm.Scheme.ECDSA && digest.length > fieldLength;
        return longer ? Arrays.copyOf(digest, fieldLength) : digest;
    }
}
