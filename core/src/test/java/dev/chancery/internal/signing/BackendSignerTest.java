package dev.chancery.internal.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.algorithm.SignatureEncoding;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyStateException;
import dev.chancery.error.PolicyViolationException;
import dev.chancery.interception.Operation;
import dev.chancery.interception.OperationInterceptor;
import dev.chancery.interception.Outcome;
import dev.chancery.internal.ecdsa.EcdsaEncoding;
import dev.chancery.internal.store.FakeBackend;
import dev.chancery.internal.store.FakeStore;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.policy.KeyPolicy;
import dev.chancery.policy.VerifyAfterSign;
import dev.chancery.signature.Signature;
import dev.chancery.spi.Traits;
import dev.chancery.spi.signing.SignResult;
import dev.chancery.spi.signing.SigningInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens to a signature between the store and its caller. */
class BackendSignerTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    private final FakeStore store = new FakeStore();

    // --- what the store is asked

    @Test
    void a_remote_store_gets_a_digest_and_nothing_else() throws IOException {
        Signer signer = store.keys.signer(store.key("invoices").id());
        store.backend.calls.clear();

        signer.sign(MESSAGE);
        signer.sign(new ByteArrayInputStream(MESSAGE));
        signer.signDigest(new byte[32]);

        assertThat(store.backend.calls)
                .containsExactly("sign invoices Digest", "sign invoices Digest", "sign invoices Digest");
    }

    @Test
    void a_local_store_gets_the_message_where_there_is_one() throws IOException {
        FakeBackend backend = new FakeBackend();
        backend.traits = Traits.ofLocalPlace().build();
        FakeStore local = new FakeStore(backend, options -> options);
        Signer signer = local.keys.signer(local.key("invoices").id());
        backend.calls.clear();

        signer.sign(MESSAGE);
        signer.sign(new ByteArrayInputStream(MESSAGE));

        assertThat(backend.calls).containsExactly("sign invoices Message", "sign invoices Digest");
    }

    @Test
    void ed25519_takes_the_message_wherever_the_key_is() {
        KeyMetadata key = store.keys.generate(KeyRequest.of(KeySpec.ED25519, "invoices"));
        Signer signer = store.keys.signer(key.id());
        store.backend.calls.clear();

        signer.sign(MESSAGE);

        assertThat(store.backend.calls).containsExactly("sign invoices Message");
    }

    @ParameterizedTest
    @EnumSource(names = {"EC_P256", "ED25519"})
    void what_is_signed_is_what_was_announced_whatever_its_owner_does_to_it_in_between(KeySpec spec) {
        KeyMetadata key = store.keys.generate(KeyRequest.of(spec, "invoices"));
        byte[] reused = MESSAGE.clone();
        store.keys.intercept(new OperationInterceptor() {
            @Override
            public void before(Operation operation) {
                reused[0]++;
            }

            @Override
            public void after(Operation operation, Outcome outcome) {}
        });
        Signer signer = store.keys.signer(key.id());

        assertThat(signer.sign(reused)).matches(made -> isOf(MESSAGE, made, key));
        byte[] now = reused.clone();
        assertThat(signer.signAll(List.of(reused))).singleElement().matches(made -> isOf(now, made, key));
        byte[] signature = signer.sign(reused.clone()).value();
        assertThat(store.keys
                        .verifier(key.id())
                        .verify(reused.clone(), signature)
                        .isValid())
                .isFalse();
        reused[0]--;
        reused[0]--;
        assertThat(store.keys.verifier(key.id()).verify(reused, signature).isValid())
                .as("what is verified, too")
                .isTrue();
    }

    private boolean isOf(byte[] message, Signature made, KeyMetadata key) {
        return store.keys.verifier(key.id()).verify(message, made.value()).isValid();
    }

    @Test
    void verifying_asks_nobody() {
        KeyMetadata key = store.key("invoices");
        byte[] signature = store.keys.signer(key.id()).sign(MESSAGE).value();
        store.backend.calls.clear();

        assertThat(store.keys.verifier(key.id()).verify(MESSAGE, signature).isValid())
                .isTrue();

        assertThat(store.backend.calls).isEmpty();
    }

    @Test
    void a_key_that_may_not_sign_is_refused_before_the_store_hears_of_it() {
        KeyMetadata key = store.key("invoices");
        Signer signer = store.keys.signer(key.id());
        store.broughtElsewhere(key.id(), KeyState.SUSPENDED);
        assertThat(store.keys.get(key.id()).state()).isEqualTo(KeyState.SUSPENDED);
        store.backend.calls.clear();

        assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(KeyStateException.class);
        assertThatThrownBy(() -> signer.signAll(List.of(MESSAGE))).isInstanceOf(KeyStateException.class);
        assertThatThrownBy(() -> signer.signDigest(new byte[32])).isInstanceOf(KeyStateException.class);

        assertThat(store.backend.calls).isEmpty();
    }

    @Test
    void a_stream_that_may_not_be_signed_is_not_read() {
        KeyMetadata key = store.key("invoices");
        Signer signer = store.keys.signer(key.id());
        store.broughtElsewhere(key.id(), KeyState.DEACTIVATED);
        assertThat(store.keys.get(key.id()).state()).isEqualTo(KeyState.DEACTIVATED);
        ByteArrayInputStream message = new ByteArrayInputStream(MESSAGE);

        assertThatThrownBy(() -> signer.sign(message)).isInstanceOf(KeyStateException.class);

        assertThat(message.available()).isEqualTo(MESSAGE.length);
    }

    @ParameterizedTest
    @EnumSource(names = {"EC_P256", "ED25519"})
    void a_key_that_is_suspended_while_a_stream_is_read_does_not_sign_it(KeySpec spec) {
        KeyMetadata key = store.keys.generate(KeyRequest.of(spec, "invoices"));
        Signer signer = store.keys.signer(key.id());
        EventfulMessage message = new EventfulMessage(
                MESSAGE, () -> store.keys.changeState(key.id(), KeyState.SUSPENDED, "is it stolen?"));
        List<String> told = new ArrayList<>();
        store.keys.intercept(new OperationInterceptor() {
            @Override
            public void before(Operation operation) {}

            @Override
            public void after(Operation operation, Outcome outcome) {
                told.add(operation.type() + " " + outcome.getClass().getSimpleName());
            }
        });
        store.backend.calls.clear();

        assertThatThrownBy(() -> signer.sign(message))
                .isInstanceOf(KeyStateException.class)
                .hasMessageContaining("SUSPENDED");

        assertThat(store.backend.calls).noneMatch(call -> call.startsWith("sign"));
        assertThat(told).containsExactly("SUSPEND Changed", "SIGN Denied");
    }

    @Test
    void a_key_that_is_compromised_while_a_file_is_read_does_not_sign_it(@TempDir Path directory) throws IOException {
        KeyMetadata key = store.key("invoices");
        Path file = Files.write(directory.resolve("message"), MESSAGE);
        BackendSigner signer = (BackendSigner) store.keys.signer(key.id());
        SigningInput read = signer.read(file);

        store.keys.compromise(key.id(), CompromisedSince.UNKNOWN, "stolen");

        assertThatThrownBy(() -> signer.signRead(read, signer.algorithm()))
                .isInstanceOf(KeyStateException.class)
                .hasMessageContaining("compromised");
    }

    @Test
    void a_stream_counts_as_one_signature_and_one_that_cannot_be_read_as_none() throws IOException {
        KeyPolicy twice =
                KeyPolicy.DEFAULT.toBuilder().maxSignatures(OptionalLong.of(2)).build();
        FakeStore capped = new FakeStore(options -> options.policy(twice));
        Signer signer = capped.keys.signer(capped.key("invoices").id());
        InputStream broken = new EventfulMessage(MESSAGE, () -> {
            throw new UncheckedIOException(new IOException("the network is down"));
        });

        assertThatThrownBy(() -> signer.sign(broken)).isInstanceOf(UncheckedIOException.class);
        signer.sign(new ByteArrayInputStream(MESSAGE));
        signer.sign(new ByteArrayInputStream(MESSAGE));

        assertThatThrownBy(() -> signer.sign(new ByteArrayInputStream(MESSAGE)))
                .isInstanceOf(PolicyViolationException.class);
    }

    // --- what becomes of its answer

    @Test
    void what_the_store_called_the_request_comes_with_the_signature() {
        KeyMetadata key = store.key("invoices");
        store.backend.onSign = made -> SignResult.remote(made.signature(), SignatureEncoding.DER, "request-7");

        assertThat(store.keys.signer(key.id()).sign(MESSAGE).requestId()).hasValue("request-7");
    }

    @ParameterizedTest
    @EnumSource(
            value = KeySpec.class,
            names = {"EC_P256", "EC_P384", "EC_P521"})
    void an_ecdsa_answer_in_p1363_becomes_der(KeySpec spec) {
        KeyMetadata key = store.keys.generate(KeyRequest.of(spec, "invoices"));
        byte[][] der = new byte[1][];
        store.backend.onSign = made -> {
            der[0] = made.signature();
            return SignResult.remote(EcdsaEncoding.toP1363(made.signature(), spec), SignatureEncoding.P1363, null);
        };

        Signature signature = store.keys.signer(key.id()).sign(MESSAGE);

        assertThat(signature.value()).isEqualTo(der[0]);
    }

    @Test
    void an_rsa_answer_is_left_alone_whatever_the_store_calls_its_encoding() {
        KeyMetadata key = store.keys.generate(KeyRequest.of(KeySpec.RSA_2048, "invoices"));
        byte[][] made = new byte[1][];
        store.backend.onSign = result -> {
            made[0] = result.signature();
            return SignResult.remote(result.signature(), SignatureEncoding.P1363, null);
        };

        for (SignatureAlgorithm algorithm : key.algorithms()) {
            Signature signature = store.keys.signer(key.id(), algorithm).sign(MESSAGE);
            assertThat(signature.value()).isEqualTo(made[0]);
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "63", "65", "64"}) // 64 zeros: r = s = 0
    void a_malformed_p1363_answer_is_withheld_even_where_nothing_is_verified(int length) {
        FakeStore unverified = storeThat(VerifyAfterSign.NEVER);
        KeyMetadata key = unverified.key("invoices");
        unverified.backend.onSign = made -> SignResult.remote(new byte[length], SignatureEncoding.P1363, null);

        assertThatThrownBy(() -> unverified.keys.signer(key.id()).sign(MESSAGE))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("malformed")
                .hasMessageContaining("invoices")
                .hasMessageContaining("fake:");
    }

    // --- verify after sign

    @ParameterizedTest
    @CsvSource({
        "WHERE_NEEDED, false, true",
        "WHERE_NEEDED, true,  false",
        "ALWAYS,       false, true",
        "ALWAYS,       true,  true",
        "NEVER,        false, false",
        "NEVER,        true,  false"
    })
    void a_signature_is_verified_where_the_rule_says_so(VerifyAfterSign rule, boolean checked, boolean withheld) {
        FakeStore store = storeThat(rule);
        KeyMetadata key = store.key("invoices");
        Signer signer = store.keys.signer(key.id());
        store.backend.onSign = made -> SignResult.local(lastBitFlipped(made.signature()), checked);

        if (withheld) {
            assertWithheld(() -> signer.sign(MESSAGE));
            assertWithheld(() -> signer.sign(new ByteArrayInputStream(MESSAGE)));
            assertWithheld(() -> signer.signDigest(new byte[32]));
            assertWithheld(() -> signer.signAll(List.of(MESSAGE)));
        } else {
            // Nobody looked: what the store made wrong comes out wrong.
            Signature wrong = signer.sign(MESSAGE);
            assertThat(store.keys
                            .verifier(key.id())
                            .verify(MESSAGE, wrong.value())
                            .isValid())
                    .isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = KeySpec.class,
            names = {"RSA_2048", "EC_P256", "ED25519"})
    void a_remote_answer_that_is_wrong_in_any_way_is_withheld(KeySpec spec) {
        KeyMetadata key = store.keys.generate(KeyRequest.of(spec, "invoices"));
        KeyMetadata another = store.keys.generate(KeyRequest.of(spec, "another"));
        Signer signer = store.keys.signer(key.id());
        byte[] byAnother = store.keys.signer(another.id()).sign(MESSAGE).value();
        byte[] ofAnotherMessage = signer.sign(new byte[] {9}).value();
        List<UnaryOperator<byte[]>> faults = List.of(
                BackendSignerTest::lastBitFlipped,
                right -> byAnother,
                right -> ofAnotherMessage,
                right -> new byte[0],
                right -> new byte[right.length],
                right -> Arrays.copyOf(right, right.length + 1));

        for (UnaryOperator<byte[]> fault : faults) {
            store.backend.onSign =
                    made -> SignResult.remote(fault.apply(made.signature()), SignatureEncoding.DER, null);
            assertWithheld(() -> signer.sign(MESSAGE));
        }
    }

    @Test
    void a_batch_with_one_wrong_signature_is_withheld_whole() {
        KeyMetadata key = store.key("invoices");
        int[] made = {0};
        store.backend.onSign = right -> ++made[0] == 3
                ? SignResult.remote(lastBitFlipped(right.signature()), SignatureEncoding.DER, null)
                : SignResult.remote(right.signature(), SignatureEncoding.DER, null);

        assertWithheld(() -> store.keys.signer(key.id()).signAll(List.of(MESSAGE, MESSAGE, MESSAGE, MESSAGE)));
    }

    private static void assertWithheld(ThrowingCallable sign) {
        assertThatThrownBy(sign)
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("key invoices in fake:")
                .hasMessageContaining("withheld");
    }

    private static FakeStore storeThat(VerifyAfterSign rule) {
        return new FakeStore(options -> options.policy(KeyPolicy.DEFAULT.withVerifyAfterSign(rule)));
    }

    private static byte[] lastBitFlipped(byte[] signature) {
        byte[] flipped = signature.clone();
        flipped[flipped.length - 1] ^= 1;
        return flipped;
    }
}
