package dev.chancery.spi.signing;

/**
 * What a backend is asked to sign. Core hashes wherever the algorithm has a hash, so that a document of any size costs one
 * small request; only backends with {@link dev.chancery.Capability#LOCAL_SIGNING} and pure algorithms get the message.
 */
public sealed interface SigningInput {

    /**
     * The bytes: a message or a digest, depending on the type. Not a copy; a backend must not change them.
     *
     * @return the bytes
     */
    byte[] bytes();

    /** A message, which the signer hashes. */
    final class Message implements SigningInput {
        private final byte[] bytes;

        /**
         * Wraps a message.
         *
         * @param bytes the message, not copied
         */
        public Message(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public byte[] bytes() {
            return bytes;
        }
    }

    /** A digest, whose length core has checked against the algorithm. */
    final class Digest implements SigningInput {
        private final byte[] bytes;

        /**
         * Wraps a digest.
         *
         * @param bytes the digest, not copied
         */
        public Digest(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public byte[] bytes() {
            return bytes;
        }
    }
}
