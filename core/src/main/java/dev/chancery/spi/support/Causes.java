package dev.chancery.spi.support;

import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An exception and what caused it, as clients of places wrap one in the other. */
public final class Causes {
    /** Exceptions may cause each other. */
    private static final int MOST = 20;

    private Causes() {}

    /**
     * The exception, its cause, the cause of that, and so on, the first twenty.
     *
     * @param e the exception
     * @return the causes, outermost first
     */
    public static Stream<Throwable> of(Throwable e) {
        return Stream.<@Nullable Throwable>iterate(
                        e,
                        Objects::nonNull,
                        cause -> Objects.requireNonNull(cause).getCause())
                .limit(MOST)
                .map(Objects::requireNonNull);
    }

    /**
     * Whether the exception, or something that caused it, is of a kind.
     *
     * @param e the exception
     * @param kinds the kinds
     * @return whether one of them is there
     */
    public static boolean include(Throwable e, Class<?>... kinds) {
        return of(e).anyMatch(cause -> Stream.of(kinds).anyMatch(kind -> kind.isInstance(cause)));
    }
}
