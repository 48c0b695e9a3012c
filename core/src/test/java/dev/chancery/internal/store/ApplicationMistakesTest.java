package dev.chancery.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.chancery.KeyImport;
import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.KeyStores;
import dev.chancery.Keyring;
import dev.chancery.Signer;
import dev.chancery.Verifier;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.caller.Caller;
import dev.chancery.health.HealthLevel;
import dev.chancery.interception.Operation;
import dev.chancery.interception.OperationInterceptor;
import dev.chancery.interception.Outcome;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyName;
import dev.chancery.key.KeyState;
import dev.chancery.options.KeyStoreOptions;
import dev.chancery.rotation.RotationPolicy;
import dev.chancery.signature.Signature;
import dev.chancery.signature.VerifyOptions;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every method of the public API answers where it is handed null, or asked after close. */
@Tag("one-jdk")
class ApplicationMistakesTest {
    private static final FakeStore STORE = new FakeStore();
    private static final KeyMetadata KEY = STORE.keyInRing("first", "ring");

    /** One good argument of each type. */
    private static final Map<Class<?>, Object> GOOD = Map.ofEntries(
            Map.entry(KeyRequest.class, KeyRequest.of(KeySpec.EC_P256, "another")),
            Map.entry(
                    KeyImport.class,
                    new KeyImport(
                            new KeyName("imported"),
                            FakeBackend.LOCAL_KEYS.generate(KeySpec.EC_P256),
                            Optional.empty())),
            Map.entry(String.class, "ring"),
            Map.entry(KeyId.class, KEY.id()),
            Map.entry(Collection.class, List.of(KEY.id())),
            Map.entry(List.class, List.of(new byte[1])),
            Map.entry(SignatureAlgorithm.class, SignatureAlgorithm.ECDSA_SHA256),
            Map.entry(KeyState.class, KeyState.ACTIVE),
            Map.entry(CompromisedSince.class, CompromisedSince.UNKNOWN),
            Map.entry(HealthLevel.class, HealthLevel.READ),
            Map.entry(OperationInterceptor.class, new OperationInterceptor() {
                @Override
                public void before(Operation operation) {}

                @Override
                public void after(Operation operation, Outcome outcome) {}
            }),
            Map.entry(RotationPolicy.class, RotationPolicy.PRODUCTION),
            Map.entry(byte[].class, new byte[32]),
            Map.entry(InputStream.class, InputStream.nullInputStream()),
            Map.entry(Path.class, Path.of("pom.xml")),
            Map.entry(VerifyOptions.class, VerifyOptions.DEFAULT),
            Map.entry(Signature.class, STORE.keys.signer(KEY.id()).sign(new byte[32])),
            Map.entry(Caller.class, Caller.of("alice")),
            Map.entry(URI.class, URI.create("fake:x")),
            Map.entry(KeyStoreOptions.class, KeyStoreOptions.DEFAULT),
            Map.entry(PublicKey.class, KEY.publicKey()),
            Map.entry(Optional.class, Optional.empty()),
            Map.entry(Map.class, Map.of()));

    static Stream<Arguments> calls() {
        Signer signer = STORE.keys.signer(KEY.id());
        Verifier verifier = STORE.keys.verifier(KEY.id());
        Keyring ring = STORE.keys.ring("ring");
        return Stream.of(
                        calls(KeyStore.class, STORE.keys),
                        calls(Keyring.class, ring),
                        calls(Signer.class, signer),
                        calls(Signer.class, ring.signer()),
                        calls(Signer.class, signer.as(Caller.of("alice"))),
                        calls(Verifier.class, verifier),
                        calls(Verifier.class, ring.verifier()),
                        calls(Verifier.class, Verifier.of(KEY.publicKey())),
                        calls(Verifier.class, verifier.as(Caller.of("alice"))),
                        calls(KeyStores.class, null))
                .flatMap(calls -> calls);
    }

    private static Stream<Arguments> calls(Class<?> api, @Nullable Object target) {
        return Arrays.stream(api.getMethods())
                .filter(method -> method.getDeclaringClass() == api)
                .filter(method -> Modifier.isStatic(method.getModifiers()) == (target == null))
                .flatMap(method -> IntStream.range(0, method.getParameterCount())
                        .filter(i -> GOOD.containsKey(method.getParameterTypes()[i]))
                        .mapToObj(i -> Arguments.of(method, i, target)));
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("calls")
    void null_is_a_null_pointer_exception_that_names_the_parameter(Method method, int missing, @Nullable Object target)
            throws IllegalAccessException {
        Object[] arguments =
                Arrays.stream(method.getParameterTypes()).map(GOOD::get).toArray();
        arguments[missing] = null;
        try {
            method.invoke(target, arguments);
            assertThat(method).as("took null").isNull();
        } catch (InvocationTargetException e) {
            assertThat(e.getCause()).isInstanceOf(NullPointerException.class);
            assertThat(e.getCause().getMessage()).matches("[a-z][A-Za-z]+");
        }
    }

    @Test
    void after_close_every_method_but_those_that_ask_for_nothing_is_refused() {
        Set<String> harmless = Set.of("location", "close", "as", "algorithm", "name", "verifier", "rotationPolicy");
        FakeStore store = new FakeStore();
        KeyMetadata key = store.keyInRing("first", "ring");
        Keyring ring = store.keys.ring("ring");
        Map<Object, Class<?>> targets = Map.of(
                store.keys,
                KeyStore.class,
                ring,
                Keyring.class,
                store.keys.signer(key.id()),
                Signer.class,
                ring.signer(),
                Signer.class,
                store.keys.verifier(key.id()),
                Verifier.class,
                ring.verifier(),
                Verifier.class);
        store.keys.close();

        assertThatCode(store.keys::close).doesNotThrowAnyException();
        List<String> answered = targets.entrySet().stream()
                .flatMap(target -> Arrays.stream(target.getValue().getMethods())
                        .filter(method -> !Modifier.isStatic(method.getModifiers()))
                        .filter(method -> !isRefused(method, target.getKey()))
                        .map(Method::getName))
                .distinct()
                .toList();
        assertThat(answered).containsExactlyInAnyOrderElementsOf(harmless);
    }

    private static boolean isRefused(Method method, Object target) {
        try {
            var unused = method.invoke(
                    target,
                    Arrays.stream(method.getParameterTypes()).map(GOOD::get).toArray());
            return false;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        } catch (InvocationTargetException e) {
            return e.getCause() instanceof IllegalStateException;
        }
    }
}
