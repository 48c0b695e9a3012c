/** What checks a signature and did not make it: the JDK and OpenSSL. */
@NullMarked
package dev.chancery.testkit.witness;

import org.jspecify.annotations.NullMarked;
