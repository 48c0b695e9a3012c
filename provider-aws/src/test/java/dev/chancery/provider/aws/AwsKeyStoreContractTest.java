package dev.chancery.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeySpec;
import dev.chancery.KeyStoreOptions;
import dev.chancery.PublicArchive;
import dev.chancery.SignatureAlgorithm;
import dev.chancery.spi.KeyStoreProvider;
import dev.chancery.testkit.KeyStoreContract;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class AwsKeyStoreContractTest extends KeyStoreContract {
    private final FakeKms kms = new FakeKms();

    @TempDir
    private Path archive;

    @Override
    protected String store() {
        return kms.uri("");
    }

    @Override
    protected KeyStoreProvider provider() {
        return new AwsKeyStoreProvider();
    }

    @Override
    protected KeyStoreOptions options() {
        return FakeKms.options().toBuilder()
                .publicArchive(PublicArchive.directory(archive))
                .build();
    }

    /** KMS signs ECDSA with the hash of the curve only. */
    @Override
    protected Set<SignatureAlgorithm> algorithms(KeySpec spec) {
        return switch (spec) {
            case EC_P256, EC_P384, EC_P521 -> Set.of(spec.defaultAlgorithm());
            default -> spec.algorithms();
        };
    }

    @AfterEach
    void nothing_was_sent_that_kms_would_not_take() {
        kms.close();
        assertThat(kms.problems()).isEmpty();
    }
}
