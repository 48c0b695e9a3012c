/** Commands about an audit log. */
@NullMarked
package dev.chancery.cli.audit;

import org.jspecify.annotations.NullMarked;
