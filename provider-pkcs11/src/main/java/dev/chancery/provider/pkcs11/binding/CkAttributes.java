package dev.chancery.provider.pkcs11.binding;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.xipki.pkcs11.wrapper.PKCS11Constants;

/**
 * Attributes of an object: a template, or what was read. Values are {@code Boolean}, {@code Long}, {@code String} and
 * {@code byte[]}. It has no {@code toString} that shows them: a template of an import holds a private key.
 */
public final class CkAttributes {
    private static final byte[] NONE = {};

    private final Map<Long, Object> values = new LinkedHashMap<>();

    public CkAttributes with(long type, boolean value) {
        values.put(type, value);
        return this;
    }

    public CkAttributes with(long type, long value) {
        values.put(type, value);
        return this;
    }

    public CkAttributes with(long type, String value) {
        values.put(type, value);
        return this;
    }

    public CkAttributes with(long type, byte[] value) {
        values.put(type, value);
        return this;
    }

    /** What was read, if it is of one of the types above. */
    CkAttributes withRead(long type, @Nullable Object value) {
        if (value instanceof Boolean || value instanceof Long || value instanceof String || value instanceof byte[]) {
            values.put(type, value);
        }
        return this;
    }

    /** An unsigned big-endian number without leading zeros, as the standard wants it. */
    public CkAttributes with(long type, BigInteger value) {
        byte[] bytes = value.toByteArray();
        boolean padded = bytes.length > 1 && bytes[0] == 0;
        return with(type, padded ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    public CkAttributes copy() {
        return new CkAttributes().withAll(this);
    }

    public CkAttributes without(Set<Long> types) {
        values.keySet().removeAll(types);
        return this;
    }

    /** What they are called, without the values. */
    public String names() {
        return values.keySet().stream().map(PKCS11Constants::ckaCodeToName).collect(Collectors.joining(", "));
    }

    public CkAttributes withAll(CkAttributes others) {
        values.putAll(others.values);
        return this;
    }

    public Set<Map.Entry<Long, Object>> entries() {
        return values.entrySet();
    }

    /** Whether a flag is set; a token that does not know the flag has not set it. */
    public boolean isSet(long type) {
        return values.get(type) instanceof Boolean value && value;
    }

    public Optional<Long> number(long type) {
        return Optional.ofNullable(values.get(type)).map(Long.class::cast);
    }

    public String text(long type) {
        Object value = values.get(type);
        return value == null ? "" : (String) value;
    }

    public byte[] bytes(long type) {
        return values.get(type) instanceof byte[] value ? value : NONE;
    }

    public Optional<BigInteger> bigInteger(long type) {
        byte[] value = bytes(type);
        return value.length == 0 ? Optional.empty() : Optional.of(new BigInteger(1, value));
    }
}
