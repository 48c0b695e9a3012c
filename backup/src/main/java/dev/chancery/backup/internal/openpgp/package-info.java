/** OpenPGP messages (RFC 4880, RFC 9580) as stock gpg writes and reads them. */
@NullMarked
package dev.chancery.backup.internal.openpgp;

import org.jspecify.annotations.NullMarked;
