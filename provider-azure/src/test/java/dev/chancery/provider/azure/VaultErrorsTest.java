package dev.chancery.provider.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.ConfigurationException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.KeyNotFoundException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.KeyId;
import dev.chancery.options.KeyStoreOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an error of the vault, or on the way to it, tells a caller to do. */
class VaultErrorsTest {
    private static final byte[] MESSAGE = {1};
    private static final KeyStoreOptions PATIENT =
            FakeKeyVault.options().toBuilder().stateTtl(Duration.ofHours(1)).build();

    private final FakeKeyVault vault = new FakeKeyVault();
    private KeyStore store;
    private KeyId id;
    private Signer signer;

    @TempDir
    private Path directory;

    @BeforeEach
    void a_store_with_a_key() {
        store = KeyStores.open(vault.uri(""), PATIENT);
        id = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices")).id();
        signer = store.signer(id);
    }

    @AfterEach
    void close() {
        store.close();
        vault.close();
    }

    private ChanceryException failure() {
        return catchThrowableOfType(ChanceryException.class, () -> signer.sign(MESSAGE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | Unauthorized    |                       | invalid token                                | KeyAccessException         | tenant and cloud",
                "403 | Forbidden       | ForbiddenByPolicy     | no keys sign permission                      | KeyAccessException         | access policy",
                "403 | Forbidden       | ForbiddenByRbac       | Caller is not authorized to perform action   | KeyAccessException         | docs/providers/azure.md",
                "403 | Forbidden       | ForbiddenByFirewall   | Client address is not authorized             | KeyAccessException         | firewall",
                "403 | Forbidden       | ForbiddenByConnection | Public network access is disabled            | KeyAccessException         | private endpoint",
                "403 | Forbidden       | KeyDisabled           | Operation sign is not allowed                | KeyStateException          | disabled",
                "403 | Forbidden       |                       | Operation sign is not allowed on a disabled key | KeyStateException       | disabled",
                "404 | NotFound        |                       | Operation get is not allowed on a disabled entity. | KeyStateException    | disabled",
                "500 | Internal        |                       | https://v/keys/a/b is not enabled.           | KeyStateException          | disabled",
                "403 | Forbidden       | KeyExpired            | Operation sign is not allowed                | KeyStateException          | nbf and exp",
                "403 | Forbidden       | KeyNotYetValid        | Operation sign is not allowed                | KeyStateException          | nbf and exp",
                "404 | KeyNotFound     |                       | A key with (name/id) x was not found         | KeyNotFoundException       | chancery list",
                "409 | Conflict        | ObjectIsBeingDeleted  | being deleted                                | KeyExistsException         | purge",
                "409 | Conflict        |                       | There was a conflict                         | KeyExistsException         | under way",
                "400 | BadParameter    |                       | Key and signing algorithm are incompatible   | AlgorithmMismatchException | chancery show",
                "400 | BadParameter    |                       | Property 'x' is invalid                      | ConfigurationException     | not what this server takes",
                "500 | InternalServerError |                   | oops                                         | StoreUnavailableException  | Try again",
                "503 | ServiceUnavailable  |                   | busy                                         | StoreUnavailableException  | Try again",
                "501 | NotImplemented  |                       | no                                           | UnsupportedException       | does not offer it",
                "418 | Teapot          |                       | no                                           | ConfigurationException     | Teapot",
            })
    void a_status_and_code_of_the_vault_say_what_to_do(
            int status, String code, String inner, String message, String exception, String advice) {
        vault.faults().refuse("sign", status, code, inner == null ? "" : inner, message, 99);

        ChanceryException e = failure();

        assertThat(e.getClass().getSimpleName()).isEqualTo(exception);
        assertThat(e)
                .hasMessageContaining(advice)
                .hasMessageContaining(id.value())
                .hasMessageContaining(store.location())
                .hasMessageContaining(inner == null ? code : inner);
        assertThat(e.getMessage()).doesNotContain(vault.token);
    }

    @Test
    void throttling_is_retryable_and_says_when() {
        vault.faults().refuse("sign", 429, "Throttled", "", "too many requests", 99);
        vault.retryAfter = 60;

        StoreUnavailableException e = (StoreUnavailableException) failure();

        assertThat(e.isRetryable()).isTrue();
        assertThat(e.retryAfter()).hasValue(Duration.ofSeconds(60));
    }

    @Test
    void a_pause_that_the_vault_asks_for_is_kept_within_the_deadline() {
        vault.faults().refuse("sign", 429, "Throttled", "", "too many requests", 1);
        vault.forgetRequests();
        assertThat(signer.sign(MESSAGE).keyId()).isEqualTo(id);
        assertThat(vault.requests("sign")).isEqualTo(2);

        vault.retryAfter = 60;
        vault.faults().refuse("sign", 429, "Throttled", "", "too many requests", 1);
        vault.forgetRequests();
        assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(StoreUnavailableException.class);
        assertThat(vault.requests("sign")).isEqualTo(1);
    }

    @Test
    void a_text_of_the_server_cannot_break_a_line_or_fill_a_log() {
        vault.faults().refuse("sign", 403, "For\\nbidden", "", "\u001b[31m" + "x".repeat(5000), 99);

        assertThat(failure().getMessage())
                .hasSizeLessThan(1000)
                .doesNotContain("\u001b")
                .doesNotContain("\n");
    }

    // --- on the way

    @Test
    void nobody_there_is_an_outage() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        try (KeyStore nowhere = KeyStores.open(
                "azurekms://localhost:" + port + "/?deadline=1&token=" + tokenFile(), FakeKeyVault.options())) {
            assertThatThrownBy(nowhere::list)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("localhost:" + port);
        }
    }

    /** RFC 6761: the domain never exists. */
    @Test
    void a_vault_that_dns_does_not_know_is_named() throws IOException {
        try (KeyStore nowhere = KeyStores.open(
                "azurekms://no-such-vault.invalid/?deadline=2&token=" + tokenFile(), FakeKeyVault.options())) {
            assertThatThrownBy(nowhere::list)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("no-such-vault.invalid");
        }
    }

    @Test
    void a_certificate_that_is_not_trusted_is_an_error_that_names_the_option() throws IOException {
        String uri = "azurekms://" + vault.authority() + "/?token=" + tokenFile();
        try (KeyStore untrusted = KeyStores.open(uri, FakeKeyVault.options())) {
            assertThatThrownBy(untrusted::list)
                    .isInstanceOf(KeyAccessException.class)
                    .hasMessageContaining("TLS")
                    .hasMessageContaining("trust=FILE");
        }
    }

    private String tokenFile() throws IOException {
        Path file = directory.resolve("token");
        if (!Files.exists(file)) {
            Files.createFile(
                    file,
                    java.nio.file.attribute.PosixFilePermissions.asFileAttribute(
                            java.nio.file.attribute.PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, "a-secret-token");
        }
        return FakeKeyVault.encode(file.toString());
    }

    // --- the challenge

    /** The token would go to whom it is not meant for. */
    @ParameterizedTest
    @ValueSource(strings = {"https://vault.azure.cn", "https://evil.example", "https://azure.net.evil.example"})
    void a_challenge_for_another_domain_gets_no_token(String resource) {
        vault.resource = resource;
        String uri = vault.uri("")
                .replace("fake-vault.vault.azure.net", "another-" + resource.length() + ".vault.azure.net");
        try (KeyStore other = KeyStores.open(uri, FakeKeyVault.options())) {
            assertThatThrownBy(other::list)
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining("another domain")
                    .hasMessageContaining("challenge=any");
            assertThat(vault.requests("list")).isZero();
        }
        try (KeyStore trusting = KeyStores.open(uri + "&challenge=any", FakeKeyVault.options())) {
            assertThat(trusting.list()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a.vault.azure.cn, https://vault.azure.cn",
        "a.vault.usgovcloudapi.net, https://vault.usgovcloudapi.net",
        "a.managedhsm.azure.net, https://managedhsm.azure.net",
        "a.managedhsm.azure.cn, https://managedhsm.azure.cn",
        "a.managedhsm.usgovcloudapi.net, https://managedhsm.usgovcloudapi.net",
    })
    void each_clouds_vault_may_ask_for_its_own_domain(String host, String resource) {
        vault.resource = resource;
        String uri = vault.uri("").replace("fake-vault.vault.azure.net", host);
        try (KeyStore other = KeyStores.open(uri, FakeKeyVault.options())) {
            assertThat(other.list()).hasSize(1);
            assertThat(other.location()).isEqualTo("azurekms://" + host + "/");
        }
    }

    @Test
    void a_token_file_that_others_can_read_is_refused() throws IOException {
        Path file = Files.writeString(directory.resolve("open-token"), "a-secret-token");
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        String uri = vault.uri("").replaceFirst("token=[^&]+", "token=" + FakeKeyVault.encode(file.toString()));
        try (KeyStore other = KeyStores.open(uri, FakeKeyVault.options())) {
            assertThatThrownBy(other::list)
                    .isInstanceOf(KeyAccessException.class)
                    .hasMessageContaining("open-token")
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("a-secret-token"));
        }
    }

    @Test
    void a_key_that_is_not_there_is_not_found() {
        assertThatThrownBy(() -> store.get(new KeyId("invoices/" + "0".repeat(32))))
                .isInstanceOf(KeyNotFoundException.class)
                .hasMessageContaining(store.location());
    }

    @Test
    void what_a_client_decides_is_refused_beside_it() {
        com.azure.core.credential.TokenCredential credential = context -> reactor.core.publisher.Mono.empty();
        assertThatThrownBy(() -> AzureKeyStore.open(credential, vault.uri(""), FakeKeyVault.options()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("token=");
        assertThatThrownBy(() -> AzureKeyStore.open(
                        new com.azure.core.http.HttpPipelineBuilder().build(), vault.uri(""), FakeKeyVault.options()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("trust");
    }
}
