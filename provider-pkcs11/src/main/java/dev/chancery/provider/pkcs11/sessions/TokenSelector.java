package dev.chancery.provider.pkcs11.sessions;

import dev.chancery.provider.pkcs11.binding.TokenDescription;
import dev.chancery.spi.support.PercentEncoding;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which token is meant. It is chosen by what is written on it, never by its slot, whose number changes when something else is plugged in.
 *
 * @param token its label
 * @param serial its serial number
 * @param manufacturer its manufacturer
 * @param model its model
 */
public record TokenSelector(
        Optional<String> token, Optional<String> serial, Optional<String> manufacturer, Optional<String> model) {

    /** Whether a token is one that is meant. */
    public boolean matches(TokenDescription found) {
        return fits(token, found.label())
                && fits(serial, found.serial())
                && fits(manufacturer, found.manufacturer())
                && fits(model, found.model());
    }

    private static boolean fits(Optional<String> wanted, String found) {
        return wanted.filter(text -> !text.equals(found)).isEmpty();
    }

    /** The URI of the token alone, for messages. */
    public String location() {
        return Stream.of(
                        attribute("token", token),
                        attribute("serial", serial),
                        attribute("manufacturer", manufacturer),
                        attribute("model", model))
                .flatMap(Optional::stream)
                .collect(Collectors.joining(";", "pkcs11:", ""));
    }

    private static Optional<String> attribute(String name, Optional<String> value) {
        return value.map(text -> name + "=" + PercentEncoding.encode(text));
    }
}
