package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.CompromisedSince;
import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeyName;
import dev.chancery.KeyRequest;
import dev.chancery.KeySpec;
import dev.chancery.KeyState;
import dev.chancery.KeyStore;
import dev.chancery.RingPosition;
import dev.chancery.StoreUnavailableException;
import dev.chancery.spi.Claim;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.StoredKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two processes change one key at the same time: neither undoes what the other did. */
class ConcurrentChangesTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final RingPosition POSITION = new RingPosition(new KeyName("billing"), 1);

    @TempDir
    private Path directory;

    private Shim shim;
    private KeyId key;

    /** Where the records are. */
    enum Place {
        TOKEN,
        DIRECTORY
    }

    @BeforeEach
    void token() {
        shim = Shim.compile(directory);
        SoftHsm.create(directory.resolve("softhsm")).behind(shim);
    }

    private KeyBackend first;
    private KeyBackend second;

    private void openTwice(Place place) {
        String uri = SoftHsm.uri(shim.library())
                + (place == Place.DIRECTORY ? "&chancery-metadata=file:" + directory("records") : "");
        try (KeyStore store = Tokens.open(uri)) {
            key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices")).id();
        }
        first = TokenStore.open(new KeyStoreConfig(uri, Tokens.COUNTABLE, null));
        second = TokenStore.open(new KeyStoreConfig(uri, Tokens.COUNTABLE, null));
    }

    private Path directory(String name) {
        try {
            return Files.createDirectories(directory.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void close() {
        if (first != null) {
            first.close();
            second.close();
        }
    }

    private static KeyAttributes signUntil(KeyAttributes attributes) {
        return attributes.toBuilder().signUntil(NOW.plusSeconds(60)).build();
    }

    private static KeyAttributes compromised(KeyAttributes attributes) {
        return attributes.compromisedSince().isPresent()
                ? attributes
                : attributes.toBuilder()
                        .state(KeyState.COMPROMISED, NOW, "seen elsewhere")
                        .compromisedSince(CompromisedSince.UNKNOWN)
                        .build();
    }

    /** A change that another one falls into, once. */
    private static UnaryOperator<KeyAttributes> interrupted(UnaryOperator<KeyAttributes> change, Runnable by) {
        AtomicBoolean done = new AtomicBoolean();
        return attributes -> {
            if (!done.getAndSet(true)) {
                by.run();
            }
            return change.apply(attributes);
        };
    }

    private static KeyAttributes attributes(Optional<StoredKey> found) {
        return ((StoredKey.Sound) found.orElseThrow()).attributes();
    }

    private static void assertBoth(KeyAttributes attributes) {
        assertThat(attributes.state()).isEqualTo(KeyState.COMPROMISED);
        assertThat(attributes.signUntil()).contains(NOW.plusSeconds(60));
    }

    @ParameterizedTest
    @EnumSource
    void a_mark_survives_a_change_of_a_date(Place place) {
        openTwice(place);

        StoredKey changed = first.update(
                key,
                interrupted(
                        ConcurrentChangesTest::signUntil,
                        () -> second.transition(key, KeyState.COMPROMISED, ConcurrentChangesTest::compromised)));

        assertBoth(attributes(Optional.of(changed)));
        assertBoth(attributes(first.find(key)));
        assertBoth(attributes(second.find(key)));
    }

    @ParameterizedTest
    @EnumSource
    void a_claim_survives_a_change(Place place) {
        openTwice(place);

        first.update(key, interrupted(ConcurrentChangesTest::signUntil, () -> second.claim(POSITION, key)));

        assertThat(second.claims(POSITION.ring())).containsExactly(new Claim(POSITION, key));
        assertThat(attributes(second.find(key)).signUntil()).isPresent();
    }

    // --- with nothing but the token between them

    private interface Put {
        Optional<KeyRecord> of(TokenSession session, KeyRecord record) throws CkException;
    }

    /** Records that are written in another way. */
    private record Written(KeyRecords records, Put put) implements KeyRecords {
        @Override
        public boolean keeps() {
            return true;
        }

        @Override
        public Optional<KeyRecord> find(TokenSession session, TokenKeyId id) throws CkException {
            return records.find(session, id);
        }

        @Override
        public List<KeyRecord> list(TokenSession session) throws CkException {
            return records.list(session);
        }

        @Override
        public Optional<KeyRecord> put(TokenSession session, KeyRecord record) throws CkException {
            return put.of(session, record);
        }

        @Override
        public void remove(TokenSession session, TokenKeyId id) throws CkException {
            records.remove(session, id);
        }
    }

    /** A session in which something happens after each object is made. */
    private static TokenSession afterCreation(TokenSession session, Runnable then) {
        CryptokiSession watched = (CryptokiSession) Proxy.newProxyInstance(
                CryptokiSession.class.getClassLoader(),
                new Class<?>[] {CryptokiSession.class},
                (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(session.cryptoki(), arguments);
                        if (method.getName().equals("create")) {
                            then.run();
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return new TokenSession(watched, session.attachment(), session.readWrite());
    }

    private static void create(TokenSession session, KeyRecord record) {
        try {
            session.cryptoki()
                    .create(new CkAttributes()
                            .with(Ck.CKA_CLASS, Ck.CKO_DATA)
                            .with(Ck.CKA_TOKEN, true)
                            .with(Ck.CKA_PRIVATE, true)
                            .with(Ck.CKA_APPLICATION, "chancery")
                            .with(Ck.CKA_LABEL, record.id().text())
                            .with(Ck.CKA_VALUE, KeyRecordFormat.write(record)));
        } catch (CkException e) {
            throw new AssertionError(e);
        }
    }

    /** A rival is written at the same time as the first record: after nothing of the kind was seen, before it is looked for again. */
    private static KeyRecords metBy(KeyRecord rival, TokenConnection connection) {
        TokenRecords records = new TokenRecords(connection.location());
        AtomicBoolean met = new AtomicBoolean();
        return new Written(
                records,
                (session, record) -> records.put(
                        afterCreation(session, () -> {
                            if (!met.getAndSet(true)) {
                                create(session, rival);
                            }
                        }),
                        record));
    }

    private TokenConnection connection() throws IOException {
        return TokenConnection.open(
                TokenUri.parse(SoftHsm.uri(shim.library())),
                Library.of(shim.library().toRealPath()),
                new Pin(Tokens.COUNTABLE, Optional.empty()));
    }

    private static KeyChanges changes(TokenConnection connection, KeyRecords records) {
        TokenKeys keys = new TokenKeys(connection.location(), records, NOW);
        return new KeyChanges(connection, keys, records, new SigningKeys(connection, keys));
    }

    private KeyRecord record(TokenConnection connection) {
        TokenRecords records = new TokenRecords(connection.location());
        return connection
                .call("Reading", session -> records.find(session, TokenKeyId.parse(key)))
                .orElseThrow();
    }

    @Test
    void of_two_that_write_at_once_the_later_one_sees_both_and_keeps_both() throws Exception {
        openTwice(Place.TOKEN);
        try (TokenConnection connection = connection()) {
            KeyRecord before = record(connection);
            KeyRecord rival = before.with(signUntil(before.attributes()));

            changes(connection, metBy(rival, connection)).update(key, ConcurrentChangesTest::compromised);
        }

        assertBoth(attributes(second.find(key)));
    }

    @Test
    void a_claim_survives_what_is_written_at_once() throws Exception {
        openTwice(Place.TOKEN);
        try (TokenConnection connection = connection()) {
            KeyRecord before = record(connection);
            KeyRecord rival = before.with(compromised(before.attributes()));

            Claim standing = changes(connection, metBy(rival, connection)).claim(POSITION, key);

            assertThat(standing).isEqualTo(new Claim(POSITION, key));
        }
        assertThat(second.claims(POSITION.ring())).containsExactly(new Claim(POSITION, key));
        assertThat(attributes(second.find(key)).state()).isEqualTo(KeyState.COMPROMISED);
    }

    @Test
    void a_change_that_never_gets_its_turn_says_so() throws Exception {
        openTwice(Place.TOKEN);
        try (TokenConnection connection = connection()) {
            KeyRecord standing = record(connection);
            KeyRecords beaten =
                    new Written(new TokenRecords(connection.location()), (session, record) -> Optional.of(standing));

            assertThatThrownBy(() -> changes(connection, beaten).update(key, ConcurrentChangesTest::signUntil))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining(key.value())
                    .hasMessageContaining("at the same time");
        }
    }

    @Test
    void of_two_that_a_crash_left_everybody_believes_the_same_one() throws Exception {
        openTwice(Place.TOKEN);
        try (TokenConnection connection = connection()) {
            KeyRecord before = record(connection);
            KeyRecord one = before.with(
                    before.attributes().toBuilder().label("of", "one").build());
            KeyRecord two = before.with(
                    before.attributes().toBuilder().label("of", "two").build());

            assertThat(believed(connection, one, two)).isEqualTo(believed(connection, two, one));
        }
    }

    private static KeyRecord believed(TokenConnection connection, KeyRecord... written) {
        TokenRecords records = new TokenRecords(connection.location());
        return connection.change("Writing", session -> {
            records.remove(session, written[0].id());
            for (KeyRecord record : written) {
                create(session, record);
            }
            return records.find(session, written[0].id()).orElseThrow();
        });
    }
}
