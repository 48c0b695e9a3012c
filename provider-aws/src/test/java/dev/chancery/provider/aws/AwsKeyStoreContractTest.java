package dev.chancery.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.options.PublicArchive;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("one-jdk")
class AwsKeyStoreContractTest extends KmsContract {
    private final FakeKms kms = new FakeKms();

    @TempDir
    private Path archive;

    @Override
    public String store() {
        return kms.uri("");
    }

    @Override
    public KeyStoreOptions options() {
        return FakeKms.options().toBuilder()
                .publicArchive(PublicArchive.directory(archive))
                .build();
    }

    @Override
    public Set<String> secrets() {
        return Set.of(FakeKms.SECRET_KEY);
    }

    /** Somebody removed the key's tags. */
    @Override
    public void lose(KeyId key) {
        kms.untag(key.value());
    }

    @AfterEach
    void nothing_was_sent_that_kms_would_not_take() {
        kms.close();
        assertThat(kms.problems()).isEmpty();
    }
}
