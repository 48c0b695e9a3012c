/** How KMS is reached: the URI, the SDK's client, deadlines, rates and retries, and its errors in our words. */
@NullMarked
package dev.chancery.provider.aws.client;

import org.jspecify.annotations.NullMarked;
