package dev.chancery.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.audit.internal.files.ChainDirectory;
import dev.chancery.audit.reading.AuditReader;
import dev.chancery.audit.record.AuditEvent;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyStateException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key directory of before a compromise is put back: the log remembers. Finding 8. */
class ForgottenCompromiseTest {
    private static final KeyId KEY = new KeyId("mine");
    private static final byte[] MESSAGE = {1, 2, 3};

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
            store.compromise(KEY, CompromisedSince.UNKNOWN, "stolen");
        }
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

    private void assertRefused() {
        try (KeyStore store = open()) {
            assertThat(store.get(KEY).compromisedSince()).isEmpty();
            assertThatThrownBy(() -> store.signer(KEY).sign(MESSAGE))
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining("says the audit log")
                    .hasMessageContaining("chancery compromise mine");
            assertThatThrownBy(() -> store.verifier(KEY).verify(MESSAGE, signature))
                    .isInstanceOf(IntegrityException.class);
        }
    }

    @Test
    void the_key_signs_no_more_none_of_its_signatures_is_valid_and_a_person_is_told() {
        assertRefused();

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

        assertRefused();
        Files.delete(edge);
        assertRefused();
    }

    @Test
    void marking_it_again_puts_the_store_right() {
        try (KeyStore store = open()) {
            store.compromise(KEY, CompromisedSince.UNKNOWN, "stolen, and a backup was put back");
        }
        try (KeyStore store = open()) {
            assertThatThrownBy(() -> store.signer(KEY).sign(MESSAGE)).isInstanceOf(KeyStateException.class);
            assertThat(store.verifier(KEY).verify(MESSAGE, signature).isValid()).isFalse();
        }
    }
}
