/** How a vault is reached: its URI, credentials, transport, deadlines, retries and errors. */
@NullMarked
package dev.chancery.provider.azure.client;

import org.jspecify.annotations.NullMarked;
