/** Keys in Google Cloud KMS. {@link dev.chancery.provider.gcp.GcpKeyStoreProvider} is found by core; {@code docs/providers/gcp.md} has all options. */
@NullMarked
package dev.chancery.provider.gcp;

import org.jspecify.annotations.NullMarked;
