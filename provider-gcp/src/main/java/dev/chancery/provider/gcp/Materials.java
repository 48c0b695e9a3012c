package dev.chancery.provider.gcp;

import com.google.api.gax.rpc.StatusCode.Code;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.GetPublicKeyRequest;
import com.google.cloud.kms.v1.PublicKey;
import com.google.cloud.kms.v1.PublicKey.PublicKeyFormat;
import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.IntegrityException;
import dev.chancery.key.KeyId;
import dev.chancery.key.UnusableKey.Problem;
import dev.chancery.provider.gcp.client.Checksums;
import dev.chancery.provider.gcp.client.Kms.Call;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.support.Printable;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What never changes of a version, kept once it is read: its algorithm and its public half. Google gives the half of an enabled version only. */
final class Materials {
    private static final Set<Code> WITHHELD_OR_OTHER_FORMAT = Set.of(Code.FAILED_PRECONDITION, Code.INVALID_ARGUMENT);

    private final Place place;
    private final Map<KeyId, Material> materials = new ConcurrentHashMap<>();

    /** What never changes of a version. */
    record Material(CryptoKeyVersionAlgorithm algorithm, java.security.PublicKey key) {}

    Materials(Place place) {
        this.place = place;
    }

    Optional<Material> known(KeyId id) {
        return Optional.ofNullable(materials.get(id));
    }

    /** The public half of a version. */
    PublicHalf half(KeyVersion version) {
        Optional<Algorithms.Kind> kind = Algorithms.kind(version.algorithm());
        if (kind.isEmpty()) {
            return new PublicHalf.Unreadable(
                    Problem.UNSUPPORTED,
                    "Google calls it " + Printable.of(String.valueOf(version.algorithm()))
                            + ", which is no kind of signing key that Chancery knows.");
        }
        return PublicHalf.read(() -> known(version.id())
                .or(() -> version.isEnabled() ? read(version, kind.get().spec()) : Optional.empty())
                .map(Material::key));
    }

    private Optional<Material> read(KeyVersion version, KeySpec spec) {
        return ask(version.id(), spec.algorithm() == KeyAlgorithm.ML_DSA, Requests.NOT_IN_THIS_STATE)
                .map(answer -> {
                    if (answer.getAlgorithm() != version.algorithm()) {
                        throw new IntegrityException("The public half of key " + version.id() + " is said to be for "
                                + Printable.of(String.valueOf(answer.getAlgorithm())) + ", and the key for "
                                + version.algorithm() + ". Find out who answers at " + place.location() + ".");
                    }
                    Material read = new Material(version.algorithm(), publicKey(spec, answer));
                    materials.put(version.id(), read);
                    return read;
                });
    }

    /** Asks for the public half of a key of a kind that is not known; empty where the version is not enabled. */
    Optional<PublicKey> ask(KeyId id) {
        return ask(id, false, WITHHELD_OR_OTHER_FORMAT).or(() -> ask(id, true, WITHHELD_OR_OTHER_FORMAT));
    }

    /** An answer has its checksum and name in order. ML-DSA has no PEM there, and comes raw, as the bytes of FIPS 204. */
    private Optional<PublicKey> ask(KeyId id, boolean raw, Set<Code> withheld) {
        String resource = place.names().version(id);
        GetPublicKeyRequest.Builder request = GetPublicKeyRequest.newBuilder().setName(resource);
        if (raw) {
            request.setPublicKeyFormat(PublicKeyFormat.NIST_PQC);
        }
        var call = Call.about(
                resource,
                "Reading the public half of key " + id,
                client -> client.getPublicKeyCallable(),
                request.build());
        return place.kms().callUnless(withheld, call.checked(Materials::requireSound));
    }

    private static PublicKey requireSound(PublicKey answer) {
        if (answer.getPem().isEmpty()) {
            Checksums.require(
                    answer.getPublicKey().hasCrc32CChecksum(),
                    answer.getPublicKey().getCrc32CChecksum(),
                    answer.getPublicKey().getData(),
                    "the public key");
        } else {
            Checksums.require(answer.hasPemCrc32C(), answer.getPemCrc32C(), answer.getPemBytes(), "the public key");
        }
        return answer;
    }

    private static java.security.PublicKey publicKey(KeySpec spec, PublicKey answer) {
        return answer.getPem().isEmpty()
                ? spec.rawPublicKey(answer.getPublicKey().getData().toByteArray())
                : spec.publicKey(answer.getPem());
    }
}
