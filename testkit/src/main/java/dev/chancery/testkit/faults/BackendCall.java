package dev.chancery.testkit.faults;

import dev.chancery.spi.Abilities;
import dev.chancery.spi.KeyBackend;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One call of a backend or of one of its abilities, not yet answered. Immutable. */
public final class BackendCall {
    private static final Set<String> CHANGES = Set.of(
            "create",
            "removeCandidate",
            "importKey",
            "put",
            "disable",
            "enable",
            "destroy",
            "claim",
            "removeOrphan",
            "reencrypt");

    private final KeyBackend backend;
    private final Method method;
    private final Object @Nullable [] arguments;

    BackendCall(KeyBackend backend, Method method, Object @Nullable [] arguments) {
        this.backend = backend;
        this.method = method;
        this.arguments = arguments;
    }

    /**
     * What is called.
     *
     * @return the method's name
     */
    public String name() {
        return method.getName();
    }

    /**
     * Whether the call changes what is in the place.
     *
     * @return {@code false} for looking and signing
     */
    public boolean isChange() {
        return CHANGES.contains(name());
    }

    /**
     * What it is called with.
     *
     * @return the arguments
     */
    public List<Object> arguments() {
        return arguments == null ? List.of() : List.of(arguments);
    }

    /**
     * Which backend is called.
     *
     * @return the backend behind the fault
     */
    public KeyBackend backend() {
        return backend;
    }

    /**
     * Sends the call on.
     *
     * @return the answer
     */
    public @Nullable Object answer() {
        return answerOf(backend);
    }

    /**
     * Sends the call to another backend.
     *
     * @param other a backend with the same abilities
     * @return its answer
     */
    public @Nullable Object answerOf(KeyBackend other) {
        try {
            return method.invoke(role(other), arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException thrown ? thrown : new IllegalStateException(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("The methods of the SPI are public.", e);
        }
    }

    /** The object that has the method: the backend, or the ability. */
    private Object role(KeyBackend other) {
        return abilities(other.abilities())
                .filter(method.getDeclaringClass()::isInstance)
                .findFirst()
                .orElse(other);
    }

    private static Stream<Object> abilities(Abilities can) {
        return Stream.<Optional<?>>of(
                        can.makesKeys(),
                        can.importsKeys(),
                        can.keepsRecords(),
                        can.switchesKeys(),
                        can.destroysKeys(),
                        can.claimsGenerations(),
                        can.findsOrphans(),
                        can.reencryptsKeys(),
                        can.backsUpKeys(),
                        can.attestsKeys())
                .flatMap(Optional::stream);
    }
}
