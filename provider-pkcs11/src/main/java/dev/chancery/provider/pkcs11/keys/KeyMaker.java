package dev.chancery.provider.pkcs11.keys;

import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import dev.chancery.provider.pkcs11.binding.CkException;
import dev.chancery.provider.pkcs11.binding.CkMechanism;
import dev.chancery.provider.pkcs11.keys.TemplateLadder.Pair;
import dev.chancery.provider.pkcs11.records.HalfMade;
import dev.chancery.provider.pkcs11.records.Records;
import dev.chancery.provider.pkcs11.records.TokenKeyId;
import dev.chancery.provider.pkcs11.sessions.TokenConnection;
import dev.chancery.provider.pkcs11.sessions.TokenSession;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.ImportKey;
import dev.chancery.spi.ImportsKeys;
import dev.chancery.spi.MakesKeys;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes keys, wholly or not at all: a {@link HalfMade} record first, then the pair, then the whole record.
 *
 * @param token the way to the token
 * @param keys finds its keys
 * @param records where their records are
 * @param removal takes back what was cut off
 * @param templates what new keys are made with
 */
public record KeyMaker(
        TokenConnection token, TokenKeys keys, Records records, KeyRemoval removal, TemplateLadder templates)
        implements MakesKeys, ImportsKeys {
    private static final Logger LOG = LoggerFactory.getLogger(KeyMaker.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ID_BYTES = 16;

    @Override
    public StoredKey create(CreateKey order) {
        CkMechanism mechanism = KeyTemplates.generator(order.spec());
        SigningMechanisms.requireUse(order.spec(), mechanism, token.mechanisms(), token.location());
        long type = KeyTemplates.keyType(order.spec());
        return make(order.name(), order.record(), (session, publicHalf, privateHalf) -> {
            long made = session.cryptoki()
                    .generate(
                            mechanism,
                            publicHalf.withAll(KeyTemplates.parameters(order.spec())),
                            privateHalf.with(Ck.CKA_KEY_TYPE, type));
            return PublicKeys.of(session.cryptoki().read(made, PublicKeys.attributes(type)))
                    .orElseThrow(() -> new IntegrityException("The token " + token.location()
                            + " does not show the public half of the key that it has just made. Nothing was kept."));
        });
    }

    @Override
    public StoredKey importKey(ImportKey order) {
        SigningMechanisms.requireUse(order.spec(), null, token.mechanisms(), token.location());
        if (order.spec().algorithm() == KeyAlgorithm.ML_DSA) {
            throw new UnsupportedException("No ML-DSA key is imported into a token: tokens differ in the form that they"
                    + " want. Generate one in " + token.location() + ".");
        }
        return make(order.name(), order.record(), (session, publicHalf, privateHalf) -> {
            CkAttributes secret = privateHalf.withAll(KeyTemplates.values(order.privateKey(), order.spec()));
            if (token.identity().manufacturer().startsWith("Mozilla")) {
                secret.with(Ck.CKA_NSS_DB, KeyTemplates.publicValue(order.publicKey(), order.spec()));
            }
            session.cryptoki().create(publicHalf.withAll(KeyTemplates.values(order.publicKey(), order.spec())));
            session.cryptoki().create(secret);
            return order.publicKey();
        });
    }

    private StoredKey make(KeyName name, KeyRecord record, Pair pair) {
        byte[] random = new byte[ID_BYTES];
        RANDOM.nextBytes(random);
        TokenKeyId id = new TokenKeyId(name.value(), Optional.of(HexFormat.of().formatHex(random)));
        AtomicBoolean begun = new AtomicBoolean();
        return token.change("Making key " + name, session -> {
            if (begun.get()) {
                removal.remove(session, id); // the attempt before this one was cut off
            }
            requireFree(session, name);
            records.announce(session);
            begun.set(true);
            return make(session, id, record, pair);
        });
    }

    private StoredKey make(TokenSession session, TokenKeyId id, KeyRecord record, Pair pair) throws CkException {
        StoredRecord halfMade = put(session, id, new StoredRecord.Absent(), HalfMade.mark(record));
        try {
            PublicKey publicKey = templates.make(session, id, pair, token.location());
            requireSensitive(session, id);
            KeyRecord whole = record.toBuilder()
                    .revision(record.revision() + 1)
                    .publicKey(publicKey)
                    .fingerprint(KeyMetadata.fingerprint(publicKey))
                    .build()
                    .with(attributes -> SigningMechanisms.unusualDefault(KeySpec.of(publicKey), token.mechanisms())
                            .filter(any ->
                                    record.attributes().defaultAlgorithm().isEmpty())
                            .map(attributes::defaultAlgorithm)
                            .orElse(attributes));
            StoredKey made = keys.describe(session, id, put(session, id, halfMade, whole));
            if (made.publicHalf() instanceof PublicHalf.Unreadable unreadable) {
                throw new IntegrityException(
                        "Key " + id + " was made in " + token.location() + " and is not usable: " + unreadable.why());
            }
            return made;
        } catch (CkException | RuntimeException e) {
            removeQuietly(session, id);
            throw e;
        }
    }

    /** The barest template leaves it to the token: a key that it would hand out is not kept. */
    private void requireSensitive(TokenSession session, TokenKeyId id) throws CkException {
        List<PrivateObject> made = PrivateObject.find(session, id);
        if (!made.stream().allMatch(half -> half.attributes().isSet(Ck.CKA_SENSITIVE))) {
            throw new UnsupportedException("The token " + token.location() + " makes keys that it would hand out"
                    + " (CKA_SENSITIVE is not set), so " + id
                    + " was removed. Check its settings, or use chancery-template.");
        }
    }

    private StoredRecord put(TokenSession session, TokenKeyId id, StoredRecord read, KeyRecord record)
            throws CkException {
        return records.put(session, id, read, record)
                .orElseThrow(() -> new StoreUnavailableException(
                        "Key " + id + " in " + token.location()
                                + " was removed by another process while it was made. Try again.",
                        null));
    }

    private void requireFree(TokenSession session, KeyName name) throws CkException {
        TokenKeyId label = new TokenKeyId(name.value(), Optional.empty());
        Map<TokenKeyId, StoredRecord> known = records.list(session);
        known.keySet().removeIf(id -> !label.means(id));
        if (known.values().stream().anyMatch(HalfMade::is)) {
            throw new KeyExistsException("A key '" + name + "' is half-made in " + token.location()
                    + ". If no process is making it any more, remove it with `chancery orphans --delete`, or choose"
                    + " another name.");
        }
        if (!known.isEmpty() || !session.find(PrivateObject.named(label)).isEmpty()) {
            throw new KeyExistsException("There is a key '" + name + "' in " + token.location()
                    + " already. It was left alone: choose another name.");
        }
    }

    /** What is left, if the token is gone just now, is half-made and so ignored. */
    private void removeQuietly(TokenSession session, TokenKeyId id) {
        try {
            removal.remove(session, id);
        } catch (CkException e) {
            LOG.warn(
                    "Half-made key {} is left in {}, and ignored; `chancery orphans` lists it.",
                    id,
                    token.location(),
                    e);
        }
    }

    @Override
    public boolean removeCandidate(KeyId id) {
        return removal.removeCandidate(id);
    }
}
