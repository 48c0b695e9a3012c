package dev.chancery.provider.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.Capability;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthReport;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.provider.pkcs11.binding.WrapperCryptoki;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which token is opened, with which PIN, and what a store says of it. */
class OpeningTest {
    @TempDir
    private static Path shared;

    private static Shim shim;
    private static SoftHsm token;

    @TempDir
    private Path directory;

    @BeforeAll
    static void create() {
        shim = Shim.compile(shared);
        token = SoftHsm.create(shared.resolve("softhsm"));
    }

    @BeforeEach
    void connect() {
        shim.reset();
        token.behind(shim);
    }

    private static KeyStore open(String uri) {
        return KeyStores.open(uri, Tokens.options().build());
    }

    private Path pinFile(String content, String mode) throws IOException {
        Path file = Files.writeString(directory.resolve("pin"), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    private static KeyStoreOptions withoutPin(Map<String, String> environment) {
        return KeyStoreOptions.builder().environment(environment).build();
    }

    // --- which token

    @Test
    void aTokenThatIsNotThereIsNamedWithThoseThatAre() {
        assertThatThrownBy(() -> open("pkcs11:token=another?module-path=" + shim.library()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("token=another")
                .hasMessageContaining(SoftHsm.LABEL);
    }

    @Test
    void ofTwoTokensOfOneNameTheSerialNumberChooses() {
        SoftHsm two = token.copyTo(directory.resolve("two"));
        two.run(
                "softhsm2-util",
                "--init-token",
                "--free",
                "--label",
                SoftHsm.LABEL,
                "--so-pin",
                "5678",
                "--pin",
                SoftHsm.PIN);
        two.behind(shim);

        assertThatThrownBy(() -> open(SoftHsm.uri(shim.library())))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("2 tokens")
                .hasMessageMatching("(?s).*serial=[0-9a-f]{16}, serial=[0-9a-f]{16}.*");
    }

    @ParameterizedTest
    @ValueSource(longs = {Ck.CKR_DEVICE_ERROR, Ck.CKR_GENERAL_ERROR, Ck.CKR_DEVICE_REMOVED, Ck.CKR_FUNCTION_FAILED})
    void aSlotThatAnswersAnErrorIsPassedOver(long code) {
        SoftHsm two = token.copyTo(directory.resolve("two"));
        two.run(
                "softhsm2-util",
                "--init-token",
                "--free",
                "--label",
                "another",
                "--so-pin",
                "5678",
                "--pin",
                SoftHsm.PIN);
        two.behind(shim);
        for (int slot = 0; slot < 2; slot++) {
            shim.reset();
            shim.inject(Shim.Function.C_GetTokenInfo, code, slot, 1);
            String[] names = {SoftHsm.LABEL, "another"};
            int opened = 0;
            for (String name : names) {
                shim.inject(Shim.Function.C_GetTokenInfo, code, slot, 1);
                try (KeyStore store =
                        open("pkcs11:token=" + name.replace(" ", "%20") + "?module-path=" + shim.library())) {
                    assertThat(store.list()).isEmpty();
                    opened++;
                } catch (StoreUnavailableException e) {
                    assertThat(e)
                            .hasMessageContaining("Nothing is known of slot")
                            .hasMessageContaining("CKR_");
                }
            }
            assertThat(opened).isEqualTo(1);
            assertThat(shim.calls(Shim.Function.C_Initialize))
                    .as("one an opening")
                    .isEqualTo(2);
        }
    }

    @Test
    void aLibraryThatDoesNotStartSaysWhatTheUsualOnesWant() {
        shim.before(Programs.softHsm(), Map.of("SOFTHSM2_CONF", "/nowhere/softhsm2.conf"), "");

        assertThatThrownBy(() -> open(SoftHsm.uri(shim.library())))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("SOFTHSM2_CONF")
                .hasMessageContaining("group pkcs11");
    }

    @Test
    void aLibraryThatIsNoModuleIsNamed() {
        Path noModule = Path.of("/lib/x86_64-linux-gnu/libm.so.6");

        assertThatThrownBy(() -> open("pkcs11:token=a?module-path=" + noModule))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("libm.so.6");
    }

    @Test
    void withoutAnyTokenTheOpeningFailsAtOnceAndSaysWhereToLook() throws IOException {
        Path nowhere = Files.createDirectories(directory.resolve("nowhere/tokens"));
        Path configuration = Files.writeString(
                directory.resolve("softhsm2.conf"),
                "directories.tokendir = " + nowhere + "\nobjectstore.backend = file\n");
        shim.before(Programs.softHsm(), Map.of("SOFTHSM2_CONF", configuration.toString()), "");

        assertThatThrownBy(() -> open(SoftHsm.uri(shim.library())))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("not initialised");

        assertThat(shim.calls(Shim.Function.C_Initialize)).isEqualTo(1);
    }

    @Test
    void aLibraryThatIsNoneIsNamed() throws IOException {
        Path text = Files.writeString(directory.resolve("library.so"), "no library");

        assertThatThrownBy(() -> open("pkcs11:token=a?module-path=" + text))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("library.so");
        assertThatThrownBy(() -> open("pkcs11:token=a?module-path=" + directory.resolve("missing.so")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("missing.so");
    }

    // --- which PIN

    @Test
    void aPinComesFromAFileThatIsItsOwnersAlone() throws IOException {
        Path file = pinFile(SoftHsm.PIN + "\n", "rw-------");
        String uri = SoftHsm.uri(shim.library()) + "&pin-source=file:" + file;

        try (KeyStore store = KeyStores.open(uri, withoutPin(Map.of()))) {
            assertThat(store.list()).isEmpty();
        }
        pinFile(SoftHsm.PIN, "rw-r-----");
        assertThatThrownBy(() -> KeyStores.open(uri, withoutPin(Map.of())))
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContaining("chmod 600");
        pinFile("\n", "rw-------");
        assertThatThrownBy(() -> KeyStores.open(uri, withoutPin(Map.of()))).isInstanceOf(ConfigurationException.class);
        Files.delete(file);
        assertThatThrownBy(() -> KeyStores.open(uri, withoutPin(Map.of())))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("missing");
    }

    @Test
    void aPinComesFromSystemd() throws IOException {
        Files.writeString(directory.resolve("chancery-pin"), SoftHsm.PIN);
        Map<String, String> environment = Map.of("CREDENTIALS_DIRECTORY", directory.toString());

        try (KeyStore store = KeyStores.open(SoftHsm.uri(shim.library()), withoutPin(environment))) {
            assertThat(store.list()).isEmpty();
        }
    }

    @Test
    void thePinOfSystemdGoesBeforeThatOfTheUriAndThatBeforeTheEnvironments() throws IOException {
        String uri = SoftHsm.uri(shim.library()) + "&pin-source=file:" + pinFile("wrong", "rw-------");
        Files.writeString(directory.resolve("chancery-pin"), SoftHsm.PIN);
        Map<String, String> environment = Map.of("CREDENTIALS_DIRECTORY", directory.toString());
        try (KeyStore store = KeyStores.open(uri, withoutPin(environment))) {
            assertThat(store.list()).isEmpty();
        }

        pinFile("\ufeff" + SoftHsm.PIN + "\r\n", "rw-------");
        try (KeyStore store = KeyStores.open(uri, withoutPin(Map.of("CHANCERY_TOKEN_PIN", "wrong")))) {
            assertThat(store.list()).isEmpty();
        }
    }

    @Test
    void aPinComesFromTheEnvironmentInTheEnd() throws IOException {
        String uri = SoftHsm.uri(shim.library());
        String file = pinFile(SoftHsm.PIN, "rw-------").toString();
        Map<String, String> both = Map.of("CHANCERY_TOKEN_PIN_FILE", file, "CHANCERY_TOKEN_PIN", "wrong");
        try (KeyStore store = KeyStores.open(uri, withoutPin(both))) {
            assertThat(store.list()).isEmpty();
        }
        try (KeyStore store = KeyStores.open(uri, withoutPin(Map.of("CHANCERY_TOKEN_PIN", SoftHsm.PIN)))) {
            assertThat(store.list()).isEmpty();
        }
    }

    @Test
    void withoutAPinNobodyLogsIn() {
        assertThatThrownBy(() -> KeyStores.open(SoftHsm.uri(shim.library()), withoutPin(Map.of())))
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContaining("pin-source");

        assertThat(shim.calls(Shim.Function.C_Login)).isZero();
    }

    // --- what it says of itself

    @Test
    void whoInitialisedFinalizesAndOnlyThen() {
        try (KeyStore first = open(SoftHsm.uri(shim.library()))) {
            try (KeyStore second = open(SoftHsm.uri(shim.library()))) {
                assertThat(second.list()).isEmpty();
            }
            assertThat(shim.calls(Shim.Function.C_Finalize)).isZero();
            assertThat(first.list()).isEmpty();
        }

        assertThat(shim.calls(Shim.Function.C_Initialize)).isEqualTo(1);
        assertThat(shim.calls(Shim.Function.C_Finalize)).isEqualTo(1);
    }

    @Test
    void aLibraryThatSomebodyElseInitialisedIsLeftInitialised() throws Exception {
        WrapperCryptoki somebodyElse = WrapperCryptoki.load(shim.library());
        somebodyElse.initialize();

        try (KeyStore store = open(SoftHsm.uri(shim.library()))) {
            assertThat(store.list()).isEmpty();
        }

        assertThat(shim.calls(Shim.Function.C_Finalize)).isZero();
        assertThat(somebodyElse.slots()).isNotEmpty();
        somebodyElse.finish();
    }

    @Test
    void healthIsTheTokensTheKeysAndThePins() {
        token.copyTo(directory.resolve("copy")).behind(shim);
        try (KeyStore store = open(SoftHsm.uri(shim.library()))) {
            assertThat(store.health(HealthLevel.READ).isReady())
                    .as("no key to sign with")
                    .isFalse();
            KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));

            HealthReport report = store.health(HealthLevel.SIGN);

            assertThat(report.isReady()).as("%s", report).isTrue();
            assertThat(report.findings()).extracting(Finding::check).contains("token", "PIN", "sessions");
            assertThat(report.findings())
                    .filteredOn(finding -> finding.check().equals("sessions"))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.detail()).contains("of 32 sessions"));
            assertThat(store.list()).extracting(KeyMetadata::id).containsExactly(key.id());
        }
    }

    // --- where records are kept

    @Test
    void aTokenWithoutDataObjectsAndWithoutADirectoryKeepsNoStates() {
        NssDatabase.create(directory.resolve("nss")).behind(Shim.compile(nssDirectory()));
        try (KeyStore store = open(NssDatabase.uri(nssDirectory().resolve("shim.so")))) {
            assertThat(store.capabilities())
                    .contains(Capability.GENERATE)
                    .doesNotContain(Capability.LIFECYCLE, Capability.CLAIM_BY_ELECTION);
            KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
            Tokens.confirm(key, new byte[1], store.signer(key.id()).sign(new byte[1]));
            assertThatThrownBy(() -> store.changeState(key.id(), KeyState.SUSPENDED, "on hold"))
                    .hasMessageContaining("LIFECYCLE");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Ck.CKR_FUNCTION_NOT_SUPPORTED, Ck.CKR_TEMPLATE_INCONSISTENT, Ck.CKR_TOKEN_WRITE_PROTECTED})
    void aTokenThatRefusesDataObjectsKeepsNoStates(long refusal) {
        shim.inject(Shim.Function.C_CreateObject, refusal, 0, 2);

        try (KeyStore store = open(SoftHsm.uri(shim.library()))) {
            assertThat(store.capabilities()).doesNotContain(Capability.LIFECYCLE);
        }
    }

    @Test
    void aTokenThatDoesNotTellWhetherItTakesDataObjectsIsNotOpened() {
        shim.inject(Shim.Function.C_CreateObject, Ck.CKR_DEVICE_MEMORY, 0, 1);

        assertThatThrownBy(() -> open(SoftHsm.uri(shim.library())))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("data objects")
                .hasMessageContaining("CKR_DEVICE_MEMORY");
    }

    /** Its records may say of a key that it is compromised. */
    @Test
    void aTokenWhoseRecordsAreInADirectoryIsNotOpenedWithoutIt() throws IOException {
        token.copyTo(directory.resolve("copy")).behind(shim);
        Path records = Files.createDirectory(directory.resolve("records"));
        String uri = SoftHsm.uri(shim.library());
        try (KeyStore store = open(uri + "&chancery-metadata=file://localhost" + records)) {
            KeyMetadata key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
            store.compromise(key.id(), CompromisedSince.UNKNOWN, "stolen");
        }

        assertThatThrownBy(() -> open(uri))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("chancery-metadata")
                .hasMessageContaining(records.toString());

        try (KeyStore store = open(uri + "&x-unknown=1&chancery-metadata=file:" + records)) {
            assertThat(store.list()).extracting(KeyMetadata::state).containsExactly(KeyState.COMPROMISED);
        }
    }

    @Test
    void aTokenThatHasRecordsIsNotAskedWhetherItTakesThem() {
        token.copyTo(directory.resolve("copy")).behind(shim);
        KeyMetadata key;
        try (KeyStore store = open(SoftHsm.uri(shim.library()))) {
            key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
            store.changeState(key.id(), KeyState.DEACTIVATED, "retired");
        }
        shim.inject(Shim.Function.C_CreateObject, Ck.CKR_DEVICE_MEMORY, 0, 1);

        try (KeyStore store = open(SoftHsm.uri(shim.library()))) {
            assertThat(store.get(key.id()).state()).isEqualTo(KeyState.DEACTIVATED);
        }
    }

    private Path nssDirectory() {
        try {
            return Files.createDirectories(directory.resolve("shim"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aDirectoryThatOthersCanWriteIsRefused() throws IOException {
        Path records = Files.createDirectory(directory.resolve("records"));
        Files.setPosixFilePermissions(records, PosixFilePermissions.fromString("rwxrwxr-x"));

        assertThatThrownBy(() -> open(SoftHsm.uri(shim.library()) + "&chancery-metadata=file:" + records))
                .isInstanceOf(KeyAccessException.class)
                .hasMessageContaining("chmod go-w");
        assertThatThrownBy(() -> open(SoftHsm.uri(shim.library()) + "&chancery-metadata=file:/nowhere/at-all"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("/nowhere/at-all");
    }
}
