package dev.chancery.backup.internal.openpgp;

import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.operator.PGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPDigestCalculatorProviderBuilder;

/** The JDK's hashes: over the 65 million bytes of a passphrase's S2K several times faster than BouncyCastle's. */
final class Digests {
    private Digests() {}

    static PGPDigestCalculatorProvider provider() throws PGPException {
        return new JcaPGPDigestCalculatorProviderBuilder().build();
    }
}
