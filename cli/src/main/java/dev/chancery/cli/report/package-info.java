/** The report: what there is, how it is used, and what of it would not pass an audit. */
@NullMarked
package dev.chancery.cli.report;

import org.jspecify.annotations.NullMarked;
