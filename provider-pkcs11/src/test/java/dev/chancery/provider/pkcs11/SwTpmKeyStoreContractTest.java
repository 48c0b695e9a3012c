package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyImport;
import dev.chancery.algorithm.KeyAlgorithm;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyState;
import dev.chancery.testkit.chapters.ElectsHolders;
import dev.chancery.testkit.rules.ImportRules;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** tpm2-pkcs11 keeps what belongs to a key in data objects of its own. */
@Tag("one-jdk")
class SwTpmKeyStoreContractTest extends RecordingTokenContract implements ElectsHolders {
    @TempDir
    private static Path shared;

    private static Shim shim;
    private static SwTpm empty;

    @TempDir
    private Path directory;

    @BeforeAll
    static void prepare() {
        shim = Shim.compile(shared);
        empty = SwTpm.create(shared.resolve("empty"));
    }

    @AfterAll
    static void stop() {
        empty.close();
    }

    @Override
    public String store() {
        empty.copyTo(directory.resolve("tpm")).behind(shim);
        return SwTpm.uri(shim.library());
    }

    @Override
    public Set<KeySpec> specs() {
        return EnumSet.of(KeySpec.RSA_2048, KeySpec.EC_P256, KeySpec.EC_P384);
    }

    /** It makes a key on P-521, and has no memory to sign with it (1.9); RSA of 3072 bits takes it seconds. */
    @Override
    public Stream<DynamicTest> a_key_of_another_kind_is_not_made() {
        return super.a_key_of_another_kind_is_not_made()
                .filter(test -> !Set.of("EC_P521", "RSA_3072").contains(test.getDisplayName()));
    }

    /** It has no mechanism for RSA-PSS over a digest that was made elsewhere. */
    @Override
    public Set<SignatureAlgorithm> algorithms(KeySpec spec) {
        return spec.algorithm() == KeyAlgorithm.RSA
                ? EnumSet.of(
                        SignatureAlgorithm.RSA_PKCS1_SHA256,
                        SignatureAlgorithm.RSA_PKCS1_SHA384,
                        SignatureAlgorithm.RSA_PKCS1_SHA512)
                : spec.algorithms();
    }

    /** It takes no private key in. */
    @Override
    @ParameterizedTest
    @EnumSource(value = KeySpec.class, mode = EnumSource.Mode.MATCH_NONE, names = "ML_DSA_.*")
    public void an_imported_key_signs_as_the_pair_that_it_was_or_is_not_taken_in(KeySpec spec)
            throws GeneralSecurityException {
        KeyImport request = ImportRules.named("from-elsewhere", ImportRules.pair(spec));

        assertThatThrownBy(() -> tested().keys().importKey(request)).isInstanceOf(UnsupportedException.class);

        assertThat(tested().keys().list()).isEmpty();
        assertThat(tested().keys().orphans()).isEmpty();
    }

    /** One of each kind: the TPM is slow. */
    @Override
    public Set<KeySpec> signingSpecs() {
        return EnumSet.of(KeySpec.RSA_2048, KeySpec.EC_P256);
    }

    /** The table is core's, and the other tokens try all of it: each of its keys takes this one long. */
    @Override
    @ParameterizedTest
    @EnumSource(value = KeyState.class, names = "SUSPENDED")
    public void only_the_arrows_of_the_table_lead_on(KeyState from) {
        super.only_the_arrows_of_the_table_lead_on(from);
    }

    @Override
    public void lose(KeyId key) {
        Tokens.destroyPair(SwTpm.uri(shim.library()), SoftHsm.PIN, key);
    }
}
