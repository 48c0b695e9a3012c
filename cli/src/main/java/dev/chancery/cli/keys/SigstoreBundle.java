package dev.chancery.cli.keys;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.IntegrityException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.signature.Signature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * A signature that says whose it is: a Sigstore bundle v0.3 of a message signature, without a transparency log and without a certificate. The
 * hint is the SHA-256 of the key's SubjectPublicKeyInfo in Base64, as cosign writes it.
 */
final class SigstoreBundle {
    private static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private static final String MATERIAL = "/verificationMaterial/publicKey/hint";
    private static final String DIGEST = "/messageSignature/messageDigest/";

    private final String hint;
    private final String hash;
    private final byte[] digest;
    private final byte[] signature;

    /** @param hash Sigstore's name of the hash, such as {@code SHA2_256} */
    private SigstoreBundle(String hint, String hash, byte[] digest, byte[] signature) {
        this.hint = hint;
        this.hash = hash;
        this.digest = digest;
        this.signature = signature;
    }

    String hint() {
        return hint;
    }

    byte[] digest() {
        return digest;
    }

    byte[] signature() {
        return signature;
    }

    static SigstoreBundle of(Signature signature, KeyMetadata key, byte[] digest) {
        byte[] fingerprint = HexFormat.of().parseHex(key.fingerprint());
        return new SigstoreBundle(
                Base64.getEncoder().encodeToString(fingerprint),
                hash(signature.algorithm()).replace("SHA-", "SHA2_"),
                digest,
                signature.value());
    }

    /** The hash that a bundle names: the algorithm's, or SHA-256 where the message itself is signed. */
    static String hash(SignatureAlgorithm algorithm) {
        return algorithm.digest().orElse("SHA-256");
    }

    /** The JCA name of the hash. */
    String jcaHash() {
        return hash.replace("SHA2_", "SHA-");
    }

    static boolean isOne(byte[] bytes) {
        if (bytes.length == 0 || bytes[0] != '{') {
            return false;
        }
        for (byte one :
                bytes) { // a raw signature begins with a brace now and then, and goes on with other bytes than text has
            if (one >= 0 && one < ' ' && one != '\n' && one != '\r' && one != '\t') {
                return false;
            }
        }
        return true;
    }

    boolean isOf(KeyMetadata key) {
        return hint.equals(Base64.getEncoder().encodeToString(HexFormat.of().parseHex(key.fingerprint())));
    }

    /**
     * What the key signs such a bundle with: Sigstore's tools take PKCS #1 v1.5 for what an RSA key signs.
     *
     * @return empty for the key's own default
     */
    static Optional<SignatureAlgorithm> algorithm(KeyMetadata key) {
        return key.algorithms().contains(SignatureAlgorithm.RSA_PKCS1_SHA256)
                ? Optional.of(SignatureAlgorithm.RSA_PKCS1_SHA256)
                : Optional.empty();
    }

    /** What the key is to verify this bundle with, as the bundle names only the hash. */
    Optional<SignatureAlgorithm> algorithm(Iterable<SignatureAlgorithm> fitting) {
        Optional<SignatureAlgorithm> found = Optional.empty();
        for (SignatureAlgorithm each : fitting) {
            boolean preferred = each.scheme() != SignatureAlgorithm.Scheme.RSA_PSS;
            if (hash(each).equals(jcaHash()) && (found.isEmpty() || preferred)) {
                found = Optional.of(each);
            }
        }
        return found;
    }

    byte[] write() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("mediaType", MEDIA_TYPE);
            json.writeObjectFieldStart("verificationMaterial");
            json.writeObjectFieldStart("publicKey");
            json.writeStringField("hint", hint);
            json.writeEndObject();
            json.writeEndObject();
            json.writeObjectFieldStart("messageSignature");
            json.writeObjectFieldStart("messageDigest");
            json.writeStringField("algorithm", hash);
            json.writeBinaryField("digest", digest);
            json.writeEndObject();
            json.writeBinaryField("signature", signature);
            json.writeEndObject();
            json.writeEndObject();
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    /**
     * Reads a bundle.
     *
     * @param name what it is called in messages
     * @throws IntegrityException if it is none that a key has signed a message in
     */
    static SigstoreBundle read(byte[] bytes, String name) {
        try {
            Map<String, String> values = values(bytes);
            String type = require(values, "/mediaType");
            if (!type.startsWith("application/vnd.dev.sigstore.bundle")) {
                throw new IOException("its mediaType is no Sigstore bundle's");
            }
            if (values.containsKey("/verificationMaterial/certificate/rawBytes")) {
                throw new IOException("it is of a certificate, not of a key; verify it with cosign");
            }
            return new SigstoreBundle(
                    require(values, MATERIAL),
                    require(values, DIGEST + "algorithm"),
                    Base64.getDecoder().decode(require(values, DIGEST + "digest")),
                    Base64.getDecoder().decode(require(values, "/messageSignature/signature")));
        } catch (IOException | IllegalArgumentException e) {
            String why = e instanceof com.fasterxml.jackson.core.JsonProcessingException json
                    ? "it is not JSON, from line " + json.getLocation().getLineNr() + " on"
                    : e.getMessage();
            throw new IntegrityException(
                    name + " is no Sigstore bundle of a message that a key has signed: " + why + ".", e);
        }
    }

    private static String require(Map<String, String> values, String path) throws IOException {
        String value = values.get(path);
        if (value == null) {
            throw new IOException(path.substring(1).replace('/', '.') + " is missing");
        }
        return value;
    }

    /** Every text in the JSON, by its path. */
    private static Map<String, String> values(byte[] bytes) throws IOException {
        Map<String, String> values = new HashMap<>();
        try (JsonParser parser = new JsonFactory()
                .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                .createParser(bytes)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING) {
                    values.put(parser.getParsingContext().pathAsPointer().toString(), parser.getText());
                }
            }
        }
        return values;
    }
}
