/** Where checkpoints go that leave the machine: a file elsewhere, syslog, a server. */
@NullMarked
package dev.chancery.audit.anchor;

import org.jspecify.annotations.NullMarked;
