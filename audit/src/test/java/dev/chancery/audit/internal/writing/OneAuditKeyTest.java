package dev.chancery.audit.internal.writing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.audit.AuditCheckpoints;
import dev.chancery.audit.AuditLog;
import dev.chancery.audit.Logs;
import dev.chancery.audit.checkpoint.AuditSigner;
import dev.chancery.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever forgets to name the right audit key must not keep a log from ever verifying again. */
class OneAuditKeyTest {
    private static final AuditSigner OTHER = AuditSigner.of("other", Logs.pair());

    @TempDir
    Path log;

    private void write(String text) {
        try (AuditLog open = Logs.open(log)) {
            open.append(Logs.record(text));
        }
    }

    @Test
    void a_log_is_not_continued_with_another_key() {
        write("one");

        assertThatThrownBy(() -> AuditLog.open(log, OTHER, Logs.QUIET))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(Logs.SIGNER.verificationKey().toString())
                .hasMessageContaining(OTHER.verificationKey().toString());
        write("two");
        assertThat(Logs.texts(log)).containsExactly("one", "two");
        assertThat(Logs.verify(log).problems()).isEmpty();
    }

    @Test
    void nor_does_another_key_begin_a_second_chain() {
        try (AuditLog open = Logs.open(log)) {
            open.append(Logs.record("one"));
            assertThatThrownBy(() -> AuditLog.open(log, OTHER, Logs.QUIET)).isInstanceOf(ConfigurationException.class);
            assertThatThrownBy(() -> AuditCheckpoints.make(log, OTHER, Logs.QUIET))
                    .isInstanceOf(ConfigurationException.class);
        }
        assertThat(log.resolve("chains/2")).doesNotExist();
        assertThat(Logs.verify(log).problems()).isEmpty();
    }

    @Test
    void a_log_that_never_began_takes_any_key() throws IOException {
        Files.createDirectories(log.resolve("chains/1"));
        Files.createFile(log.resolve("chains/1/000001.jsonl"));
        write("one");
        assertThat(Logs.verify(log).problems()).isEmpty();
    }
}
