/** The passphrase of an archive, divided among custodians. */
@NullMarked
package dev.chancery.backup.escrow;

import org.jspecify.annotations.NullMarked;
