/** Records in other systems' forms. */
@NullMarked
package dev.chancery.audit.export;

import org.jspecify.annotations.NullMarked;
