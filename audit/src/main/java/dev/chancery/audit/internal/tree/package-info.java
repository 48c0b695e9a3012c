/** The Merkle tree over a chain's lines, RFC 6962. */
@NullMarked
package dev.chancery.audit.internal.tree;

import org.jspecify.annotations.NullMarked;
