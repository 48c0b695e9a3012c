package dev.chancery.provider.gcp;

import com.google.cloud.kms.v1.AsymmetricSignRequest;
import com.google.cloud.kms.v1.AsymmetricSignResponse;
import com.google.cloud.kms.v1.Digest;
import com.google.protobuf.ByteString;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.error.AlgorithmMismatchException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.MessageTooLargeException;
import dev.chancery.key.KeyId;
import dev.chancery.provider.gcp.client.Checksums;
import dev.chancery.provider.gcp.client.Kms.Call;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.util.Map;

/** Signs, one request for each signature. A request has either a digest or data, as the version's algorithm wants it. */
record KmsSigner(Place place, KmsKeys keys) {
    /** What Google takes as data. */
    private static final int LONGEST_MESSAGE = 64 * 1024;

    /** What stands before the digest in the DigestInfo of RFC 8017, 9.2, for versions that pad what they are given and no more. */
    private static final Map<SignatureAlgorithm, String> DIGEST_INFO = Map.of(
            SignatureAlgorithm.RSA_PKCS1_SHA256, "3031300d060960864801650304020105000420",
            SignatureAlgorithm.RSA_PKCS1_SHA384, "3041300d060960864801650304020205000430",
            SignatureAlgorithm.RSA_PKCS1_SHA512, "3051300d060960864801650304020305000440");

    SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        Materials.Material material = keys.material(id);
        Algorithms.Kind kind = Algorithms.kind(material.algorithm()).orElseThrow();
        if (!kind.signsWith().contains(algorithm)) {
            throw new AlgorithmMismatchException("Key " + id + " in " + place.location() + " signs with "
                    + kind.signsWith() + " only, not with " + algorithm + ". Google was not asked.");
        }
        AsymmetricSignRequest request =
                request(id, algorithm, input, kind.signsWith().size() > 1);
        var call = Call.about(
                request.getName(), "Signing with key " + id, client -> client.asymmetricSignCallable(), request);
        AsymmetricSignResponse answer = place.kms().call(call.checked(made -> requireSound(request, made)));
        return SignResult.remote(answer.getSignature().toByteArray(), SignatureEncoding.DER, null);
    }

    private AsymmetricSignRequest request(KeyId id, SignatureAlgorithm algorithm, SigningInput input, boolean raw) {
        ByteString bytes = ByteString.copyFrom(input.bytes());
        AsymmetricSignRequest.Builder request =
                AsymmetricSignRequest.newBuilder().setName(place.names().version(id));
        if (raw || algorithm.digest().isEmpty()) {
            ByteString data = raw
                    ? ByteString.fromHex(DIGEST_INFO.get(algorithm)).concat(bytes)
                    : requireShort(id, algorithm, bytes);
            return request.setData(data).setDataCrc32C(Checksums.of(data)).build();
        }
        Digest.Builder digest = Digest.newBuilder();
        switch (algorithm.digestLength()) {
            case 32 -> digest.setSha256(bytes);
            case 48 -> digest.setSha384(bytes);
            default -> digest.setSha512(bytes);
        }
        return request.setDigest(digest).setDigestCrc32C(Checksums.of(bytes)).build();
    }

    private ByteString requireShort(KeyId id, SignatureAlgorithm algorithm, ByteString message) {
        if (message.size() > LONGEST_MESSAGE) {
            throw new MessageTooLargeException("Google Cloud KMS signs messages of at most " + LONGEST_MESSAGE
                    + " bytes with " + algorithm + ", and this one has " + message.size() + ". Key " + id + " in "
                    + place.location()
                    + " was not asked: sign with an RSA or ECDSA key, or sign the hash of the message as a message.");
        }
        return message;
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
