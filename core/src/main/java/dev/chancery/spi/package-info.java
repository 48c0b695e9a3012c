/**
 * What a provider module implements: one {@link dev.chancery.spi.KeyStoreProvider}, which opens one
 * {@link dev.chancery.spi.KeyBackend}. Providers tell facts and take single steps; core judges. What every provider needs and none
 * should write is in {@code dev.chancery.spi.records}, {@code .files}, {@code .signing} and {@code .support}.
 */
@NullMarked
package dev.chancery.spi;

import org.jspecify.annotations.NullMarked;
