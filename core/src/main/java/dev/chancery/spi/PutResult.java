package dev.chancery.spi;

/** What became of {@link KeepsRecords#put}. */
public sealed interface PutResult {
    /**
     * The record was sent and accepted. Where the place compares, it stands; elsewhere core reads it back.
     *
     * @param now the key as it should stand now
     */
    record Written(StoredKey now) implements PutResult {}

    /**
     * Another writer came first, and nothing was written. Only where {@link Traits.Writes#COMPARED}.
     *
     * @param standing the key as the other writer left it
     */
    record Overtaken(StoredKey standing) implements PutResult {}

    /**
     * The place has no room for what may not be left out, not even where labels and history give way. Nothing was written; where
     * {@link Traits#switchesWithRecord()}, a key that was not wanted in service is out of it all the same.
     *
     * @param why what fills it, a whole sentence that says what to do
     */
    record Full(String why) implements PutResult {}
}
