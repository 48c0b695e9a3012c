/** Keys on PKCS#11 tokens. */
@NullMarked
package dev.chancery.provider.pkcs11;

import org.jspecify.annotations.NullMarked;
