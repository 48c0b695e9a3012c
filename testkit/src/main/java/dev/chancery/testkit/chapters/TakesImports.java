package dev.chancery.testkit.chapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.Capability;
import dev.chancery.KeyImport;
import dev.chancery.KeyStore;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.KeyExistsException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyOrigin;
import dev.chancery.testkit.rules.ImportRules;
import dev.chancery.testkit.rules.Rules;
import dev.chancery.testkit.witness.Witnesses;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A chapter for stores with {@link dev.chancery.Capability#IMPORT}: keys that were made elsewhere. */
public interface TakesImports extends Rules {

    /**
     * A pair of each kind.
     *
     * @param spec the kind
     * @throws GeneralSecurityException if the JDK makes no such pair
     */
    @ParameterizedTest
    @EnumSource(value = KeySpec.class, mode = EnumSource.Mode.MATCH_NONE, names = "ML_DSA_.*")
    default void an_imported_key_signs_as_the_pair_that_it_was_or_is_not_taken_in(KeySpec spec)
            throws GeneralSecurityException {
        KeyPair pair = ImportRules.pair(spec);
        KeyStore keys = tested().keys();

        if (tested().makes(spec)) {
            assertThatPairSigns(spec, pair, keys.importKey(ImportRules.named("from-elsewhere", pair)));
        } else {
            assertThatThrownBy(() -> keys.importKey(ImportRules.named("from-elsewhere", pair)))
                    .isInstanceOf(UnsupportedException.class);
            assertThat(keys.list()).isEmpty();
        }
    }

    private void assertThatPairSigns(KeySpec spec, KeyPair pair, KeyMetadata key) {
        assertThat(key.spec()).isEqualTo(spec);
        assertThat(key.origin()).isEqualTo(tested().can(Capability.LIFECYCLE) ? KeyOrigin.IMPORTED : KeyOrigin.FOREIGN);
        assertThat(key.fingerprint()).isEqualTo(KeyMetadata.fingerprint(pair.getPublic()));
        byte[] message = "signed with a key from elsewhere".getBytes(StandardCharsets.UTF_8);
        KeyStore keys = tested().keys();
        Witnesses.confirm(keys, key, message, keys.signer(key.id()).sign(message));
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

        assertThatThrownBy(() -> tested().keys().importKey(request)).isInstanceOf(KeyExistsException.class);

        assertThat(tested().keys().get(key.id()).fingerprint()).isEqualTo(key.fingerprint());
        assertThat(tested().keys().list()).hasSize(1);
    }
}
