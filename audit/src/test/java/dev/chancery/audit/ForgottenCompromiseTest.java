package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.CompromiseReport;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyState;
import dev.chancery.signature.Verification;
import dev.chancery.signature.VerifyOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key directory of before a compromise is put back: the log remembers. Finding 8. */
class ForgottenCompromiseTest {
    private static final KeyId KEY = new KeyId("mine");
    private static final byte[] MESSAGE = {1, 2, 3};
    private static final Instant EARLIER = Instant.parse("2026-01-01T00:00:00Z");
    private static final CompromisedSince SINCE = CompromisedSince.at(Instant.parse("2026-02-01T00:00:00Z"));

    @TempDir
    private Path temp;

    private byte[] signature;

    @BeforeEach
    void compromiseAndPutAnOlderDirectoryBack() throws IOException {
        try (KeyStore store = open()) {
            store.generate(KeyRequest.builder(KeySpec.EC_P256).name(KEY.value()).build());
            signature = store.signer(KEY).sign(MESSAGE).value();
        }
        copy(temp.resolve("keys"), temp.resolve("backup"));
        try (KeyStore store = open()) {
            store.compromise(KEY, SINCE, "stolen");
        }
        putOlderDirectoryBack();
    }

    private void putOlderDirectoryBack() throws IOException {
        try (Stream<Path> files = Files.walk(temp.resolve("keys"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        copy(temp.resolve("backup"), temp.resolve("keys"));
    }

    private KeyStore open() {
        return AuditedKeyStore.wrap(KeyStores.open(temp.resolve("keys")), Logs.open(temp.resolve("log")));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private void assertCompromised() {
        try (KeyStore store = open()) {
            assertThat(store.get(KEY).compromisedSince()).hasValue(SINCE);
            assertThat(store.list())
                    .filteredOn(key -> key.id().equals(KEY))
                    .singleElement()
                    .satisfies(key -> assertThat(key.state()).isEqualTo(KeyState.COMPROMISED));
            assertThatThrownBy(() -> store.signer(KEY).sign(MESSAGE))
                    .isInstanceOf(KeyStateException.class)
                    .hasMessageContaining("it is compromised");
            assertThat(verify(store, VerifyOptions.DEFAULT)).isEqualTo(Verification.Status.COMPROMISED);
            assertThat(verify(
                            store,
                            VerifyOptions.DEFAULT.withProvenAt(SINCE.instant().orElseThrow())))
                    .isEqualTo(Verification.Status.COMPROMISED);
            assertThat(verify(store, VerifyOptions.DEFAULT.withProvenAt(EARLIER)))
                    .isEqualTo(Verification.Status.VALID);
        }
    }

    private Verification.Status verify(KeyStore store, VerifyOptions options) {
        return store.verifier(KEY).verify(MESSAGE, signature, options).status();
    }

    @Test
    void the_key_is_judged_as_compromised_everywhere_and_a_person_is_told() {
        assertCompromised();

        try (var records = AuditReader.read(temp.resolve("log"))) {
            assertThat(records.map(stored -> stored.record())
                            .filter(record -> record.event() == AuditEvent.ALERT || record.event() == AuditEvent.DENIED)
                            .map(record ->
                                    record.event() + " " + record.field("rule").orElse("")))
                    .containsExactlyInAnyOrder("ALERT forgotten_compromise", "DENIED ");
        }
        assertThat(Logs.verifySealed(temp.resolve("log")).problems()).isEmpty();
    }

    @Test
    void so_it_is_without_the_cache_and_whatever_an_outsider_puts_in_its_place() throws IOException {
        Path edge = ChainDirectory.of(temp.resolve("log"), 1).edge();
        String cached = Files.readString(edge);
        assertThat(cached).contains("mark ");
        Files.writeString(edge, cached.replaceAll("mark .*\n", ""));

        assertCompromised();
        Files.delete(edge);
        assertCompromised();
    }

    @Test
    void a_planted_mark_marks_no_key() throws IOException {
        try (KeyStore store = open()) {
            String other =
                    store.generate(KeyRequest.of(KeySpec.EC_P256, "other")).fingerprint();
            Path edge = ChainDirectory.of(temp.resolve("log"), 1).edge();
            Files.writeString(edge, Files.readString(edge).replaceAll("mark .*\n", "mark " + other + " UNKNOWN\n"));
        }
        try (KeyStore store = open()) {
            assertThat(store.signer(new KeyId("other")).sign(MESSAGE).value()).isNotEmpty();
        }
        assertCompromised();
    }

    @Test
    void what_was_handed_out_before_the_store_was_audited_is_judged_by_the_log_too() {
        KeyStore store = KeyStores.open(temp.resolve("keys"));
        Signer signer = store.signer(KEY);
        Verifier verifier = store.verifier(KEY);
        assertThat(verifier.verify(MESSAGE, signature).isValid()).isTrue();
        try (KeyStore audited = AuditedKeyStore.wrap(store, Logs.open(temp.resolve("log")))) {
            assertThat(audited.capabilities()).isNotEmpty();
            assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(KeyStateException.class);
            assertThat(verifier.verify(MESSAGE, signature).status()).isEqualTo(Verification.Status.COMPROMISED);
        }
    }

    @Test
    void marking_it_again_puts_the_store_right() {
        try (KeyStore store = open()) {
            assertThat(store.compromise(KEY, CompromisedSince.UNKNOWN, "stolen, and a backup was put back")
                            .steps())
                    .allMatch(CompromiseReport.Step::done);
        }
        assertMarkedInTheStore(CompromisedSince.UNKNOWN);
    }

    @Test
    void marking_it_again_as_the_log_has_it_writes_the_mark_into_the_store() {
        try (KeyStore store = open()) {
            var unused = store.compromise(KEY, SINCE, "a backup was put back");
        }
        assertMarkedInTheStore(SINCE);
    }

    @Test
    void a_mark_is_not_forgotten_while_the_process_runs_that_made_it() throws IOException {
        putOlderDirectoryBack();
        try (KeyStore store =
                AuditedKeyStore.wrap(KeyStores.open(temp.resolve("keys")), Logs.open(temp.resolve("other")))) {
            var unused = store.compromise(KEY, SINCE, "stolen");
            putOlderDirectoryBack();
            assertThat(store.get(KEY).compromisedSince()).hasValue(SINCE);
        }
    }

    private void assertMarkedInTheStore(CompromisedSince since) {
        try (KeyStore plain = KeyStores.open(temp.resolve("keys"))) {
            assertThat(plain.get(KEY).compromisedSince()).hasValue(since);
        }
    }
}
