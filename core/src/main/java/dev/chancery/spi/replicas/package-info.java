/** Stores whose keys have copies elsewhere: what a provider needs whose place replicates keys. */
@NullMarked
package dev.chancery.spi.replicas;

import org.jspecify.annotations.NullMarked;
