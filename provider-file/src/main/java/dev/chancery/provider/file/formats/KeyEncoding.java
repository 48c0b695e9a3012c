package dev.chancery.provider.file.formats;

import java.util.Optional;

/**
 * The form in which a private key was found.
 *
 * @param form for people, such as {@code PKCS#8, PBES2, PBKDF2-HMAC-SHA256 with 600,000 iterations, AES-256-CBC}
 * @param encrypted whether it takes a passphrase to read it
 * @param weakness why its encryption is weaker than what {@link PrivateKeyWriter} writes; empty when it is not, and for a
 *     key that is not encrypted at all
 */
public record KeyEncoding(String form, boolean encrypted, Optional<String> weakness) {}
