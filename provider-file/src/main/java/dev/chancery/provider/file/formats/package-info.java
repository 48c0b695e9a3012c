/** Keys in PEM files, as OpenSSL and others write them: PKCS#8, PKCS#1, SEC 1, SPKI, and their encryptions. */
@NullMarked
package dev.chancery.provider.file.formats;

import org.jspecify.annotations.NullMarked;
