package dev.chancery.provider.pkcs11;

/**
 * A session and the epoch that it belongs to.
 *
 * @param cryptoki the session
 * @param epoch of {@link Library#epoch}
 * @param readWrite whether it may change the token
 */
record TokenSession(CryptokiSession cryptoki, long epoch, boolean readWrite) {}
