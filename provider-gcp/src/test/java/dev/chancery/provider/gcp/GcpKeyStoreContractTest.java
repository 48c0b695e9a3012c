package dev.chancery.provider.gcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("one-jdk")
class GcpKeyStoreContractTest extends KmsContract {
    private final FakeKms kms = new FakeKms();

    @TempDir
    private Path archive;

    @Override
    public String store() {
        return kms.uri("");
    }

    @Override
    public KeyStoreOptions options() {
        return FakeKms.options(archive);
    }

    /** Nothing is sent that opens the store in plaintext; what the archive and the labels tell is no secret. */
    @Override
    public Set<String> secrets() {
        return Set.of("PRIVATE KEY");
    }

    /** Another hand removed the version's labels. */
    @Override
    public void lose(KeyId key) {
        kms.removeLabels(key);
    }

    @AfterEach
    void nothing_was_sent_that_google_would_not_take() {
        kms.close();
        assertThat(kms.problems()).isEmpty();
    }
}
