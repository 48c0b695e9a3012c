package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyAttributes;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.key.KeyState;
import dev.chancery.key.RingPosition;
import dev.chancery.key.UnusableKey.Problem;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.spi.CreateKey;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.PublicHalf;
import dev.chancery.spi.PutResult;
import dev.chancery.spi.Service;
import dev.chancery.spi.StoredKey;
import dev.chancery.spi.Traits;
import dev.chancery.spi.records.KeyRecord;
import dev.chancery.spi.records.StoredRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a token tells core of its keys, and what each of its three openings can do. */
class FactsTest {
    @TempDir
    private Path directory;

    private Shim shim;
    private SoftHsm token;
    private KeyBackend backend;

    @BeforeEach
    void open() {
        shim = Shim.compile(directory);
        token = SoftHsm.create(directory.resolve("softhsm"));
        token.behind(shim);
        backend = Tokens.backend(SoftHsm.uri(shim.library()));
    }

    @AfterEach
    void close() {
        shim.reset();
        backend.close();
    }

    private StoredKey create(KeySpec spec) {
        KeyAttributes attributes = KeyAttributes.builder(
                        KeyState.ACTIVE, Instant.parse("2026-11-29T12:00:00Z"), KeyOrigin.GENERATED)
                .build();
        return backend.abilities()
                .makesKeys()
                .orElseThrow()
                .create(new CreateKey(new KeyName("invoices"), spec, KeyRecord.of(attributes)));
    }

    private StoredKey find(KeyId id) {
        return backend.find(id).orElseThrow();
    }

    private void tool(String... arguments) {
        String[] command = new String[5 + arguments.length];
        command[0] = "pkcs11-tool";
        command[1] = "--module";
        command[2] = Programs.softHsm().toString();
        command[3] = "--login";
        command[4] = "--pin=" + SoftHsm.PIN;
        System.arraycopy(arguments, 0, command, 5, arguments.length);
        token.run(command);
    }

    // --- public halves

    @ParameterizedTest
    @EnumSource(
            value = KeySpec.class,
            names = {"RSA_2048", "EC_P256"})
    void a_new_key_is_whole_and_its_record_names_its_public_half(KeySpec spec) {
        KeyRecord record = create(spec).record().legible().orElseThrow();

        assertThat(record.fingerprint())
                .contains(KeyMetadata.fingerprint(record.publicKey().orElseThrow()));
        assertThat(record.notes()).isEmpty();
    }

    @Test
    void a_private_rsa_key_vouches_for_its_public_half() {
        StoredKey made = create(KeySpec.RSA_2048);

        assertThat(find(made.id()).publicHalf()).isInstanceOf(PublicHalf.Vouched.class);
    }

    /** SoftHSM has the point in the public key's object alone, which can be replaced without a PIN. */
    @Test
    void the_public_half_of_a_curve_is_found_and_nothing_vouches_for_it() {
        tool("--keypairgen", "--key-type", "EC:prime256v1", "--label", "foreign", "--id", "01", "--usage-sign");

        StoredKey found = find(backend.parse("foreign:01"));

        assertThat(found.publicHalf()).isInstanceOf(PublicHalf.Unvouched.class);
        assertThat(found.record()).isInstanceOf(StoredRecord.Absent.class);
        assertThat(found.evidence()).isEmpty();
        assertThat(found.service()).isInstanceOf(Service.In.class);
    }

    @Test
    void what_the_record_alone_has_is_withheld() {
        StoredKey made = create(KeySpec.EC_P256);
        tool("--delete-object", "--type", "pubkey", "--label", "invoices");

        assertThat(find(made.id()).publicHalf()).isInstanceOf(PublicHalf.Withheld.class);
        assertThat(find(made.id()).record().legible().orElseThrow().publicKey()).isPresent();
    }

    @Test
    void a_key_without_its_private_half_is_gone_and_found_all_the_same() {
        StoredKey made = create(KeySpec.RSA_2048);
        backend.abilities().destroysKeys().orElseThrow().destroy(made.id());
        backend.abilities().destroysKeys().orElseThrow().destroy(made.id());

        StoredKey found = find(made.id());

        assertThat(found.service()).isInstanceOf(Service.Gone.class);
        assertThat(found.record().legible().orElseThrow().publicKey()).isPresent();
        assertThat(backend.list()).extracting(StoredKey::id).containsExactly(made.id());
    }

    @Test
    void the_first_record_of_a_foreign_key_keeps_the_only_copy_of_its_public_half() {
        tool("--keypairgen", "--key-type", "rsa:2048", "--label", "foreign", "--id", "01", "--usage-sign");
        StoredKey read = find(backend.parse("foreign:01"));
        PublicHalf.Vouched half = (PublicHalf.Vouched) read.publicHalf();
        KeyRecord first = new KeyRecord.Builder(
                        KeyAttributes.builder(KeyState.DEACTIVATED, read.created(), KeyOrigin.FOREIGN)
                                .build())
                .fingerprint(KeyMetadata.fingerprint(half.key()))
                .build();

        PutResult result = backend.abilities().keepsRecords().orElseThrow().put(read, first, true);

        assertThat(result).isInstanceOf(PutResult.Written.class);
        assertThat(find(read.id()).record().legible().orElseThrow().publicKey()).contains(half.key());
    }

    @Test
    void a_label_of_two_keys_is_out_of_reach_until_one_of_them_is_named() {
        tool("--keypairgen", "--key-type", "EC:prime256v1", "--label", "twin", "--id", "01", "--usage-sign");
        tool("--keypairgen", "--key-type", "EC:prime256v1", "--label", "twin", "--id", "02", "--usage-sign");

        assertThat(find(backend.parse("twin")).publicHalf())
                .isInstanceOfSatisfying(PublicHalf.Unreadable.class, half -> {
                    assertThat(half.problem()).isEqualTo(Problem.INACCESSIBLE);
                    assertThat(half.why()).contains("twin:01, twin:02");
                });
    }

    @Test
    void a_token_without_room_for_a_record_says_so_and_keeps_the_old_one() {
        StoredKey read = create(KeySpec.EC_P256);
        KeyRecord standing = read.record().legible().orElseThrow();
        shim.inject(Shim.Function.C_CreateObject, Ck.CKR_DEVICE_MEMORY, 0, 1);

        PutResult result = backend.abilities()
                .keepsRecords()
                .orElseThrow()
                .put(
                        read,
                        standing.toBuilder().revision(standing.revision() + 1).build(),
                        true);

        assertThat(result).isInstanceOf(PutResult.Full.class);
        assertThat(find(read.id())).isEqualTo(read);
    }

    // --- openings

    @Test
    void records_on_the_token_stand_side_by_side() {
        assertThat(backend.traits().writes()).isEqualTo(Traits.Writes.BESIDE);
        assertThat(backend.traits().settle()).isEqualTo(Duration.ofSeconds(2));
        assertThat(backend.traits().names()).isEqualTo(Traits.Names.LABEL);
        assertThat(backend.abilities().keepsRecords()).isPresent();
        assertThat(backend.abilities().claimsGenerations()).isEmpty();
    }

    @Test
    void records_in_a_directory_are_compared_and_generations_claimed_there() {
        backend.close();
        backend = Tokens.backend(SoftHsm.uri(shim.library()) + "&chancery-metadata=file:" + records());

        assertThat(backend.traits().writes()).isEqualTo(Traits.Writes.COMPARED);
        assertThat(backend.traits().settle()).isZero();
        assertThat(backend.abilities().claimsGenerations()).isPresent();
    }

    @Test
    void a_holder_whose_record_was_lost_is_told_from_a_foreign_key() throws IOException {
        backend.close();
        Path records = records();
        backend = Tokens.backend(SoftHsm.uri(shim.library()) + "&chancery-metadata=file:" + records);
        StoredKey holder = create(KeySpec.EC_P256);
        backend.abilities()
                .claimsGenerations()
                .orElseThrow()
                .claim(new RingPosition(new KeyName("billing"), 1), holder.id());
        Files.delete(records.resolve("key-" + holder.id().value().replace(':', '-') + ".key"));

        StoredKey found = find(holder.id());

        assertThat(found.record()).isInstanceOf(StoredRecord.Absent.class);
        assertThat(found.evidence())
                .hasValueSatisfying(evidence -> assertThat(evidence).contains("'billing'"));
    }

    private Path records() {
        try {
            return Files.createDirectory(directory.resolve("records"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_token_that_takes_no_records_finds_signs_and_makes_keys() {
        backend.close();
        shim.inject(Shim.Function.C_CreateObject, Ck.CKR_TEMPLATE_INCONSISTENT, 0, 2);
        backend = Tokens.backend(SoftHsm.uri(shim.library()));

        assertThat(backend.abilities().keepsRecords()).isEmpty();
        assertThat(backend.abilities().destroysKeys()).isEmpty();
        assertThat(backend.abilities().makesKeys()).isPresent();
        StoredKey made = create(KeySpec.EC_P256);
        assertThat(find(made.id()).record()).isInstanceOf(StoredRecord.Absent.class);
    }
}
