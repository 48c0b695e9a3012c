package dev.chancery.spi.signing;

import dev.chancery.algorithm.SignatureAlgorithm;
import dev.chancery.error.MessageTooLargeException;
import dev.chancery.key.KeyId;

/**
 * How long a message may be that a place takes whole, as a pure algorithm wants it. Immutable.
 *
 * @param place what the place is called, for errors: "AWS KMS"
 * @param bytes the most bytes
 */
public record MessageLimit(String place, int bytes) {
    /**
     * Refuses a longer message.
     *
     * @param length how many bytes it has
     * @param algorithm what it would be signed with
     * @param id the key
     * @param location the store
     * @throws MessageTooLargeException if the place would not take it
     */
    public void require(int length, SignatureAlgorithm algorithm, KeyId id, String location) {
        if (length > bytes) {
            throw new MessageTooLargeException(place + " signs messages of at most " + bytes + " bytes with "
                    + algorithm + ", and this one has " + length + ". Key " + id + " in " + location
                    + " was not asked: sign with an RSA or ECDSA key, or sign the hash of the message as a message.");
        }
    }
}
