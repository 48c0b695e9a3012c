package dev.chancery.testkit;

import dev.chancery.KeyId;
import dev.chancery.KeyName;
import dev.chancery.RingPosition;
import dev.chancery.spi.KeyBackend;
import dev.chancery.spi.KeyStoreConfig;
import dev.chancery.spi.KeyStoreProvider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Opens the in-memory store, and writes down each call of its backend but for those that only say what it is. */
final class CallCountingProvider implements KeyStoreProvider {
    private static final Set<String> WHAT_IT_IS = Set.of("location", "capabilities", "stateTtl");

    private final KeyStoreProvider counted = new InMemoryKeyStoreProvider();
    private final List<String> calls = new ArrayList<>();

    @Override
    public String scheme() {
        return counted.scheme();
    }

    @Override
    public KeyBackend open(KeyStoreConfig config) {
        KeyBackend backend = counted.open(config);
        return (KeyBackend) Proxy.newProxyInstance(
                KeyBackend.class.getClassLoader(), new Class<?>[] {KeyBackend.class}, (proxy, method, arguments) -> {
                    if (!WHAT_IT_IS.contains(method.getName())) {
                        calls.add(call(method.getName(), arguments));
                    }
                    try {
                        return method.invoke(backend, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** The calls since the last time that they were taken. */
    List<String> takeCalls() {
        List<String> taken = List.copyOf(calls);
        calls.clear();
        return taken;
    }

    private static String call(String method, Object @Nullable [] arguments) {
        Stream<Object> all = arguments == null ? Stream.of() : Arrays.stream(arguments);
        return Stream.concat(Stream.of(method), all.flatMap(CallCountingProvider::name))
                .collect(Collectors.joining(" "));
    }

    private static Stream<String> name(Object argument) {
        if (argument instanceof RingPosition position) {
            return Stream.of(position.ring() + "/" + position.generation());
        }
        return argument instanceof KeyId || argument instanceof KeyName || argument instanceof Enum<?>
                ? Stream.of(argument.toString())
                : Stream.empty();
    }
}
