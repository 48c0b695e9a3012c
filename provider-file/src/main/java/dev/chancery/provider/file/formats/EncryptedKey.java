package dev.chancery.provider.file.formats;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.crypto.BadPaddingException;

/**
 * A private key encrypted under a passphrase. Parsing one does no work that its file asks for; {@link #decrypt} does.
 *
 * @param encryption for people: the scheme, its derivation and its cipher
 * @param weakness why an owner who chooses today chooses something else
 * @param decryptions more than one where tools disagree about an empty passphrase
 */
record EncryptedKey(String encryption, Optional<String> weakness, List<Decryption> decryptions) {

    /** Derives a key of a passphrase, and decrypts with it. */
    interface Decryption {
        byte[] decrypt(char[] passphrase) throws GeneralSecurityException, MalformedException;
    }

    /** What each way decrypts to, for the caller to wipe: the key, now and then noise, or nothing. */
    List<byte[]> decrypt(char[] passphrase) throws GeneralSecurityException, MalformedException {
        List<byte[]> candidates = new ArrayList<>();
        for (Decryption decryption : decryptions) {
            try {
                candidates.add(decryption.decrypt(passphrase));
            } catch (BadPaddingException e) {
                // Not the passphrase, or not this way; no candidate says the same.
            }
        }
        return candidates;
    }
}
