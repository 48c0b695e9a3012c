package dev.chancery.provider.aws;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.provider.aws.client.Kms;
import dev.chancery.spi.signing.LocalKeys;
import dev.chancery.spi.signing.MessageLimit;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import dev.chancery.spi.support.Printable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.MessageType;
import software.amazon.awssdk.services.kms.model.SignRequest;
import software.amazon.awssdk.services.kms.model.SignResponse;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;

/** Signs, one request for each signature. */
record KmsSigner(Kms kms, String location, KmsKeys keys, LocalKeys localKeys) {
    /** What KMS takes as a message; longer ones are hashed by the caller. */
    private static final MessageLimit LIMIT = new MessageLimit("AWS KMS", 4096);

    SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        SigningAlgorithmSpec word = Algorithms.of(algorithm);
        boolean digest = input instanceof SigningInput.Digest;
        if (input.bytes().length == 0) { // a digest has some
            throw new UnsupportedException("AWS KMS signs no empty message with " + algorithm + ". Key " + id + " in "
                    + location + " was not asked: sign with an RSA or ECDSA key.");
        }
        boolean tooLong = !digest && input.bytes().length > LIMIT.bytes();
        if (tooLong && algorithm.scheme() != SignatureAlgorithm.Scheme.ML_DSA) {
            LIMIT.require(input.bytes().length, algorithm, id, location);
        }
        byte[] message = tooLong ? localKeys.messageRepresentative(keys.publicKey(id), input.bytes()) : input.bytes();
        MessageType type = digest ? MessageType.DIGEST : tooLong ? MessageType.EXTERNAL_MU : MessageType.RAW;
        SignRequest request = SignRequest.builder()
                .keyId(id.value())
                .message(SdkBytes.fromByteArrayUnsafe(message))
                .messageType(type)
                .signingAlgorithm(word)
                .build();
        SignResponse answer = kms.call("Signing with key", id.value(), request, KmsClient::sign);
        requireAsked(id, answer);
        Algorithms.requireSame(word, answer.signingAlgorithmAsString(), "key " + id + " in " + location);
        String requestId = answer.responseMetadata() == null
                ? null
                : answer.responseMetadata().requestId();
        return SignResult.remote(answer.signature().asByteArrayUnsafe(), SignatureEncoding.DER, requestId);
    }

    /** Servers answer with the id or with the ARN; the id in it is what counts, since core verifies the signature too. */
    private void requireAsked(KeyId id, SignResponse answer) {
        if (answer.keyId() != null && !KeyNames.bare(answer.keyId()).equals(KeyNames.bare(id.value()))) {
            throw new IntegrityException("The store " + location + " was asked for a signature of key " + id
                    + " and answered with one of " + Printable.of(answer.keyId())
                    + ". The signature is withheld; check the endpoint, or report it to AWS.");
        }
        if (answer.signature() == null) {
            throw new IntegrityException(
                    "The store " + location + " answered without a signature of key " + id + ". Check the endpoint.");
        }
    }
}
