package dev.chancery.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.UnusableKey.Problem;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.DestroysKeys;
import dev.chancery.spi.KeepsRecords;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.SwitchesKeys;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** The facts that the backend tells of a key, and the single steps that it takes; what they mean is core's to judge. */
class RecordsInTagsTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    private final FakeKms kms = new FakeKms();
    private final KeyBackend backend =
            new AwsKeyStoreProvider().open(new KeyStoreConfig(kms.uri("&deadline=60"), FakeKms.options(), null));
    private final KeepsRecords records = backend.abilities().keepsRecords().orElseThrow();
    private final SwitchesKeys switches = backend.abilities().switchesKeys().orElseThrow();
    private final DestroysKeys destruction = backend.abilities().destroysKeys().orElseThrow();

    @AfterEach
    void close() {
        assertThat(kms.problems()).isEmpty();
        backend.close();
        kms.close();
    }

    private static KeyAttributes attributes() {
        return KeyAttributes.builder(KeyState.ACTIVE, NOW, KeyOrigin.GENERATED)
                .signUntil(NOW.plus(Duration.ofDays(1000)))
                .build();
    }

    private StoredKey make() {
        return make("invoices");
    }

    private StoredKey make(String name) {
        CreateKey order = new CreateKey(new KeyName(name), KeySpec.EC_P256, KeyRecord.of(attributes()));
        return backend.abilities().makesKeys().orElseThrow().create(order);
    }

    private StoredKey read(StoredKey key) {
        return backend.find(key.id()).orElseThrow();
    }

    private FakeKey inKms(StoredKey key) {
        return kms.key(key.id());
    }

    private static KeyRecord record(StoredKey key) {
        return key.record().legible().orElseThrow();
    }

    private static KeyRecord changed(StoredKey read, KeyState to, String reason) {
        KeyRecord record = record(read);
        return record.toBuilder()
                .revision(record.revision() + 1)
                .build()
                .with(attributes -> attributes.state(to, NOW, reason));
    }

    private static KeyRecord marked(KeyRecord record) {
        return record.toBuilder()
                .revision(record.revision() + 1)
                .build()
                .with(attributes -> attributes
                        .compromisedSince(CompromisedSince.UNKNOWN)
                        .state(KeyState.COMPROMISED, NOW, "stolen"));
    }

    // --- what is written

    @Test
    void only_what_differs_is_sent_and_the_mark_by_a_marker_alone() {
        StoredKey read = read(make());
        List<List<String>> sent = new ArrayList<>();
        kms.witness = (operation, request, answer) -> {
            if (operation.equals("TagResource")) {
                sent.add(JsonNode.parser().parse(request).asObject().get("Tags").asArray().stream()
                        .map(tag -> tag.asObject().get("TagKey").asString())
                        .toList());
            }
        };

        records.put(read, changed(read, KeyState.SUSPENDED, "on hold"), false);
        StoredKey suspended = read(read);
        records.put(suspended, marked(record(suspended)), false);

        assertThat(sent)
                .containsExactly(
                        List.of("chancery:history.1", "chancery:revision", "chancery:state"),
                        List.of(
                                "chancery:compromised-since",
                                "chancery:history.1",
                                "chancery:revision",
                                "chancery:state"));
        assertThat(record(read(read))).isEqualTo(marked(record(suspended)));
    }

    @Test
    void what_was_written_is_what_stands() {
        StoredKey read = read(make());

        PutResult result = records.put(read, changed(read, KeyState.DEACTIVATED, "retired"), true);

        assertThat(result)
                .isInstanceOfSatisfying(
                        PutResult.Written.class,
                        written -> assertThat(written.now().record())
                                .isEqualTo(read(read).record()));
    }

    @Test
    void a_writer_that_had_read_before_a_mark_does_not_undo_it() {
        StoredKey read = read(make());
        records.put(read, marked(record(read)), false);

        records.put(read, changed(read, KeyState.DEACTIVATED, "retired"), true);

        assertThat(record(read(read)).attributes().compromisedSince()).contains(CompromisedSince.UNKNOWN);
        assertThat(record(read(read)).attributes().state()).isEqualTo(KeyState.COMPROMISED);
    }

    @Test
    void a_history_that_has_become_shorter_leaves_nothing_of_the_longer_one() {
        StoredKey key = make();
        for (int i = 0; i < 12; i++) {
            StoredKey read = read(key);
            KeyState to = i % 2 == 0 ? KeyState.SUSPENDED : KeyState.ACTIVE;
            records.put(read, changed(read, to, i + " " + "x".repeat(200)), true);
        }
        long before = tags(key, "chancery:history.");
        for (int i = 0; i < 12; i++) {
            inKms(key).tags.put("own-" + i, "");
        }
        inKms(key).tags.keySet().removeIf(name -> name.equals("chancery:sign-until"));

        StoredKey read = read(key);
        records.put(read, changed(read, KeyState.SUSPENDED, "last"), false);

        assertThat(before).isGreaterThan(5);
        assertThat(read(key).record()).isInstanceOf(StoredRecord.Present.class);
        assertThat(record(read(key)).attributes().history())
                .last()
                .satisfies(change -> assertThat(change.reason()).isEqualTo("last"));
    }

    private long tags(StoredKey key, String prefix) {
        return inKms(key).tags.keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .count();
    }

    /** A key of ours keeps room for it from the beginning. */
    @Test
    void a_mark_finds_room_with_as_many_tags_as_the_owner_can_add() {
        for (int own = 0; own <= KeyTags.MOST; own++) {
            StoredKey key = make("invoices-" + own);
            for (int i = 0; i < own && inKms(key).tags.size() < KeyTags.MOST; i++) {
                inKms(key).tags.put("own-" + i, "");
            }
            StoredKey read = read(key);

            assertThat(records.put(read, marked(record(read)), false)).isInstanceOf(PutResult.Written.class);

            assertThat(record(read(key)).attributes().compromisedSince()).contains(CompromisedSince.UNKNOWN);
            assertThat(inKms(key).tags).hasSizeLessThanOrEqualTo(KeyTags.MOST);
        }
    }

    /** Another tool's key gets a record with its first change. */
    @Test
    void beside_as_many_tags_as_another_tool_has_put_there_the_mark_is_written_or_the_place_is_full() {
        for (int own = 0; own <= KeyTags.MOST; own++) {
            StoredKey key = make("invoices-" + own);
            inKms(key).tags.clear();
            for (int i = 0; i < own; i++) {
                inKms(key).tags.put("own-" + i, "");
            }

            PutResult result = records.put(read(key), marked(KeyRecord.of(attributes())), false);

            assertThat(result).isInstanceOf(own == KeyTags.MOST ? PutResult.Full.class : PutResult.Written.class);
            assertThat(inKms(key).tags.containsKey("chancery:compromised-since"))
                    .as(own + " tags")
                    .isEqualTo(own < KeyTags.MOST);
        }
    }

    /** What was read says that there is room, and there is none any more. */
    @Test
    void a_mark_goes_alone_where_the_rest_has_found_no_room() {
        StoredKey key = make();
        StoredKey read = read(key);
        while (inKms(key).tags.size() < KeyTags.MOST) {
            inKms(key).tags.put("own-" + inKms(key).tags.size(), "");
        }

        assertThat(records.put(read, marked(record(read)), false)).isInstanceOf(PutResult.Written.class);
        assertThat(inKms(key).tags).containsEntry("chancery:compromised-since", "UNKNOWN");
        assertThat(records.put(read, changed(read, KeyState.SUSPENDED, "on hold"), false))
                .isInstanceOf(PutResult.Full.class);
    }

    // --- a key on its way out

    @Test
    void a_key_that_waits_for_its_deletion_is_tagged_and_goes_on_waiting() {
        StoredKey key = make();
        destruction.destroy(key.id());
        StoredKey leaving = read(key);
        Instant end = inKms(key).deletion;

        records.put(leaving, marked(record(leaving)), false);

        assertThat(leaving.service())
                .isInstanceOfSatisfying(
                        Service.Leaving.class,
                        service -> assertThat(service.when()).isPresent());
        assertThat(inKms(key).state).isEqualTo("PendingDeletion");
        assertThat(inKms(key).deletion).isBetween(end.minus(Duration.ofDays(2)), end.plusSeconds(1));
        assertThat(inKms(key).tags).containsEntry("chancery:compromised-since", "UNKNOWN");
    }

    @Test
    void a_tagging_that_fails_leaves_the_deletion_scheduled() {
        StoredKey key = make();
        destruction.destroy(key.id());
        StoredKey leaving = read(key);
        kms.faults().refuse("TagResource", "KMSInternalException");

        assertThatThrownBy(() -> records.put(leaving, marked(record(leaving)), false))
                .isInstanceOf(StoreUnavailableException.class);

        assertThat(inKms(key).state).isEqualTo("PendingDeletion");
    }

    @Test
    void a_step_that_is_done_already_is_no_error() {
        StoredKey key = make();
        switches.disable(key.id());
        switches.disable(key.id());
        switches.enable(key.id());
        switches.enable(key.id());
        destruction.destroy(key.id());
        destruction.destroy(key.id());
        switches.disable(key.id());

        assertThat(inKms(key).state).isEqualTo("PendingDeletion");
    }

    /** The SDK sends the request again, and KMS refuses what is done. */
    @ParameterizedTest
    @ValueSource(strings = {"ScheduleKeyDeletion", "CancelKeyDeletion"})
    void a_lost_answer_is_no_error(String operation) {
        StoredKey key = make();
        kms.faults().next(operation, Faults.Fault.DROPPED_AFTER_COMMIT, 1);
        destruction.destroy(key.id());
        StoredKey leaving = read(key);

        records.put(leaving, marked(record(leaving)), false);

        assertThat(inKms(key).state).isEqualTo("PendingDeletion");
        assertThat(inKms(key).tags).containsEntry("chancery:compromised-since", "UNKNOWN");
    }

    // --- what is told

    @Test
    void a_sound_key_costs_no_look_at_its_aliases_and_one_without_tags_shows_that_it_is_ours() {
        StoredKey key = make();
        kms.forgetRequests();

        assertThat(read(key).evidence()).isEmpty();
        assertThat(kms.requests("ListAliases")).isZero();
        assertThat(kms.requests()).isEqualTo(2);

        inKms(key).tags.keySet().removeIf(name -> name.startsWith("chancery:"));
        assertThat(read(key).record()).isEqualTo(new StoredRecord.Absent());
        assertThat(read(key).evidence()).contains("it has the alias alias/chancery/invoices");
    }

    @Test
    void a_key_of_another_tool_shows_nothing() {
        try (var client = kms.client()) {
            String id = client.createKey(order -> order.keySpec("ECC_NIST_P256").keyUsage("SIGN_VERIFY"))
                    .keyMetadata()
                    .keyId();
            client.createAlias(alias -> alias.aliasName("alias/theirs").targetKeyId(id));

            StoredKey key = backend.find(backend.parse("alias/theirs")).orElseThrow();

            assertThat(key.id().value()).isEqualTo(id);
            assertThat(key.record()).isEqualTo(new StoredRecord.Absent());
            assertThat(key.evidence()).isEmpty();
        }
    }

    @Test
    void damaged_tags_tell_their_mark() {
        StoredKey key = make();
        inKms(key).tags.put("chancery:state", "SPLENDID");
        inKms(key).tags.put("chancery:compromised-since", "2026-01-01T00:00:00Z");

        assertThat(read(key).record())
                .isInstanceOfSatisfying(
                        StoredRecord.Damaged.class,
                        damaged -> assertThat(damaged.mark())
                                .contains(CompromisedSince.at(Instant.parse("2026-01-01T00:00:00Z"))));
        assertThat(read(key).evidence()).isPresent();

        records.put(read(key), marked(KeyRecord.of(attributes())), false);
        assertThat(read(key).record()).isInstanceOf(StoredRecord.Present.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Creating", "Unavailable", "Anything"})
    void a_state_that_is_neither_enabled_nor_leaving_is_out_of_service(String state) {
        StoredKey key = make();
        inKms(key).state = state;

        assertThat(read(key).service())
                .isInstanceOfSatisfying(
                        Service.Out.class, out -> assertThat(out.why()).contains(state));
    }

    /** While the region of a multi-Region key's primary changes, KMS goes on signing. */
    @Test
    void a_key_that_is_updated_is_in_service() {
        StoredKey key = make();
        inKms(key).state = "Updating";

        assertThat(read(key).service()).isInstanceOf(Service.In.class);
    }

    @Test
    void a_public_half_is_asked_for_once_and_kept_back_by_kms_where_it_never_was() {
        StoredKey key = make();
        try (KeyBackend another =
                new AwsKeyStoreProvider().open(new KeyStoreConfig(kms.uri(""), FakeKms.options(), null))) {
            switches.disable(key.id());
            assertThat(another.find(key.id()).orElseThrow().publicHalf()).isEqualTo(new PublicHalf.Withheld());
            assertThat(read(key).publicHalf()).isInstanceOf(PublicHalf.Vouched.class);
            switches.enable(key.id());
            kms.forgetRequests();
            for (int i = 0; i < 3; i++) {
                assertThat(another.find(key.id()).orElseThrow().publicHalf()).isEqualTo(key.publicHalf());
            }
            assertThat(kms.requests("GetPublicKey")).isEqualTo(1);
        }
    }

    @Test
    void keys_are_looked_up_side_by_side_with_three_requests_each_and_two_when_their_public_halves_are_known() {
        for (int i = 0; i < 20; i++) {
            make("invoices-" + i);
        }
        try (KeyBackend another =
                new AwsKeyStoreProvider().open(new KeyStoreConfig(kms.uri("&inflight=8"), FakeKms.options(), null))) {
            kms.forgetRequests();
            kms.faults().delayMillis = 5;

            assertThat(another.list()).hasSize(20);
            assertThat(kms.requests() - kms.requests("ListAliases")).isEqualTo(60);
            assertThat(kms.mostAtOnce()).isBetween(2, 8);
            kms.forgetRequests();
            assertThat(another.list()).hasSize(20);
            assertThat(kms.requests() - kms.requests("ListAliases")).isEqualTo(40);
        }
    }

    /** One key with a policy of its own hides no other. */
    @Test
    void a_key_that_may_not_be_looked_at_is_listed_as_out_of_reach() {
        StoredKey key = make();
        kms.faults().refuse("DescribeKey", "AccessDeniedException", "not authorized", 1);

        assertThat(backend.list()).singleElement().satisfies(listed -> {
            assertThat(listed.id()).isEqualTo(key.id());
            assertThat(listed.publicHalf())
                    .isInstanceOfSatisfying(
                            PublicHalf.Unreadable.class,
                            half -> assertThat(half.problem()).isEqualTo(Problem.INACCESSIBLE));
        });
        assertThat(backend.list()).extracting(StoredKey::spec).containsExactly(Optional.of(KeySpec.EC_P256));
    }
}
