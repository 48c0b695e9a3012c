package dev.chancery.cli.input;

import java.util.Optional;
import picocli.CommandLine.Model.ArgSpec;

/**
 * An option or parameter, which has its value once the arguments are parsed.
 *
 * @param spec what picocli knows of it
 * @param <T> the type of the value
 */
public record Argument<T>(ArgSpec spec) {

    public Optional<T> value() {
        return Optional.ofNullable(spec.getValue());
    }

    /** The value of an argument that picocli has made sure of. */
    public T given() {
        return value().orElseThrow();
    }

    public boolean isSet() {
        return value().filter(Boolean.TRUE::equals).isPresent();
    }
}
