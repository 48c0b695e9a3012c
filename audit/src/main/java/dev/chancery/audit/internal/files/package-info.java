/** The files of a log on a disk: directories, segments, locks, checkpoints. */
@NullMarked
package dev.chancery.audit.internal.files;

import org.jspecify.annotations.NullMarked;
