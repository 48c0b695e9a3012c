package dev.chancery.testkit.chapters;

import dev.chancery.testkit.rules.WriterRules;

/**
 * A chapter for stores with {@link dev.chancery.Capability#LIFECYCLE}, unless their place writes all of a record over another's
 * ({@link dev.chancery.spi.Traits.Writes#WHOLE}, where core's protocol is what keeps a mark): two processes that change one key,
 * where each could undo what the other did, or wait for it for ever.
 */
public interface SharesRecords extends WriterRules {}
