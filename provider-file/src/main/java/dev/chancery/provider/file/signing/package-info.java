/** Private keys in memory, where their passphrases come from, and the JCA providers that sign with them. */
@NullMarked
package dev.chancery.provider.file.signing;

import org.jspecify.annotations.NullMarked;
