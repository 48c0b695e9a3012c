package dev.chancery.provider.aws;

import dev.chancery.Capability;
import dev.chancery.IntegrityException;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeyName;
import dev.chancery.KeySpec;
import dev.chancery.KeyState;
import dev.chancery.MessageTooLargeException;
import dev.chancery.Orphan;
import dev.chancery.RingPosition;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.SignatureEncoding;
import dev.chancery.spi.Claim;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.SignResult;
import dev.chancery.spi.SigningInput;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.support.Printable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.MessageType;
import software.amazon.awssdk.services.kms.model.SignResponse;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;

/** One open store in AWS KMS: what core asks for, handed to the part that knows how. */
final class AwsKeyBackend implements KeyBackend {
    /** What KMS takes as a message; longer ones are hashed by the caller. */
    private static final int LONGEST_MESSAGE = 4096;

    private static final Set<Capability> ALL =
            Set.of(Capability.GENERATE, Capability.LIFECYCLE, Capability.CLAIM_ATOMIC, Capability.ORPHANS);

    private final StoreUri uri;
    private final KeyStoreConfig config;
    private final KeyNames names;
    private final Kms kms;
    private final KmsKeys keys;
    private final Aliases aliases;
    private final KeyCreator creator;
    private final KeyChanges changes;

    private AwsKeyBackend(Kms kms, Recent recent, StoreUri uri, KeyStoreConfig config) {
        this.uri = uri;
        this.config = config;
        this.kms = kms;
        this.names = new KeyNames(uri);
        this.aliases = new Aliases(kms, names, recent);
        this.keys = new KmsKeys(kms, uri, names, recent, config.options().publicArchive());
        this.changes = new KeyChanges(kms, uri, keys, aliases, recent);
        this.creator =
                new KeyCreator(kms, uri, keys, aliases, recent, config.options().clock());
    }

    static AwsKeyBackend open(StoreUri uri, KeyStoreConfig config) {
        Recent recent = new Recent(System::nanoTime);
        return new AwsKeyBackend(Kms.open(uri, recent), recent, uri, config);
    }

    static AwsKeyBackend around(KmsClient client, StoreUri uri, KeyStoreConfig config) {
        Recent recent = new Recent(System::nanoTime);
        return new AwsKeyBackend(Kms.around(client, uri, recent), recent, uri, config);
    }

    @Override
    public String location() {
        return uri.location();
    }

    @Override
    public Set<Capability> capabilities() {
        return uri.pinned() ? Set.of() : ALL;
    }

    @Override
    public KeyId parse(String text) {
        return names.parse(text);
    }

    @Override
    public boolean follows(KeyId id) {
        return names.isForeignAlias(id);
    }

    /** GetPublicKey answers for an enabled key only. */
    @Override
    public boolean withholdsPublicKey(KeyState to) {
        return !uri.pinned() && (to == KeyState.SUSPENDED || to == KeyState.COMPROMISED || to == KeyState.DESTROYED);
    }

    @Override
    public Optional<StoredKey> find(KeyId id) {
        return keys.find(id);
    }

    /** In pinned-key mode the one key that is configured, since listing takes a permission of its own. */
    @Override
    public Stream<StoredKey> list() {
        return uri.pinned()
                ? config.options().defaultKey().map(this::parse).flatMap(keys::find).stream()
                : aliases.named().stream().flatMap(id -> keys.find(id).stream());
    }

    @Override
    public SignResult sign(KeyId id, SignatureAlgorithm algorithm, SigningInput input) {
        String key = keys.reference(id);
        SigningAlgorithmSpec word = keys.algorithm(id, algorithm);
        MessageType type = input instanceof SigningInput.Digest ? MessageType.DIGEST : MessageType.RAW;
        byte[] bytes = input.bytes();
        if (type == MessageType.RAW && bytes.length > LONGEST_MESSAGE) {
            if (algorithm.scheme() != SignatureAlgorithm.Scheme.ML_DSA) {
                throw new MessageTooLargeException(
                        "AWS KMS signs messages of at most " + LONGEST_MESSAGE + " bytes with "
                                + algorithm + ", and this one has " + bytes.length + ". Key " + id + " in " + location()
                                + " was not asked: sign with an RSA or ECDSA key, or sign the hash of the message as a message.");
            }
            bytes = config.localKeys().messageRepresentative(keys.publicKey(id), bytes);
            type = MessageType.EXTERNAL_MU;
        }
        SdkBytes message = SdkBytes.fromByteArrayUnsafe(bytes);
        MessageType messageType = type;
        SignResponse answer = kms.call(
                "Signing with key " + id,
                KeyNames.bare(key),
                (client, override) -> client.sign(request -> request.keyId(key)
                        .message(message)
                        .messageType(messageType)
                        .signingAlgorithm(word)
                        .overrideConfiguration(override)));
        requireOf(key, id, answer);
        Algorithms.requireSame(word, answer.signingAlgorithmAsString(), "key " + id + " in " + location());
        if (answer.signature() == null) {
            throw new IntegrityException(
                    "The store " + location() + " answered without a signature of key " + id + ". Check the endpoint.");
        }
        String requestId = answer.responseMetadata() == null
                ? null
                : answer.responseMetadata().requestId();
        return SignResult.remote(answer.signature().asByteArrayUnsafe(), SignatureEncoding.DER, requestId);
    }

    /** Servers answer with the id or with the ARN; the id in it is what counts, since core verifies the signature too. */
    private void requireOf(String key, KeyId id, SignResponse answer) {
        if (answer.keyId() != null && !KeyNames.bare(answer.keyId()).equals(KeyNames.bare(key))) {
            throw new IntegrityException("The store " + location() + " was asked for a signature of key " + id
                    + " and answered with one of " + Printable.of(answer.keyId())
                    + ". The signature is withheld; check the endpoint, or report it to AWS.");
        }
    }

    // --- what changes keys

    @Override
    public StoredKey create(CreateKey request) {
        if (uri.pinned()) {
            return KeyBackend.super.create(request);
        }
        KeySpec spec = request.spec();
        return creator.create(request, Algorithms.of(spec));
    }

    @Override
    public StoredKey update(KeyId id, UnaryOperator<KeyAttributes> change) {
        return uri.pinned() ? KeyBackend.super.update(id, change) : changes.update(id, change);
    }

    @Override
    public StoredKey transition(KeyId id, KeyState to, UnaryOperator<KeyAttributes> change) {
        return uri.pinned() ? KeyBackend.super.update(id, change) : changes.transition(id, to, change);
    }

    @Override
    public void discard(KeyId id) {
        if (uri.pinned()) {
            KeyBackend.super.discard(id);
        }
        changes.discard(id);
    }

    @Override
    public Claim claim(RingPosition position, KeyId candidate) {
        return uri.pinned() ? KeyBackend.super.claim(position, candidate) : changes.claim(position, candidate);
    }

    @Override
    public List<Claim> claims(KeyName ring) {
        return uri.pinned() ? List.of() : aliases.claims(ring);
    }

    @Override
    public Set<KeyName> rings() {
        return uri.pinned() ? Set.of() : aliases.rings();
    }

    @Override
    public List<Orphan> orphans() {
        return uri.pinned() ? List.of() : creator.orphans();
    }

    @Override
    public void removeOrphan(KeyId id) {
        if (uri.pinned()) {
            KeyBackend.super.removeOrphan(id);
        }
        creator.removeOrphan(id);
    }

    @Override
    public void close() {
        kms.close();
    }
}
