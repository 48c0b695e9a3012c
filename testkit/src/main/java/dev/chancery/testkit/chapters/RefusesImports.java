package dev.chancery.testkit.chapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyImport;
import dev.chancery.KeyStore;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.testkit.rules.ImportRules;
import dev.chancery.testkit.rules.Rules;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A chapter for stores without {@link dev.chancery.Capability#IMPORT}: a pair from elsewhere leaves no trace. */
public interface RefusesImports extends Rules {

    /**
     * A pair of each kind.
     *
     * @param spec the kind
     * @throws GeneralSecurityException if the JDK makes no such pair
     */
    @ParameterizedTest
    @EnumSource(value = KeySpec.class, mode = EnumSource.Mode.MATCH_NONE, names = "ML_DSA_.*")
    default void no_key_is_taken_in(KeySpec spec) throws GeneralSecurityException {
        KeyStore keys = tested().keys();
        KeyImport request = ImportRules.named("from-elsewhere", ImportRules.pair(spec));

        assertThatThrownBy(() -> keys.importKey(request))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("IMPORT")
                .hasMessageContaining(keys.location());

        assertThat(keys.list()).isEmpty();
        assertThat(keys.unusable()).isEmpty();
    }

    /**
     * The name is taken.
     *
     * @throws GeneralSecurityException if the JDK makes no pair
     */
    @Test
    default void an_import_overwrites_nothing() throws GeneralSecurityException {
        KeyMetadata key = tested().key("invoices");
        KeyImport request = ImportRules.named("invoices", ImportRules.pair(tested().someSpec()));

        assertThatThrownBy(() -> tested().keys().importKey(request)).isInstanceOf(UnsupportedException.class);

        assertThat(tested().keys().get(key.id()).fingerprint()).isEqualTo(key.fingerprint());
        assertThat(tested().keys().list()).hasSize(1);
    }
}
