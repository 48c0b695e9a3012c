package dev.chancery.provider.aws.client;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Keys and aliases that this process has made within the last minute. AWS may not yet tell everybody of them: its answers are
 * <a href="https://docs.aws.amazon.com/kms/latest/developerguide/programming-eventual-consistency.html">eventually consistent</a>,
 * within seconds as a rule. Thread-safe.
 */
public final class Recent {
    private static final long WINDOW = Duration.ofMinutes(1).toNanos();

    private final LongSupplier ticker;
    private final Map<String, Entry> names = new ConcurrentHashMap<>();

    private record Entry(String keyId, long nanos) {}

    Recent(LongSupplier ticker) {
        this.ticker = ticker;
    }

    /** A key was made, or an alias for it; the key is its own name. */
    public void add(String name, String keyId) {
        names.values().removeIf(this::isOld);
        names.put(name, new Entry(keyId, ticker.getAsLong()));
    }

    /** An alias was removed. */
    public void forget(String alias) {
        names.remove(alias);
    }

    /** The key behind a name that is this young. */
    public Optional<String> keyId(String name) {
        return Optional.ofNullable(names.get(name))
                .filter(entry -> !isOld(entry))
                .map(Entry::keyId);
    }

    /** Puts into a list of aliases what it may lack yet. */
    public void complete(Map<String, String> aliases) {
        names.keySet().stream()
                .filter(name -> name.startsWith("alias/"))
                .forEach(alias -> keyId(alias).ifPresent(keyId -> aliases.putIfAbsent(alias, keyId)));
    }

    private boolean isOld(Entry entry) {
        return ticker.getAsLong() - entry.nanos() > WINDOW;
    }
}
