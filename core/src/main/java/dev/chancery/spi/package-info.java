/** What a provider module implements: one {@link dev.chancery.spi.KeyStoreProvider}, one {@link dev.chancery.spi.KeyBackend}. Providers translate; core decides. */
@NullMarked
package dev.chancery.spi;

import org.jspecify.annotations.NullMarked;
