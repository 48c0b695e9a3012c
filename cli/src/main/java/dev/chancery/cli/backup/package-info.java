/** Commands about archives of the keys. Loaded only where one of them is given. */
@NullMarked
package dev.chancery.cli.backup;

import org.jspecify.annotations.NullMarked;
