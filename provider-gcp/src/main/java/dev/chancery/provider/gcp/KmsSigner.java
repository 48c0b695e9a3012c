package dev.chancery.provider.gcp;

import com.google.cloud.kms.v1.AsymmetricSignRequest;
import com.google.cloud.kms.v1.AsymmetricSignResponse;
import com.google.cloud.kms.v1.Digest;
import com.google.protobuf.ByteString;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.error.IntegrityException;
import dev.chancery.key.KeyId;
import dev.chancery.provider.gcp.client.Checksums;
import dev.chancery.provider.gcp.client.Kms.Call;
import dev.chancery.spi.signing.DigestInfo;
import dev.chancery.spi.signing.MessageLimit;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;

/** Signs, one request for each signature. A request has either a digest or data, as the version's algorithm wants it. */
record KmsSigner(Place place, KmsKeys keys) {
    /** What Google takes as data. */
    private static final MessageLimit LIMIT = new MessageLimit("Google Cloud KMS", 64 * 1024);

    SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        Materials.Material material = keys.material(id);
        Algorithms.Kind kind = Algorithms.kind(material.algorithm()).orElseThrow();
        AsymmetricSignRequest request = request(id, algorithm, input.bytes(), kind.isRaw());
        var call = Call.about(
                request.getName(), "Signing with key " + id, client -> client.asymmetricSignCallable(), request);
        AsymmetricSignResponse answer = place.kms().call(call.checked(made -> requireSound(request, made)));
        return SignResult.remote(answer.getSignature().toByteArray(), SignatureEncoding.DER, null);
    }

    private AsymmetricSignRequest request(KeyId id, SignatureAlgorithm algorithm, byte[] input, boolean raw) {
        var request = AsymmetricSignRequest.newBuilder().setName(place.names().version(id));
        if (raw || algorithm.digest().isEmpty()) {
            ByteString data = ByteString.copyFrom(raw ? DigestInfo.of(algorithm, input) : input);
            LIMIT.require(data.size(), algorithm, id, place.location());
            return request.setData(data).setDataCrc32C(Checksums.of(data)).build();
        }
        ByteString bytes = ByteString.copyFrom(input);
        Digest.Builder digest = switch (input.length) {
            case 32 -> Digest.newBuilder().setSha256(bytes);
            case 48 -> Digest.newBuilder().setSha384(bytes);
            default -> Digest.newBuilder().setSha512(bytes);
        };
        return request.setDigest(digest).setDigestCrc32C(Checksums.of(bytes)).build();
    }

    private static AsymmetricSignResponse requireSound(AsymmetricSignRequest request, AsymmetricSignResponse answer) {
        if (answer.getSignature().isEmpty()) {
            throw new IntegrityException("There is no signature in the answer.");
        }
        Checksums.require(
                answer.hasSignatureCrc32C(), answer.getSignatureCrc32C(), answer.getSignature(), "the signature");
        boolean verified =
                request.hasDigestCrc32C() ? answer.getVerifiedDigestCrc32C() : answer.getVerifiedDataCrc32C();
        if (!verified) {
            throw new IntegrityException("The checksum of what was to be signed was not verified there.");
        }
        return answer;
    }
}
