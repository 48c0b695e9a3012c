package dev.chancery.provider.file.formats;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** What object identifiers are called in messages: {@code object-identifiers.properties}. */
final class ObjectIdentifiers {
    private static final Properties NAMES = new Properties();

    static {
        try (InputStream file = ObjectIdentifiers.class.getResourceAsStream("object-identifiers.properties")) {
            NAMES.load(Objects.requireNonNull(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ObjectIdentifiers() {}

    /** The name, or else the prefix and the object identifier itself. */
    static String name(String oid, String prefix) {
        return NAMES.getProperty(oid, prefix + oid);
    }
}
