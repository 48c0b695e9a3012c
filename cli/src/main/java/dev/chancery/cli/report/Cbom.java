package dev.chancery.cli.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.cli.command.Version;
import dev.chancery.cli.output.Terminal.JsonValue;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.ProtectionLevel;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The keys as a bill of materials of cryptography: <a href="https://cyclonedx.org/docs/1.6/json/">CycloneDX 1.6</a>. A private key is named and never
 * written; its public half is.
 */
final class Cbom implements JsonValue {
    private final Report report;

    /** What a kind of key signs with. */
    private record Use(KeySpec spec, SignatureAlgorithm algorithm) {
        private String ref() {
            return "algorithm:" + spec + "/" + algorithm;
        }
    }

    Cbom(Report report) {
        this.report = report;
    }

    @Override
    public void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("bomFormat", "CycloneDX");
        json.writeStringField("specVersion", "1.6");
        json.writeStringField("serialNumber", "urn:uuid:" + UUID.randomUUID());
        json.writeNumberField("version", 1);
        metadata(json);
        json.writeArrayFieldStart("components");
        Set<Use> uses = new LinkedHashSet<>();
        for (KeyMetadata key : report.metadata()) {
            uses.add(use(key));
        }
        for (Use use : uses) {
            algorithm(json, use);
        }
        for (KeyMetadata key : report.metadata()) {
            privateKey(json, key);
            if (key.proven()) {
                publicKey(json, key);
            }
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static Use use(KeyMetadata key) {
        return new Use(key.spec(), key.defaultAlgorithm());
    }

    private void metadata(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("metadata");
        json.writeStringField("timestamp", report.made().toString());
        json.writeObjectFieldStart("tools");
        json.writeArrayFieldStart("components");
        json.writeStartObject();
        json.writeStringField("type", "application");
        json.writeStringField("name", "chancery");
        Optional<String> version = Version.own();
        if (version.isPresent()) {
            json.writeStringField("version", version.get());
        }
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
        json.writeObjectFieldStart("component");
        json.writeStringField("type", "data");
        json.writeStringField("name", report.health().store());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void algorithm(JsonGenerator json, Use use) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "cryptographic-asset");
        json.writeStringField("bom-ref", use.ref());
        json.writeStringField("name", use.spec() + " with " + use.algorithm());
        json.writeObjectFieldStart("cryptoProperties");
        json.writeStringField("assetType", "algorithm");
        json.writeObjectFieldStart("algorithmProperties");
        json.writeStringField("primitive", "signature");
        json.writeStringField("parameterSetIdentifier", "" + use.spec().bits());
        Optional<String> curve = curve(use.spec());
        if (curve.isPresent()) {
            json.writeStringField("curve", curve.get());
        }
        if (use.algorithm().scheme() == SignatureAlgorithm.Scheme.RSA_PKCS1) {
            json.writeStringField("padding", "pkcs1v15");
        }
        json.writeArrayFieldStart("cryptoFunctions");
        for (String function : List.of("keygen", "sign", "verify")) {
            json.writeString(function);
        }
        json.writeEndArray();
        json.writeNumberField("classicalSecurityLevel", Standard.securityStrength(use.spec()));
        json.writeNumberField("nistQuantumSecurityLevel", category(use.spec()));
        json.writeEndObject();
        json.writeStringField("oid", oid(use.algorithm()));
        json.writeEndObject();
        json.writeEndObject();
    }

    private static Optional<String> curve(KeySpec spec) {
        return switch (spec) {
            case EC_P256 -> Optional.of("secp256r1");
            case EC_P384 -> Optional.of("secp384r1");
            case EC_P521 -> Optional.of("secp521r1");
            case ED25519 -> Optional.of("Ed25519");
            default -> Optional.empty();
        };
    }

    /** FIPS 204, table 1; what a quantum computer breaks has none. */
    private static int category(KeySpec spec) {
        return switch (spec) {
            case ML_DSA_44 -> 2;
            case ML_DSA_65 -> 3;
            case ML_DSA_87 -> 5;
            default -> 0;
        };
    }

    /** RFC 8017, appendix C; RFC 5758; RFC 8410; RFC 9881. */
    private static String oid(SignatureAlgorithm algorithm) {
        return switch (algorithm) {
            case RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512 -> "1.2.840.113549.1.1.10";
            case RSA_PKCS1_SHA256 -> "1.2.840.113549.1.1.11";
            case RSA_PKCS1_SHA384 -> "1.2.840.113549.1.1.12";
            case RSA_PKCS1_SHA512 -> "1.2.840.113549.1.1.13";
            case ECDSA_SHA256 -> "1.2.840.10045.4.3.2";
            case ECDSA_SHA384 -> "1.2.840.10045.4.3.3";
            case ECDSA_SHA512 -> "1.2.840.10045.4.3.4";
            case ED25519 -> "1.3.101.112";
            case ML_DSA_44 -> "2.16.840.1.101.3.4.3.17";
            case ML_DSA_65 -> "2.16.840.1.101.3.4.3.18";
            case ML_DSA_87 -> "2.16.840.1.101.3.4.3.19";
        };
    }

    private static void privateKey(JsonGenerator json, KeyMetadata key) throws IOException {
        begin(json, key, "private-key");
        json.writeObjectFieldStart("securedBy");
        json.writeStringField("mechanism", mechanism(key.protection()));
        json.writeEndObject();
        end(json);
        json.writeArrayFieldStart("properties");
        property(json, "chancery:protection", key.protection().name());
        property(json, "chancery:origin", key.origin().name());
        if (key.ring().isPresent()) {
            property(json, "chancery:ring", key.ring().get().ring().value());
            property(json, "chancery:generation", "" + key.ring().get().generation());
        }
        if (key.compromisedSince().isPresent()) {
            property(
                    json,
                    "chancery:compromisedSince",
                    key.compromisedSince().get().toString());
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void publicKey(JsonGenerator json, KeyMetadata key) throws IOException {
        begin(json, key, "public-key");
        json.writeStringField("format", "SubjectPublicKeyInfo");
        json.writeStringField(
                "value", Base64.getEncoder().encodeToString(key.publicKey().getEncoded()));
        end(json);
        json.writeEndObject();
    }

    /** A component up to what is special about one half of the key. */
    private static void begin(JsonGenerator json, KeyMetadata key, String half) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "cryptographic-asset");
        json.writeStringField("bom-ref", half + ":" + key.id());
        json.writeStringField("name", key.id().value());
        json.writeArrayFieldStart("hashes"); // of the public key, for both: it is what the key is known by
        json.writeStartObject();
        json.writeStringField("alg", "SHA-256");
        json.writeStringField("content", key.fingerprint());
        json.writeEndObject();
        json.writeEndArray();
        json.writeObjectFieldStart("cryptoProperties");
        json.writeStringField("assetType", "related-crypto-material");
        json.writeObjectFieldStart("relatedCryptoMaterialProperties");
        json.writeStringField("type", half);
        json.writeStringField("id", key.id().value());
        json.writeStringField("state", state(key));
        json.writeNumberField("size", key.spec().bits());
        json.writeStringField("algorithmRef", use(key).ref());
        json.writeStringField("creationDate", key.created().toString());
        date(json, "activationDate", key.signFrom());
        date(json, "expirationDate", half.startsWith("private") ? key.signUntil() : key.verifyUntil());
    }

    private static void end(JsonGenerator json) throws IOException {
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void date(JsonGenerator json, String name, Optional<Instant> date) throws IOException {
        if (date.isPresent()) {
            json.writeStringField(name, date.get().toString());
        }
    }

    private static void property(JsonGenerator json, String name, String value) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", name);
        json.writeStringField("value", value);
        json.writeEndObject();
    }

    /** SP 800-57's states, as CycloneDX spells them. */
    private static String state(KeyMetadata key) {
        return switch (key.state()) {
            case PRE_ACTIVE -> "pre-activation";
            case ACTIVE, SUSPENDED, DEACTIVATED, COMPROMISED, DESTROYED ->
                key.state().name().toLowerCase(Locale.ROOT);
        };
    }

    private static String mechanism(ProtectionLevel level) {
        return switch (level) {
            case SOFTWARE -> "file permissions";
            case SOFTWARE_ENCRYPTED -> "passphrase";
            case REMOTE -> "service";
            case EXTERNAL, EXTERNAL_VPC -> "external key manager";
            case TOKEN -> "token";
            case HSM -> "HSM";
        };
    }
}
