package dev.chancery.provider.pkcs11;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Attributes of an object: a template, or what was read. Values are {@code Boolean}, {@code Long}, {@code String} and
 * {@code byte[]}. It has no {@code toString} that shows them: a template of an import holds a private key.
 */
final class CkAttributes {
    private final Map<Long, Object> values = new LinkedHashMap<>();

    CkAttributes with(long type, boolean value) {
        values.put(type, value);
        return this;
    }

    CkAttributes with(long type, long value) {
        values.put(type, value);
        return this;
    }

    CkAttributes with(long type, String value) {
        values.put(type, value);
        return this;
    }

    CkAttributes with(long type, byte[] value) {
        values.put(type, value);
        return this;
    }

    /** An unsigned big-endian number without leading zeros, as the standard wants it. */
    CkAttributes with(long type, BigInteger value) {
        byte[] bytes = value.toByteArray();
        boolean padded = bytes.length > 1 && bytes[0] == 0;
        return with(type, padded ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    CkAttributes withAll(CkAttributes others) {
        values.putAll(others.values);
        return this;
    }

    Set<Map.Entry<Long, Object>> entries() {
        return values.entrySet();
    }

    /** Whether a flag is set; a token that does not know the flag has not set it. */
    boolean isSet(long type) {
        return values.get(type) instanceof Boolean value && value;
    }

    Optional<Long> number(long type) {
        return Optional.ofNullable(values.get(type)).map(Long.class::cast);
    }

    String text(long type) {
        Object value = values.get(type);
        return value == null ? "" : (String) value;
    }

    byte @Nullable [] bytes(long type) {
        return (byte[]) values.get(type);
    }

    Optional<BigInteger> bigInteger(long type) {
        byte[] value = bytes(type);
        return value == null || value.length == 0 ? Optional.empty() : Optional.of(new BigInteger(1, value));
    }
}
