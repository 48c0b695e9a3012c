package dev.chancery.key;

import dev.chancery.error.IntegrityException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a place, as a rule its hardware, states about a key: that it keeps it, and how. Immutable and thread-safe.
 *
 * <p>A certificate is judged by who issued it, not by its dates: a statement is as old as its key.
 */
public final class KeyAttestation {
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";

    private final KeyId key;
    private final String format;
    private final SortedMap<String, byte[]> statements;
    private final List<List<X509Certificate>> chains;
    private final Set<X509Certificate> signers;

    /**
     * Takes an attestation over; for code that implements {@link dev.chancery.spi.AttestsKeys}.
     *
     * @param key the key that it is about
     * @param format the place's own word for the form of the statements
     * @param statements the statements as the place gives them, by name, such as {@code private} and {@code public}; not copied, so the caller must not
     *     change the bytes afterwards
     * @param chains the certificates that came with them, in chains, each certificate issued by the one after it
     * @param signers those first certificates of chains whose keys, by the provider's own check, have signed the statements; empty if it checks none
     * @throws IntegrityException if a chain does not hold together
     */
    public KeyAttestation(
            KeyId key,
            String format,
            Map<String, byte[]> statements,
            List<List<X509Certificate>> chains,
            Set<X509Certificate> signers) {
        this.key = key;
        this.format = format;
        this.statements = new TreeMap<>(statements);
        this.chains = chains.stream()
                .filter(chain -> !chain.isEmpty())
                .map(List::copyOf)
                .toList();
        this.signers = Set.copyOf(signers);
        this.chains.forEach(this::requireIssued);
    }

    /**
     * The key.
     *
     * @return its id
     */
    public KeyId key() {
        return key;
    }

    /**
     * The form of the statements.
     *
     * @return the place's own word for it
     */
    public String format() {
        return format;
    }

    /**
     * The statements, exactly as the place gives them.
     *
     * @return copies, by name
     */
    public SortedMap<String, byte[]> statements() {
        SortedMap<String, byte[]> copies = new TreeMap<>();
        statements.forEach((name, bytes) -> copies.put(name, bytes.clone()));
        return Collections.unmodifiableSortedMap(copies);
    }

    /**
     * The certificates that came with the statements.
     *
     * @return chains, each certificate issued by the one after it
     */
    public List<List<X509Certificate>> chains() {
        return chains;
    }

    /**
     * Whether the statements were checked: they are signed by the first certificate of a chain, and are about this very key. Who issued the last certificate of
     * that chain, {@link #requireTrusted} looks at.
     *
     * @return {@code false} if no certificates came with them, or their format is known to their maker only
     */
    public boolean isVerified() {
        return !signers.isEmpty();
    }

    /**
     * Requires that each of some authorities vouches for what signed the statements.
     *
     * @param roots the authorities' own certificates, from where the reader trusts them: the maker's of the hardware, or the operator's
     * @throws IntegrityException if the statements are not verified, or for one of the roots no chain leads to it
     */
    public void requireTrusted(Collection<X509Certificate> roots) {
        for (X509Certificate root : roots) {
            boolean vouches = chains.stream()
                    .filter(chain -> signers.contains(chain.get(0)))
                    .map(chain -> chain.get(chain.size() - 1))
                    .anyMatch(last -> last.equals(root) || isIssued(last, root));
            if (!vouches) {
                throw new IntegrityException("The attestation of key " + key + " is not vouched for by '"
                        + root.getSubjectX500Principal() + "': "
                        + (isVerified()
                                ? "no chain of certificates leads there. Check which root is meant, and do not rely on the attestation."
                                : "its statements were not verified."));
            }
        }
    }

    private void requireIssued(List<X509Certificate> chain) {
        for (int i = 1; i < chain.size(); i++) {
            if (!isIssued(chain.get(i - 1), chain.get(i))) {
                throw new IntegrityException("The attestation of key " + key + " has a broken chain of certificates: '"
                        + chain.get(i - 1).getSubjectX500Principal() + "' was not issued by '"
                        + chain.get(i).getSubjectX500Principal() + "'. Do not rely on it.");
            }
        }
    }

    /** Hardware makers leave the basic constraints out; where they are, they count. */
    private static boolean isIssued(X509Certificate certificate, X509Certificate issuer) {
        boolean mayIssue = issuer.getExtensionValue(BASIC_CONSTRAINTS) == null || issuer.getBasicConstraints() >= 0;
        if (!mayIssue || !certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
