package dev.chancery.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.Capability;
import dev.chancery.IntegrityException;
import dev.chancery.KeyExistsException;
import dev.chancery.KeyImport;
import dev.chancery.KeyMetadata;
import dev.chancery.KeyName;
import dev.chancery.KeyOrigin;
import dev.chancery.KeySpec;
import dev.chancery.KeyStore;
import dev.chancery.UnsupportedException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys that were made elsewhere. */
interface ImportRules extends Rules {

    @ParameterizedTest
    @EnumSource(value = KeySpec.class, mode = EnumSource.Mode.MATCH_NONE, names = "ML_DSA_.*")
    default void an_imported_key_signs_as_the_pair_that_it_was(KeySpec spec) throws GeneralSecurityException {
        KeyPair pair = pair(spec);
        KeyStore keys = tested().keys();
        if (!tested().can(Capability.IMPORT) || !tested().makes(spec)) {
            assertThatThrownBy(() -> keys.importKey(named("from-elsewhere", pair)))
                    .isInstanceOf(UnsupportedException.class);
            assertThat(keys.list()).isEmpty();
            return;
        }

        KeyMetadata key = keys.importKey(named("from-elsewhere", pair));

        assertThat(key.spec()).isEqualTo(spec);
        assertThat(key.origin()).isEqualTo(KeyOrigin.IMPORTED);
        assertThat(key.fingerprint()).isEqualTo(KeyMetadata.fingerprint(pair.getPublic()));
        byte[] message = "signed with a key from elsewhere".getBytes(StandardCharsets.UTF_8);
        Witnesses.confirm(keys, key, message, keys.signer(key.id()).sign(message));
    }

    @Test
    default void halves_of_different_pairs_are_not_taken_in() throws GeneralSecurityException {
        KeyPair mixed = new KeyPair(
                pair(KeySpec.EC_P256).getPublic(), pair(KeySpec.EC_P256).getPrivate());

        assertThatThrownBy(() -> tested().keys().importKey(named("mixed", mixed)))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("mixed");

        assertThat(tested().keys().list()).isEmpty();
    }

    @Test
    default void a_key_of_no_supported_kind_is_not_taken_in() throws GeneralSecurityException {
        KeyPairGenerator small = KeyPairGenerator.getInstance("RSA");
        small.initialize(1024);
        KeyImport request = named("small", small.generateKeyPair());

        assertThatThrownBy(() -> tested().keys().importKey(request))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("1024");

        assertThat(tested().keys().list()).isEmpty();
    }

    @Test
    default void an_import_overwrites_nothing() throws GeneralSecurityException {
        KeyMetadata key = tested().key("invoices");
        KeyImport request = named("invoices", pair(tested().someSpec()));

        assertThatThrownBy(() -> tested().keys().importKey(request))
                .isInstanceOf(tested().can(Capability.IMPORT) ? KeyExistsException.class : UnsupportedException.class);

        assertThat(tested().keys().get(key.id()).fingerprint()).isEqualTo(key.fingerprint());
    }

    private static KeyImport named(String name, KeyPair pair) {
        return new KeyImport(new KeyName(name), pair, Optional.empty());
    }

    private static KeyPair pair(KeySpec spec) throws GeneralSecurityException {
        return switch (spec) {
            case RSA_2048, RSA_3072, RSA_4096 -> OpenSsl.rsaKeyPair(spec.bits());
            case EC_P256, EC_P384, EC_P521 -> {
                KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
                ec.initialize(new ECGenParameterSpec("secp" + spec.bits() + "r1"));
                yield ec.generateKeyPair();
            }
            case ED25519 -> KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            case ML_DSA_44, ML_DSA_65, ML_DSA_87 ->
                throw new IllegalArgumentException("No store takes " + spec + " keys in.");
        };
    }
}
