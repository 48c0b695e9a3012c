package dev.chancery.provider.file;

import dev.chancery.KeyAttributes;
import dev.chancery.KeyId;
import dev.chancery.KeySpec;
import dev.chancery.ProtectionLevel;

/**
 * What {@code <id>.json} says about a key.
 *
 * @param id the file's own name, so that a copy under another name is noticed
 * @param spec the kind of key
 * @param fingerprint SHA-256 of its SubjectPublicKeyInfo in lower-case hexadecimal
 * @param protection whether the private key was written under a passphrase
 * @param attributes the rest
 */
record KeyRecord(KeyId id, KeySpec spec, String fingerprint, ProtectionLevel protection, KeyAttributes attributes) {}
