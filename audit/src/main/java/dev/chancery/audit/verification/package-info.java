/** Whether a log is whole and unchanged. */
@NullMarked
package dev.chancery.audit.verification;

import org.jspecify.annotations.NullMarked;
