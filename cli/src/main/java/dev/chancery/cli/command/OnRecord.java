package dev.chancery.cli.command;

import dev.chancery.KeyStore;
import dev.chancery.audit.record.AuditRecord;

/** Puts what a command does on record. */
public interface OnRecord extends AutoCloseable {

    /** Puts a store on record. */
    KeyStore wrap(KeyStore store);

    /** Puts something on record that is done with no store. */
    void append(AuditRecord record);

    @Override
    void close();
}
