package dev.chancery.spi.replicas;

import dev.chancery.spi.KeyBackend;

/**
 * Another place that has copies of keys under the same ids.
 *
 * @param name what people call the place: a region
 * @param backend the place, opened like the home
 */
public record Replica(String name, KeyBackend backend) {}
