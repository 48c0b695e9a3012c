package dev.chancery.key;

import java.time.Instant;

/**
 * A key that a failed creation left behind: made, and never given its name.
 *
 * @param id what the place calls the key
 * @param created when it was made, by the place's clock
 * @param claimedName the name that it was made for
 * @param requestId the number of the creation, which its error named
 */
public record Orphan(KeyId id, Instant created, KeyName claimedName, String requestId) {}
