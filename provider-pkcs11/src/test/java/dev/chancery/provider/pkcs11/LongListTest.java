package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chancery.KeyStore;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.CkAttributes;
import dev.chancery.provider.pkcs11.binding.CkMechanism;
import dev.chancery.provider.pkcs11.sessions.TokenConnection;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A search looks at each object of a token, so a list makes a few of them, however many keys there are. */
@Tag("one-jdk")
class LongListTest {
    private static final int MANY = 40;

    @TempDir
    private Path directory;

    @Test
    void a_list_of_many_keys_makes_as_many_searches_as_one_of_few_and_reads_each_object_once() {
        Shim shim = Shim.compile(directory);
        SoftHsm.create(directory.resolve("softhsm")).behind(shim);
        make(shim, 1, 2);
        try (KeyStore store = Tokens.open(SoftHsm.uri(shim.library()))) {
            shim.reset();
            assertThat(store.list()).hasSize(2);
            long searches = shim.calls(Shim.Function.C_FindObjectsInit);
            long reads = shim.calls(Shim.Function.C_GetAttributeValue);
            make(shim, 3, MANY);
            shim.reset();

            assertThat(store.list()).hasSize(MANY);

            assertThat(shim.calls(Shim.Function.C_FindObjectsInit)).isEqualTo(searches);
            assertThat(shim.calls(Shim.Function.C_GetAttributeValue)).isEqualTo(reads / 2 * MANY);
        }
    }

    private static void make(Shim shim, int from, int to) {
        try (TokenConnection connection = Tokens.connect(shim)) {
            connection.change("Making keys", session -> {
                for (int i = from; i <= to; i++) {
                    CkAttributes name = new CkAttributes()
                            .with(Ck.CKA_TOKEN, true)
                            .with(Ck.CKA_LABEL, "key " + i)
                            .with(Ck.CKA_ID, new byte[] {(byte) (i >> 8), (byte) i});
                    CkAttributes publicHalf =
                            name.copy().with(Ck.CKA_EC_PARAMS, HexFormat.of().parseHex("06082a8648ce3d030107"));
                    session.cryptoki().generate(CkMechanism.of(Ck.CKM_EC_KEY_PAIR_GEN), publicHalf, name);
                }
                return session;
            });
        }
    }
}
