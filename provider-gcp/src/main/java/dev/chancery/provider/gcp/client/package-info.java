/** How Cloud KMS is reached: a store's URI, credentials, deadlines, retries, checksums and errors. */
@NullMarked
package dev.chancery.provider.gcp.client;

import org.jspecify.annotations.NullMarked;
