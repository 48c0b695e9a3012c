package dev.chancery.health;

/** How something was found, the better first. */
public enum HealthStatus {
    /** As it should be. */
    UP,
    /** Works for now; a person should look. */
    DEGRADED,
    /** Does not work. */
    DOWN;

    /**
     * Joins two.
     *
     * @param other another status
     * @return the worse of both
     */
    public HealthStatus worse(HealthStatus other) {
        return compareTo(other) < 0 ? other : this;
    }
}
