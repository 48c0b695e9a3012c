package dev.chancery.internal;

import dev.chancery.KeyExistsException;
import dev.chancery.KeyName;
import dev.chancery.spi.KeyBackend;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The names that one call may try for a new key: {@code base-2026-11}, {@code base-2026-11-2} and so on. Each is offered once:
 * a store may refuse what looks free, for a file that is no key stands in its place, or somebody else was faster. Not thread-safe.
 */
final class FreeNames {
    private static final DateTimeFormatter MONTH =
            DateTimeFormatter.ofPattern("-yyyy-MM").withZone(ZoneOffset.UTC);
    private static final int MOST_IN_A_MONTH = 10_000;

    private final StoreContext context;
    private final String base;
    private final String month;
    private int offered;

    FreeNames(StoreContext context, String base) {
        this.context = context;
        this.base = base;
        this.month = MONTH.format(context.now());
    }

    /**
     * The next name that no key has.
     *
     * @throws KeyExistsException if there is none left
     */
    KeyName next() {
        KeyBackend backend = context.backend();
        while (offered < MOST_IN_A_MONTH) {
            KeyName name = numbered(++offered);
            if (backend.find(backend.parse(name.value())).isEmpty()) {
                return name;
            }
        }
        throw new KeyExistsException("All names from " + base + month + " to " + base + month + "-" + MOST_IN_A_MONTH
                + " are taken in " + context.location() + ". Name the key yourself.");
    }

    private KeyName numbered(int n) {
        String suffix = n == 1 ? month : month + "-" + n;
        int room = KeyName.MAX_LENGTH - suffix.length();
        return new KeyName(base.substring(0, Math.min(base.length(), room)) + suffix);
    }
}
