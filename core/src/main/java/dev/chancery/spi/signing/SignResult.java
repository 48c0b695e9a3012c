package dev.chancery.spi.signing;

import dev.chancery.algorithm.SignatureEncoding;
import org.jspecify.annotations.Nullable;

/**
 * A backend's answer to a request for a signature. Not a record: an array has no useful equality.
 */
public final class SignResult {
    private final byte[] signature;
    private final SignatureEncoding encoding;
    private final boolean checked;
    private final @Nullable String requestId;

    private SignResult(byte[] signature, SignatureEncoding encoding, boolean checked, @Nullable String requestId) {
        this.signature = signature;
        this.encoding = encoding;
        this.checked = checked;
        this.requestId = requestId;
    }

    /**
     * An answer from outside this process. Core verifies it before anybody sees it.
     *
     * @param signature the signature
     * @param encoding the form of an ECDSA signature
     * @param requestId what the store called the request, or null
     * @return the answer
     */
    public static SignResult remote(byte[] signature, SignatureEncoding encoding, @Nullable String requestId) {
        return new SignResult(signature, encoding, false, requestId);
    }

    /**
     * An answer of a {@link LocalKey}.
     *
     * @param signature the signature, DER for ECDSA
     * @param checked whether it needs no check: the algorithm cannot leak the key through a fault that a check would catch,
     *     or the JCA provider is known to check its own result
     * @return the answer
     */
    public static SignResult local(byte[] signature, boolean checked) {
        return new SignResult(signature, SignatureEncoding.DER, checked, null);
    }

    /**
     * The signature. Not a copy.
     *
     * @return the bytes
     */
    public byte[] signature() {
        return signature;
    }

    /**
     * The form of an ECDSA signature.
     *
     * @return the form
     */
    public SignatureEncoding encoding() {
        return encoding;
    }

    /**
     * Whether the signature needs no check before it is handed out.
     *
     * @return {@code false} for every remote answer
     */
    public boolean checked() {
        return checked;
    }

    /**
     * What the store called the request.
     *
     * @return the request id, or null
     */
    public @Nullable String requestId() {
        return requestId;
    }
}
