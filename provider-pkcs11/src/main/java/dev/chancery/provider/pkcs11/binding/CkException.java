package dev.chancery.provider.pkcs11.binding;

/** A Cryptoki function answered with something other than CKR_OK. Checked, so that no caller forgets to react. */
public final class CkException extends Exception {
    private static final long serialVersionUID = 1L;

    private final long code;

    /**
     * @param function the function, {@code C_Sign}
     * @param code what it returned
     * @param name the code's name, {@code CKR_DEVICE_ERROR}
     */
    public CkException(String function, long code, String name) {
        super(function + " answered " + name);
        this.code = code;
    }

    public long code() {
        return code;
    }
}
