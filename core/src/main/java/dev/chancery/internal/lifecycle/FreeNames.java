package dev.chancery.internal.lifecycle;

import dev.chancery.error.KeyExistsException;
import dev.chancery.internal.state.StoreContext;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyName;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Set;

/**
 * The names that one call may try for a new key: {@code base-2026-11}, {@code base-2026-11-2} and so on. Each is offered once; the place says which is
 * free, since it may refuse what looks so.
 */
final class FreeNames {
    private static final DateTimeFormatter MONTH =
            DateTimeFormatter.ofPattern("-yyyy-MM").withZone(ZoneOffset.UTC);

    private static final int MOST_IN_A_MONTH = 10_000;

    private final StoreContext context;
    private final String base;
    private final String month;
    private final Set<KeyId> taken;
    private int offered;

    /**
     * @param taken ids that are known to be taken
     */
    FreeNames(StoreContext context, String base, Set<KeyId> taken) {
        this.context = context;
        this.base = base;
        this.month = MONTH.format(context.now());
        this.taken = taken;
    }

    /** Begins with a number that is likely to be free, where ids do not tell. */
    FreeNames from(int number) {
        offered = number - 1;
        return this;
    }

    /** @throws KeyExistsException if there is none left */
    KeyName next() {
        while (offered < MOST_IN_A_MONTH) {
            KeyName name = withNumber(++offered);
            if (!taken.contains(context.backend().parse(name.value()))) {
                return name;
            }
        }
        throw new KeyExistsException("All names from " + base + month + " to " + base + month + "-" + MOST_IN_A_MONTH
                + " are taken in " + context.location() + ". Name the key yourself.");
    }

    private KeyName withNumber(int n) {
        String suffix = n == 1 ? month : month + "-" + n;
        int room = KeyName.MAX_LENGTH - suffix.length();
        return new KeyName(base.substring(0, Math.min(base.length(), room)) + suffix);
    }
}
