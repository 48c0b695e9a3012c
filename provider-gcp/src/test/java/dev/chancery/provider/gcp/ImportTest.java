package dev.chancery.provider.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.ImportJob;
import com.google.cloud.kms.v1.ImportJob.ImportJobState;
import com.google.cloud.kms.v1.ImportJob.ImportMethod;
import com.google.cloud.kms.v1.ProtectionLevel;
import dev.chancery.KeyImport;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyOrigin;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.provider.gcp.Faults.Fault;
import dev.chancery.spi.support.RsaAesKeyWrap;
import dev.chancery.testkit.rules.ImportRules;
import dev.chancery.testkit.store.SettableClock;
import dev.chancery.testkit.witness.Witnesses;
import io.grpc.Status;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How keys that were made elsewhere come to Google: import jobs, and what becomes of the versions. */
class ImportTest {
    private static final byte[] MESSAGE = {1, 2, 3};
    private static final KeyId ID = new KeyId("invoices/1");
    private static final String JOB = FakeKms.KEY_RING + "/importJobs/theirs";

    private final FakeKms kms = new FakeKms();
    private KeyPair pair;

    @TempDir
    private Path archive;

    private final SettableClock clock = new SettableClock(Instant.now());

    private KeyStoreOptions options() {
        return FakeKms.options(archive).toBuilder().clock(clock).build();
    }

    @BeforeEach
    void pair() throws GeneralSecurityException {
        pair = ImportRules.pair(KeySpec.EC_P256);
    }

    @AfterEach
    void nothing_was_sent_that_google_would_not_take() {
        kms.close();
        assertThat(kms.problems()).isEmpty();
    }

    private KeyStore open(String more) {
        return KeyStores.open(kms.uri(more), options());
    }

    private KeyMetadata importTo(KeyStore store, String name) {
        return store.importKey(ImportRules.named(name, pair));
    }

    private void confirm(KeyStore store, KeyMetadata key) {
        assertThat(key.fingerprint()).isEqualTo(KeyMetadata.fingerprint(pair.getPublic()));
        assertThat(key.origin()).isEqualTo(KeyOrigin.IMPORTED);
        Witnesses.confirm(store, key, MESSAGE, store.signer(key.id()).sign(MESSAGE));
    }

    private ImportJob theirs(ImportMethod method, ProtectionLevel protection) {
        return kms.locked(() -> kms.imports.make(
                JOB,
                ImportJob.newBuilder()
                        .setImportMethod(method)
                        .setProtectionLevel(protection)
                        .build()));
    }

    private void setState(ImportJobState state) {
        kms.locked(() -> kms.imports.jobs.computeIfPresent(
                JOB, (name, job) -> job.toBuilder().setState(state).build()));
    }

    // --- jobs

    @Test
    void a_job_is_waited_for_and_used_again_for_the_next_key() throws GeneralSecurityException {
        kms.imports.pendingLooks = 3;
        try (KeyStore store = open("")) {
            confirm(store, importTo(store, "invoices"));
            pair = ImportRules.pair(KeySpec.RSA_2048);
            confirm(store, importTo(store, "orders"));
            assertThat(kms.requests("CreateImportJob")).isEqualTo(1);
            assertThat(kms.requests("GetImportJob")).isGreaterThanOrEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ImportMethod.class,
            names = {"RSA_OAEP_3072_SHA256_AES_256", "RSA_OAEP_4096_SHA256_AES_256"})
    void an_active_job_that_another_tool_made_is_used(ImportMethod method) {
        theirs(method, ProtectionLevel.SOFTWARE);
        try (KeyStore store = open("")) {
            confirm(store, importTo(store, "invoices"));
            assertThat(kms.requests("CreateImportJob")).isZero();
        }
    }

    @Test
    void a_job_of_another_method_or_protection_or_one_that_is_over_is_not_used() {
        for (ImportJob no : new ImportJob[] {
            theirs(ImportMethod.RSA_OAEP_3072_SHA1_AES_256, ProtectionLevel.SOFTWARE),
            theirs(ImportMethod.RSA_OAEP_3072_SHA256_AES_256, ProtectionLevel.HSM),
            theirs(ImportMethod.RSA_OAEP_3072_SHA256_AES_256, ProtectionLevel.SOFTWARE).toBuilder()
                    .setState(ImportJobState.EXPIRED)
                    .build(),
            theirs(ImportMethod.RSA_OAEP_3072_SHA256_AES_256, ProtectionLevel.SOFTWARE).toBuilder()
                    .setExpireTime(com.google.protobuf.Timestamp.newBuilder().setSeconds(1))
                    .build()
        }) {
            kms.locked(() -> {
                kms.imports.jobs.clear();
                return kms.imports.jobs.put(JOB, no);
            });
            kms.forgetRequests();
            try (KeyStore store = open("")) {
                confirm(store, importTo(store, "invoices-" + no.hashCode() % 1000));
                assertThat(kms.requests("CreateImportJob")).isEqualTo(1);
            }
        }
    }

    @Test
    void a_job_that_expires_under_way_is_replaced() {
        theirs(ImportMethod.RSA_OAEP_3072_SHA256_AES_256, ProtectionLevel.SOFTWARE);
        kms.faults().meanwhile("ImportCryptoKeyVersion", () -> setState(ImportJobState.EXPIRED));
        try (KeyStore store = open("")) {
            confirm(store, importTo(store, "invoices"));
            assertThat(kms.requests("CreateImportJob")).isEqualTo(1);
            assertThat(kms.requests("ImportCryptoKeyVersion")).isEqualTo(2);
        }
    }

    @Test
    void a_job_that_is_made_for_too_long_is_told_and_no_cryptokey_is_left() {
        kms.imports.pendingLooks = 1_000_000;
        try (KeyStore store = open("&generation=1")) {
            assertThatThrownBy(() -> importTo(store, "invoices"))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("generation=");
            assertThat(kms.requests("CreateCryptoKey")).isZero();
        }
    }

    @Test
    void a_key_for_hardware_comes_by_a_job_for_hardware() {
        try (KeyStore store = open("&protection=hsm")) {
            KeyMetadata key = importTo(store, "invoices");
            confirm(store, key);
            assertThat(key.protection()).isEqualTo(dev.chancery.key.ProtectionLevel.HSM);
        }
    }

    // --- versions

    @Test
    void an_imported_version_is_waited_for() {
        kms.pendingLooks = 3;
        try (KeyStore store = open("")) {
            confirm(store, importTo(store, "invoices"));
        }
    }

    @Test
    void an_import_that_google_fails_is_told_with_its_reason_and_nothing_signs() {
        kms.pendingLooks = 1_000_000;
        kms.faults()
                .meanwhile(
                        "GetCryptoKeyVersion",
                        () -> kms.change(
                                ID,
                                version -> version.setState(CryptoKeyVersionState.IMPORT_FAILED)
                                        .setImportFailureReason("malformed")));
        try (KeyStore store = open("")) {
            assertThatThrownBy(() -> importTo(store, "invoices"))
                    .isInstanceOf(KeyStateException.class)
                    .hasMessageContaining("malformed");
            assertThatThrownBy(() -> store.signer(ID).sign(MESSAGE))
                    .isInstanceOf(ChanceryException.class)
                    .hasMessageContaining("must not be used");
        }
    }

    @Test
    void a_refused_import_leaves_a_bare_cryptokey_that_the_next_attempt_fills() {
        kms.faults().refuse("ImportCryptoKeyVersion", Status.PERMISSION_DENIED.withDescription("no"), 1);
        try (KeyStore store = open("")) {
            assertThatThrownBy(() -> importTo(store, "invoices")).hasMessageContaining("PERMISSION_DENIED");
            assertThat(store.list()).isEmpty();

            KeyMetadata key = importTo(store, "invoices");
            confirm(store, key);
            assertThat(key.id()).isEqualTo(ID);
        }
    }

    @Test
    void an_import_whose_answer_was_lost_is_not_sent_twice_and_the_error_says_that_it_is_not_known() {
        kms.faults().next("ImportCryptoKeyVersion", Fault.LOST_AFTER_COMMIT, 1);
        try (KeyStore store = open("")) {
            assertThatThrownBy(() -> importTo(store, "invoices"))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("not known");
            assertThat(kms.requests("ImportCryptoKeyVersion")).isEqualTo(1);
        }
    }

    @Test
    void an_imported_key_joins_a_ring_and_so_does_the_next() throws GeneralSecurityException {
        KeyPair second = ImportRules.pair(KeySpec.EC_P384);
        try (KeyStore store = open("")) {
            store.importKey(new KeyImport(new KeyName("certificates"), pair, Optional.of(new KeyName("certificates"))));
            KeyMetadata first = store.ring("certificates").current();
            confirm(store, first);
            assertThat(first.id().value()).isEqualTo("certificates/1");

            pair = second;
            KeyMetadata next = store.importKey(
                    new KeyImport(new KeyName("certificates"), pair, Optional.of(new KeyName("certificates"))));
            assertThat(next.id().value()).isEqualTo("certificates/2");
            assertThat(next.fingerprint()).isEqualTo(KeyMetadata.fingerprint(pair.getPublic()));
            assertThat(store.unusable()).isEmpty();
        }
    }

    // --- the private half

    /** Its encoding is handed out by reference, as a hardware key of Java's own may. */
    private static final class Leaky implements PrivateKey {
        private static final long serialVersionUID = 1L;
        private final byte[] encoded;

        Leaky(byte[] encoded) {
            this.encoded = encoded;
        }

        @Override
        public String getAlgorithm() {
            return "EC";
        }

        @Override
        public String getFormat() {
            return "PKCS#8";
        }

        @Override
        public byte[] getEncoded() {
            return encoded;
        }
    }

    @Test
    void what_is_wrapped_is_wiped_and_unwraps_to_the_key() throws Exception {
        byte[] pkcs8 = pair.getPrivate().getEncoded();
        byte[] handedOut = pkcs8.clone();
        ImportJob job = theirs(ImportMethod.RSA_OAEP_3072_SHA256_AES_256, ProtectionLevel.SOFTWARE);
        PublicKey wrapping = KeySpec.RSA_3072.publicKey(job.getPublicKey().getPem());

        byte[] wrapped = RsaAesKeyWrap.wrap(new Leaky(handedOut), wrapping);

        assertThat(handedOut).containsOnly(0);
        assertThat(wrapped).hasSize(384 + 8 + (pkcs8.length + 7) / 8 * 8);
        FakeMaterial unwrapped = kms.imports.unwrap(
                JOB, wrapped, com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm.EC_SIGN_P256_SHA256);
        assertThat(unwrapped.pair().getPublic()).isEqualTo(pair.getPublic());
        assertThat(Arrays.equals(unwrapped.pair().getPrivate().getEncoded(), pkcs8))
                .isTrue();
    }
}
