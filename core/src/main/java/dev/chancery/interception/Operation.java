package dev.chancery.interception;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.caller.Caller;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.RingPosition;
import dev.chancery.spi.signing.SigningInput;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One step that a store is about to take, or has taken. Immutable, thread-safe; core makes it, interceptors read it.
 */
public final class Operation {
    private final String id;
    private final @Nullable Operation parent;
    private final OperationType type;
    private final String store;
    private final @Nullable Caller caller;
    private final @Nullable KeyMetadata key;
    private final @Nullable String keyId;
    private final @Nullable KeyName ring;
    private final @Nullable SignatureAlgorithm algorithm;
    private final @Nullable SignPurpose purpose;
    private final @Nullable String reason;
    private final List<SigningInput> inputs;
    private final byte @Nullable [] signature;
    private @Nullable List<String> digests; // computed twice by two threads, it is the same

    private Operation(Builder builder) {
        id = builder.id;
        parent = builder.parent;
        type = builder.type;
        store = builder.store;
        caller = builder.caller;
        key = builder.key;
        keyId = builder.keyId;
        ring = builder.ring;
        algorithm = builder.algorithm;
        purpose = builder.purpose;
        reason = builder.reason;
        inputs = builder.inputs;
        signature = builder.signature;
    }

    /**
     * What ties everything together that is written down of this operation.
     *
     * @return an id that no other operation of any process has
     */
    public String id() {
        return id;
    }

    /**
     * The operation that this one is a step of: the rotation of a promotion, for example.
     *
     * @return the operation, or empty
     */
    public Optional<Operation> parent() {
        return Optional.ofNullable(parent);
    }

    /**
     * The operation that somebody asked for, from which this one follows.
     *
     * @return the outermost parent, or this one
     */
    public Operation root() {
        return parent == null ? this : parent.root();
    }

    /**
     * What is done.
     *
     * @return the kind
     */
    public OperationType type() {
        return type;
    }

    /**
     * Where.
     *
     * @return the store's URI without anything secret
     */
    public String store() {
        return store;
    }

    /**
     * On whose behalf.
     *
     * @return the caller of the scope that the call came from, or empty outside of any
     */
    public Optional<Caller> caller() {
        return Optional.ofNullable(caller);
    }

    /**
     * The key as it was when everything in core had been decided.
     *
     * @return the key, or empty where there is none yet, or where it cannot be read
     */
    public Optional<KeyMetadata> key() {
        return Optional.ofNullable(key);
    }

    /**
     * What the key is called.
     *
     * @return the key's id; for a key that does not exist yet, the name that it is to have; or empty
     */
    public Optional<String> keyId() {
        return Optional.ofNullable(keyId);
    }

    /**
     * The ring concerned.
     *
     * @return the ring's name, or empty
     */
    public Optional<KeyName> ring() {
        return Optional.ofNullable(ring);
    }

    /**
     * What is signed or verified with.
     *
     * @return the algorithm, or empty where none is named or the key decides
     */
    public Optional<SignatureAlgorithm> algorithm() {
        return Optional.ofNullable(algorithm);
    }

    /**
     * What a signature is for.
     *
     * @return the purpose, or empty for other operations than {@link OperationType#SIGN}
     */
    public Optional<SignPurpose> purpose() {
        return Optional.ofNullable(purpose);
    }

    /**
     * Why, in the caller's words.
     *
     * @return the reason, or empty where none is asked for
     */
    public Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    /**
     * What is signed or verified: messages or digests. Not copies.
     *
     * @return one for each signature; empty where a denial came before the message was read, and for verified streams
     */
    public List<SigningInput> inputs() {
        return inputs;
    }

    /**
     * What the inputs come down to: the digest that is signed; of a pure algorithm, which signs none, SHA-256 of the message.
     * Computed when first asked for.
     *
     * @return one for each input: the hash's name, a colon and hexadecimal digits, {@code sha256:9f86…}
     */
    public List<String> digests() {
        List<String> known = digests;
        if (known == null) {
            known = inputs.stream().map(this::digest).toList();
            digests = known;
        }
        return known;
    }

    private String digest(SigningInput input) {
        String hash = algorithm().flatMap(SignatureAlgorithm::digest).orElse("SHA-256");
        if (input instanceof SigningInput.Digest digest) {
            // Where no algorithm is named, the length tells.
            String name = algorithm == null ? "sha" + 8 * digest.bytes().length : nameOf(hash);
            return name + ':' + HexFormat.of().formatHex(digest.bytes());
        }
        try {
            byte[] digest = MessageDigest.getInstance(hash).digest(input.bytes());
            return nameOf(hash) + ':' + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-2.", e);
        }
    }

    private static String nameOf(String hash) {
        return hash.replace("-", "").toLowerCase(Locale.ROOT);
    }

    /**
     * The signature that is verified, as it was handed in. Not a copy.
     *
     * @return the bytes, or empty for other operations than {@link OperationType#VERIFY}
     */
    public Optional<byte[]> signature() {
        return Optional.ofNullable(signature);
    }

    /** Returns kind, id and key. */
    @Override
    public String toString() {
        return "Operation[" + type + " " + id + (keyId == null ? "" : ", key " + keyId) + "]";
    }

    /** Collects what is known of an operation. For core, and for tests of interceptors. Not thread-safe. */
    public static final class Builder {
        private final String id;
        private final OperationType type;
        private final String store;
        private @Nullable Operation parent;
        private @Nullable Caller caller;
        private @Nullable KeyMetadata key;
        private @Nullable String keyId;
        private @Nullable KeyName ring;
        private @Nullable SignatureAlgorithm algorithm;
        private @Nullable SignPurpose purpose;
        private @Nullable String reason;
        private List<SigningInput> inputs = List.of();
        private byte @Nullable [] signature;

        /**
         * Starts with what every operation has.
         *
         * @param id an id of its own
         * @param type what is done
         * @param store where
         */
        public Builder(String id, OperationType type, String store) {
            this.id = id;
            this.type = type;
            this.store = store;
        }

        /**
         * Sets the operation that this is a step of, and takes over caller and reason from it.
         *
         * @param value the parent, or null
         * @return this builder
         */
        public Builder parent(@Nullable Operation value) {
            parent = value;
            if (value != null) {
                caller = value.caller;
                reason = value.reason;
            }
            return this;
        }

        /**
         * Sets on whose behalf.
         *
         * @param value the caller, or null where none is known
         * @return this builder
         */
        public Builder caller(@Nullable Caller value) {
            caller = value;
            return this;
        }

        /**
         * Sets the key, and with it the key's id and ring.
         *
         * @param value the key
         * @return this builder
         */
        public Builder key(KeyMetadata value) {
            key = value;
            keyId = value.id().value();
            ring = value.ring().map(RingPosition::ring).orElse(ring);
            return this;
        }

        /**
         * Sets what the key is called, where its metadata is not at hand.
         *
         * @param value the key's id
         * @return this builder
         */
        public Builder keyId(KeyId value) {
            keyId = value.value();
            return this;
        }

        /**
         * Sets what a key that does not exist yet is to be called.
         *
         * @param value the name
         * @return this builder
         */
        public Builder keyName(KeyName value) {
            keyId = value.value();
            return this;
        }

        /**
         * Sets the ring.
         *
         * @param value the ring's name, or null
         * @return this builder
         */
        public Builder ring(@Nullable KeyName value) {
            ring = value;
            return this;
        }

        /**
         * Sets what is signed or verified with.
         *
         * @param value the algorithm, or null
         * @return this builder
         */
        public Builder algorithm(@Nullable SignatureAlgorithm value) {
            algorithm = value;
            return this;
        }

        /**
         * Sets what a signature is for.
         *
         * @param value the purpose
         * @return this builder
         */
        public Builder purpose(SignPurpose value) {
            purpose = value;
            return this;
        }

        /**
         * Sets why.
         *
         * @param value the reason, or null
         * @return this builder
         */
        public Builder reason(@Nullable String value) {
            reason = value;
            return this;
        }

        /**
         * Sets what is signed or verified.
         *
         * @param value the messages or digests, not copied
         * @return this builder
         */
        public Builder inputs(List<SigningInput> value) {
            inputs = value;
            return this;
        }

        /**
         * Sets the signature that is verified.
         *
         * @param value the bytes, not copied
         * @return this builder
         */
        public Builder signature(byte[] value) {
            signature = value;
            return this;
        }

        /**
         * Makes the operation.
         *
         * @return the operation
         */
        public Operation build() {
            return new Operation(this);
        }
    }
}
