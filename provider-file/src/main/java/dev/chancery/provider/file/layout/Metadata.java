package dev.chancery.provider.file.layout;

import dev.chancery.algorithm.KeySpec;
import dev.chancery.key.KeyId;
import dev.chancery.key.ProtectionLevel;
import dev.chancery.spi.records.KeyRecord;
import java.util.Optional;

/**
 * What {@code <id>.json} says about a key.
 *
 * @param id the file's own name, so that a copy under another name is noticed
 * @param spec the kind of key; empty where the public half was illegible when the file was written
 * @param protection whether the private key was written under a passphrase
 * @param record the rest
 */
public record Metadata(KeyId id, Optional<KeySpec> spec, ProtectionLevel protection, KeyRecord record) {}
