/** Chains of records on disk: their files, the one that writes them, and what a new writer finds. */
@NullMarked
package dev.chancery.audit.internal.chain;

import org.jspecify.annotations.NullMarked;
