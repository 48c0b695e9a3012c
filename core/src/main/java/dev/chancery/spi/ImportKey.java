package dev.chancery.spi;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyName;
import dev.chancery.spi.records.KeyRecord;
import java.security.PrivateKey;
import java.security.PublicKey;

/** An order to take in a pair that core has checked. Not a record: a secret has no {@code toString} that shows it. */
public final class ImportKey {
    private final KeyName name;
    private final KeySpec spec;
    private final PrivateKey privateKey;
    private final PublicKey publicKey;
    private final KeyRecord record;

    /**
     * Describes the import.
     *
     * @param name the name
     * @param spec the kind of key
     * @param privateKey the private half
     * @param publicKey the public half, proven to belong to it
     * @param record what to keep with it from the first moment
     */
    public ImportKey(KeyName name, KeySpec spec, PrivateKey privateKey, PublicKey publicKey, KeyRecord record) {
        this.name = name;
        this.spec = spec;
        this.privateKey = privateKey;
        this.publicKey = publicKey;
        this.record = record;
    }

    /**
     * The name.
     *
     * @return the name
     */
    public KeyName name() {
        return name;
    }

    /**
     * The kind of key.
     *
     * @return the kind
     */
    public KeySpec spec() {
        return spec;
    }

    /**
     * The private half.
     *
     * @return the key
     */
    public PrivateKey privateKey() {
        return privateKey;
    }

    /**
     * The public half.
     *
     * @return the key
     */
    public PublicKey publicKey() {
        return publicKey;
    }

    /**
     * What to keep with the key.
     *
     * @return the record
     */
    public KeyRecord record() {
        return record;
    }
}
