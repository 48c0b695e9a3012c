/** Writes down every use of a key, and lets no signature out unrecorded: {@link dev.chancery.audit.AuditedKeyStore}. */
@NullMarked
package dev.chancery.audit;

import org.jspecify.annotations.NullMarked;
