package dev.chancery.provider.pkcs11.binding;

import java.util.Optional;

/**
 * A mechanism with its parameters.
 *
 * @param code CKM_…
 * @param pss the parameters of RSA-PSS, or empty
 */
public record CkMechanism(long code, Optional<Pss> pss) {

    /**
     * CK_RSA_PKCS_PSS_PARAMS.
     *
     * @param hash CKM_… of the hash
     * @param mgf CKG_… of the mask generation function
     * @param saltLength in bytes
     */
    public record Pss(long hash, long mgf, int saltLength) {}

    public static CkMechanism of(long code) {
        return new CkMechanism(code, Optional.empty());
    }
}
