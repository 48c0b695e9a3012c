package dev.chancery.provider.pkcs11.sessions;

import static dev.chancery.provider.pkcs11.Shim.Function.C_CloseSession;
import static dev.chancery.provider.pkcs11.Shim.Function.C_CreateObject;
import static dev.chancery.provider.pkcs11.Shim.Function.C_Finalize;
import static dev.chancery.provider.pkcs11.Shim.Function.C_FindObjectsInit;
import static dev.chancery.provider.pkcs11.Shim.Function.C_GenerateKeyPair;
import static dev.chancery.provider.pkcs11.Shim.Function.C_GetAttributeValue;
import static dev.chancery.provider.pkcs11.Shim.Function.C_GetSlotList;
import static dev.chancery.provider.pkcs11.Shim.Function.C_GetTokenInfo;
import static dev.chancery.provider.pkcs11.Shim.Function.C_Initialize;
import static dev.chancery.provider.pkcs11.Shim.Function.C_Login;
import static dev.chancery.provider.pkcs11.Shim.Function.C_OpenSession;
import static dev.chancery.provider.pkcs11.Shim.Function.C_Sign;
import static dev.chancery.provider.pkcs11.Shim.Function.C_SignInit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.Signer;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.ChanceryException;
import dev.chancery.error.IntegrityException;
import dev.chancery.error.KeyAccessException;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.error.UnsupportedException;
import dev.chancery.health.Finding;
import dev.chancery.health.HealthLevel;
import dev.chancery.health.HealthStatus;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.provider.pkcs11.Shim;
import dev.chancery.provider.pkcs11.SoftHsm;
import dev.chancery.provider.pkcs11.Tokens;
import dev.chancery.provider.pkcs11.binding.Ck;
import dev.chancery.signature.Signature;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens when a token answers with a CKR code: every class of codes, in every call, with the reaction counted. */
class ReactionTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    @TempDir
    private static Path shared;

    private static Shim shim;
    private static SoftHsm empty;

    @TempDir
    private Path directory;

    private KeyStore store;
    private KeyMetadata key;
    private Signer signer;

    @BeforeAll
    static void prepare() {
        shim = Shim.compile(shared);
        empty = SoftHsm.create(shared.resolve("empty"));
    }

    @BeforeEach
    void aKeyThatHasSigned() {
        shim.reset();
        empty.copyTo(directory.resolve("softhsm")).behind(shim);
        store = Tokens.open(SoftHsm.uri(shim.library()));
        key = store.generate(KeyRequest.of(KeySpec.EC_P256, "invoices"));
        signer = store.signer(key.id());
        signer.sign(MESSAGE);
        shim.reset();
    }

    @AfterEach
    void close() {
        shim.reset();
        store.close();
    }

    private void signs() {
        Signature signature = signer.sign(MESSAGE);
        assertThat(Tokens.isRight(key, MESSAGE, signature)).isTrue();
    }

    private static void assertCalls(Shim.Function function, long expected) {
        assertThat(shim.calls(function)).as(function.name()).isEqualTo(expected);
    }

    // --- the way of a signature

    @Test
    void aSignatureIsOneCallOfEachFunctionAndNoSearch() {
        for (int i = 0; i < 10; i++) {
            signs();
        }

        assertCalls(C_SignInit, 10);
        assertCalls(C_Sign, 10);
        for (Shim.Function function : EnumSet.complementOf(EnumSet.of(C_SignInit, C_Sign))) {
            assertCalls(function, 0);
        }
    }

    // --- the classes

    static Stream<Arguments> signing(long... codes) {
        List<Arguments> all = new ArrayList<>();
        for (Shim.Function function : List.of(C_SignInit, C_Sign)) {
            for (long code : codes) {
                all.add(Arguments.of(function, code));
            }
        }
        return all.stream();
    }

    static Stream<Arguments> wornOutSessions() {
        return signing(
                Ck.CKR_SESSION_COUNT,
                Ck.CKR_SESSION_READ_ONLY,
                Ck.CKR_OPERATION_ACTIVE,
                Ck.CKR_OPERATION_NOT_INITIALIZED);
    }

    @ParameterizedTest
    @MethodSource("wornOutSessions")
    void aWornOutSessionIsClosedAndReplacedOnce(Shim.Function function, long code) {
        shim.inject(function, code, 0, 1);

        signs();

        assertCalls(C_SignInit, 2);
        assertCalls(C_CloseSession, 1);
        assertCalls(C_OpenSession, 1);
        assertCalls(C_FindObjectsInit, 0);
        assertCalls(C_Login, 0);
    }

    @Test
    void aSecondSessionThatIsWornOutTooIsAnError() {
        shim.inject(C_SignInit, Ck.CKR_OPERATION_ACTIVE, 0, 9);

        assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(StoreUnavailableException.class);

        assertCalls(C_SignInit, 2);
        shim.reset();
        signs();
    }

    static Stream<Arguments> droppedAttachments() {
        return signing(Ck.CKR_SESSION_HANDLE_INVALID, Ck.CKR_SESSION_CLOSED, Ck.CKR_USER_NOT_LOGGED_IN);
    }

    @ParameterizedTest
    @MethodSource("droppedAttachments")
    void aTokenThatDropsSessionsOrLoginIsFoundAgainAndLoggedInToOnce(Shim.Function function, long code) {
        shim.inject(function, code, 0, 1);

        signs();

        assertCalls(C_SignInit, 2); // the one that failed, the signature
        assertThat(shim.calls(C_GetSlotList)).isPositive();
        assertCalls(C_Login, 1);
        assertCalls(C_CloseSession, 2); // the one that failed, and the one that kept the login
        assertCalls(C_OpenSession, 2);
        assertCalls(C_Initialize, 0);
    }

    @ParameterizedTest
    @MethodSource("droppedAttachments")
    void aTokenThatDropsThemAgainIsAnError(Shim.Function function, long code) {
        shim.inject(function, code, 0, 9);

        assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(ChanceryException.class);

        assertCalls(C_SignInit, 2);
        assertCalls(C_Login, 1);
        shim.reset();
        signs();
    }

    @ParameterizedTest
    @MethodSource("droppedAttachments")
    void anotherTokenInTheSlotIsRefusedBeforeALogin(Shim.Function function, long code) {
        shim.replaceTokens();
        shim.inject(function, code, 0, 1);

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> signer.sign(MESSAGE))
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining("Another token");
        }

        assertCalls(C_Login, 0);
        assertCalls(C_SignInit, 1);
        shim.reset();
        signs();
    }

    static Stream<Arguments> staleHandles() {
        return signing(Ck.CKR_KEY_HANDLE_INVALID, Ck.CKR_OBJECT_HANDLE_INVALID);
    }

    @ParameterizedTest
    @MethodSource("staleHandles")
    void aStaleHandleIsSearchedForAgainOnce(Shim.Function function, long code) {
        shim.inject(function, code, 0, 1);

        signs();

        assertCalls(C_SignInit, 2); // the stale one, the signature
        assertThat(shim.calls(C_FindObjectsInit)).isPositive();
        assertCalls(C_Initialize, 0);
    }

    /** A change of a record is a new object and the end of the old one: a reader that had found that one reads again. */
    @Test
    void aReaderWhoseObjectsAreTakenAwayReadsAgain() {
        for (int i = 0; i < 3; i++) {
            shim.inject(C_GetAttributeValue, Ck.CKR_OBJECT_HANDLE_INVALID, i, 5);

            assertThat(store.list()).extracting(KeyMetadata::id).containsExactly(key.id());
            assertThat(store.get(key.id()).state()).isEqualTo(KeyState.ACTIVE);
        }
        assertCalls(C_Initialize, 0);
    }

    @Test
    void aReaderWhoseObjectsAreAlwaysTakenAwayIsToldToTryAgain() {
        shim.inject(C_GetAttributeValue, Ck.CKR_OBJECT_HANDLE_INVALID, 0, 9999);

        assertThatThrownBy(store::list).isInstanceOf(StoreUnavailableException.class);
    }

    static Stream<Arguments> suspicions() {
        return signing(Ck.CKR_DEVICE_ERROR, Ck.CKR_GENERAL_ERROR, Ck.CKR_FUNCTION_FAILED);
    }

    @ParameterizedTest
    @MethodSource("suspicions")
    void aTokenThatStillAnswersIsAskedOnceMore(Shim.Function function, long code) {
        shim.inject(function, code, 0, 1);

        signs();

        assertCalls(C_SignInit, 2);
        assertCalls(C_OpenSession, 2); // one to ask, one to sign
        assertCalls(C_GetTokenInfo, 1);
        assertCalls(C_Finalize, 0);
        assertCalls(C_Initialize, 0);
    }

    @ParameterizedTest
    @MethodSource("suspicions")
    void aTokenThatAnswersAndStillFailsIsAnError(Shim.Function function, long code) {
        shim.inject(function, code, 0, 9);

        assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(StoreUnavailableException.class);

        assertCalls(C_SignInit, 2);
        assertCalls(C_Initialize, 0);
    }

    /** SoftHSM does so where another thread's search meets a creation. */
    @ParameterizedTest
    @ValueSource(longs = {Ck.CKR_DEVICE_ERROR, Ck.CKR_GENERAL_ERROR, Ck.CKR_FUNCTION_FAILED})
    void aChangeIsBegunAnewSeveralTimesWhileTheTokenAnswers(long code) {
        shim.inject(C_CreateObject, code, 1, 5);

        KeyMetadata made = store.generate(KeyRequest.of(KeySpec.EC_P256, "in-a-crowd"));

        assertThat(Tokens.isRight(made, MESSAGE, store.signer(made.id()).sign(MESSAGE)))
                .isTrue();
        assertThat(store.list()).hasSize(2);
        assertThat(store.orphans()).isEmpty();
        assertCalls(C_Login, 0);
        assertCalls(C_Initialize, 0);
    }

    @Test
    void aChangeThatATokenGoesOnRefusingIsAnErrorAndLeavesNothing() {
        shim.inject(C_CreateObject, Ck.CKR_GENERAL_ERROR, 1, 99);

        assertThatThrownBy(() -> store.generate(KeyRequest.of(KeySpec.EC_P256, "refused")))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("CKR_GENERAL_ERROR");

        assertThat(store.list()).hasSize(1);
        assertThat(store.orphans()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("suspicions")
    void aTokenThatDoesNotAnswerEitherIsReconnectedTo(Shim.Function function, long code) {
        shim.inject(function, code, 0, 1);
        shim.inject(C_GetTokenInfo, Ck.CKR_DEVICE_ERROR, 0, 1);

        signs();

        assertCalls(C_Finalize, 1);
        assertCalls(C_Initialize, 1);
        assertCalls(C_Login, 1);
    }

    @ParameterizedTest
    @MethodSource("suspicions")
    void anotherTokenThatAnswersInItsPlaceSignsNothing(Shim.Function function, long code) {
        shim.replaceTokens();
        shim.inject(function, code, 0, 1);

        assertThatThrownBy(() -> signer.sign(MESSAGE))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("Another token");

        assertCalls(C_SignInit, 1);
        assertCalls(C_Login, 0);
    }

    /** tpm2-pkcs11 describes its token out of a database, when the daemon that signs is not the one that it has known. */
    @Test
    void aLibraryThatDescribesItsTokenAndSignsNoMoreIsInitialisedAnew() {
        shim.healByInitialisation();
        shim.inject(C_Sign, Ck.CKR_GENERAL_ERROR, 0, Integer.MAX_VALUE);
        int failed = 0;
        while (failed < 10 && shim.calls(C_Initialize) == 0) {
            try {
                signs();
            } catch (StoreUnavailableException e) {
                failed++;
                assertThat(store.health(HealthLevel.READ).findings())
                        .filteredOn(finding -> finding.check().equals("token signs"))
                        .extracting(Finding::status)
                        .containsExactly(HealthStatus.DOWN);
                assertThat(store.health(HealthLevel.READ).isReady()).isFalse();
            }
        }

        assertThat(failed).isEqualTo(2);
        signs();
        assertCalls(C_Initialize, 1);
        assertThat(store.health(HealthLevel.READ).isReady()).isTrue();

        shim.inject(C_Sign, Ck.CKR_GENERAL_ERROR, 0, Integer.MAX_VALUE);
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> signer.sign(MESSAGE)).isInstanceOf(StoreUnavailableException.class);
        }
        assertCalls(C_Initialize, 1); // no more than one in half a minute
    }

    static Stream<Arguments> losses() {
        return signing(
                Ck.CKR_DEVICE_REMOVED,
                Ck.CKR_TOKEN_NOT_PRESENT,
                Ck.CKR_TOKEN_NOT_RECOGNIZED,
                Ck.CKR_SLOT_ID_INVALID,
                Ck.CKR_CRYPTOKI_NOT_INITIALIZED);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void aLostTokenIsReconnectedToOnceAndLoggedInToOnce(Shim.Function function, long code) {
        shim.inject(function, code, 0, 1);

        signs();

        assertCalls(C_Finalize, 1);
        assertCalls(C_Initialize, 1);
        assertCalls(C_Login, 1);
        assertThat(shim.calls(C_FindObjectsInit)).as("no handle survives").isPositive();
    }

    @Test
    void aTokenThatStaysLostIsAnErrorAtTheDeadline() {
        store.close();
        store = Tokens.open(SoftHsm.uri(shim.library()) + "&chancery-timeout=1");
        signer = store.signer(key.id());
        shim.inject(C_SignInit, Ck.CKR_DEVICE_REMOVED, 0, Integer.MAX_VALUE);

        assertThatThrownBy(() -> signer.sign(MESSAGE))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("CKR_DEVICE_REMOVED");

        assertThat(shim.calls(C_Initialize)).as("with back-off").isBetween(2L, 30L);
        shim.reset();
        signs();
    }

    static Stream<Arguments> hopeless() {
        return Stream.of(
                Arguments.of(Ck.CKR_KEY_FUNCTION_NOT_PERMITTED, KeyAccessException.class),
                Arguments.of(Ck.CKR_MECHANISM_INVALID, UnsupportedException.class),
                Arguments.of(Ck.CKR_DEVICE_MEMORY, StoreUnavailableException.class),
                Arguments.of(0x80001234L, StoreUnavailableException.class));
    }

    @ParameterizedTest
    @MethodSource("hopeless")
    void whatTryingAgainWouldNotChangeIsNotTriedAgain(long code, Class<? extends ChanceryException> error) {
        shim.inject(C_SignInit, code, 0, 1);

        assertThatThrownBy(() -> signer.sign(MESSAGE))
                .isInstanceOf(error)
                .hasMessageContaining("invoices")
                .hasMessageContaining("C_SignInit");

        assertCalls(C_SignInit, 1);
        assertCalls(C_CloseSession, 1);
        signs();
    }

    // --- after a reconnection

    @Test
    void noHandleOfAnEarlierEpochSigns() {
        KeyMetadata other = store.generate(KeyRequest.of(KeySpec.EC_P256, "a-later-key"));
        Signer another = store.signer(other.id());
        another.sign(MESSAGE);

        for (int outage = 0; outage < 5; outage++) {
            shim.inject(C_SignInit, Ck.CKR_DEVICE_REMOVED, 0, 1);
            Signature byOther = another.sign(MESSAGE);
            assertThat(Tokens.isRight(other, MESSAGE, byOther)).isTrue();
            signs();
        }
    }

    @Test
    void anotherTokenOfTheSameNameIsRefusedBeforeALogin() {
        SoftHsm.create(directory.resolve("another")).behind(shim);
        shim.inject(C_SignInit, Ck.CKR_DEVICE_REMOVED, 0, 1);

        assertThatThrownBy(() -> signer.sign(MESSAGE))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("Another token");

        assertCalls(C_Login, 0);
    }

    @Test
    void twoStoresOfOneLibraryComeBackTogether() {
        try (KeyStore second = Tokens.open(SoftHsm.uri(shim.library()))) {
            Signer elsewhere = second.signer(key.id());
            elsewhere.sign(MESSAGE);
            shim.reset();
            shim.inject(C_SignInit, Ck.CKR_DEVICE_REMOVED, 0, 1);

            signs();
            assertThat(Tokens.isRight(key, MESSAGE, elsewhere.sign(MESSAGE))).isTrue();

            assertCalls(C_Initialize, 1);
        }
        signs();
    }

    // --- every call of everything else

    /** The classes that a store comes back from by itself. */
    private static final Set<Reaction> RECOVERABLE = EnumSet.complementOf(EnumSet.of(Reaction.GIVE_UP));

    static Stream<Arguments> everyClassInEveryCall() {
        List<Arguments> all = new ArrayList<>();
        long[] codes = {
            Ck.CKR_SESSION_HANDLE_INVALID,
            Ck.CKR_USER_NOT_LOGGED_IN,
            Ck.CKR_OBJECT_HANDLE_INVALID,
            Ck.CKR_DEVICE_ERROR,
            Ck.CKR_DEVICE_REMOVED,
            Ck.CKR_DEVICE_MEMORY
        };
        for (Shim.Function function : Shim.Function.values()) {
            for (long code : codes) {
                all.add(Arguments.of(function, code));
            }
        }
        return all.stream();
    }

    /**
     * One life of a key, and a reconnection. A code that can be recovered from is not heard of; another fails one step, and
     * leaves nothing behind.
     */
    @ParameterizedTest
    @MethodSource("everyClassInEveryCall")
    void aStoreSurvivesEveryClassInEveryCall(Shim.Function function, long code) {
        shim.inject(function, code, 0, 1);
        int failed = 0;
        List<Runnable> steps = List.of(
                () -> store.generate(KeyRequest.of(KeySpec.EC_P256, "short-lived")),
                () -> store.changeState(store.resolve("short-lived"), KeyState.DEACTIVATED, "no longer needed"),
                this::signs,
                () -> {
                    if (shim.stillToInject(function) > 0) { // what only a reconnection calls
                        shim.inject(C_SignInit, Ck.CKR_DEVICE_REMOVED, 0, 1);
                    }
                    signs();
                });
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (ChanceryException e) {
                failed++;
                step.run();
            }
        }

        assertThat(shim.stillToInject(function)).as("it was injected").isZero();
        boolean recovers = RECOVERABLE.contains(Reaction.to(code)) && function != C_Login;
        assertThat(failed).isLessThanOrEqualTo(recovers ? 0 : 1);
        assertThat(store.list())
                .extracting(found -> found.id().value().replaceAll(":.*", ""))
                .containsExactlyInAnyOrder("invoices", "short-lived");
        assertThat(store.unusable()).isEmpty();
        assertThat(store.get(store.resolve("short-lived")).state()).isEqualTo(KeyState.DEACTIVATED);
        signs();
    }

    @Test
    void aFailedGenerationLeavesNothing() {
        shim.inject(C_GenerateKeyPair, Ck.CKR_DEVICE_MEMORY, 0, 1);

        assertThatThrownBy(() -> store.generate(KeyRequest.of(KeySpec.EC_P256, "unlucky")))
                .isInstanceOf(StoreUnavailableException.class);

        assertThat(store.list()).hasSize(1);
        assertThat(store.generate(KeyRequest.of(KeySpec.EC_P256, "unlucky")).spec())
                .isEqualTo(KeySpec.EC_P256);
    }
}
