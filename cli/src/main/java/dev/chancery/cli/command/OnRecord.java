package dev.chancery.cli.command;

import dev.chancery.KeyStore;

/** Puts what a command does on record. */
public interface OnRecord extends AutoCloseable {

    /** Puts a store on record. */
    KeyStore wrap(KeyStore store);

    @Override
    void close();
}
